//! The optional configuration file: TOML, read into `area.name` → text.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::error::ConfigError;

/// Reads the file.
pub(super) fn read(path: &str) -> Result<BTreeMap<String, String>, ConfigError> {
    let failed = |problem: String| ConfigError::File { path: path.into(), problem };
    let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    parse(&text).map_err(failed)
}

fn parse(text: &str) -> Result<BTreeMap<String, String>, String> {
    let table: Table = text.parse().map_err(|error| one_line(text, &error))?;
    let mut settings = BTreeMap::new();
    for (area, value) in table {
        match value {
            Value::Table(area_table) => {
                for (name, value) in area_table {
                    let path = format!("{area}.{name}");
                    let text =
                        plain(value).ok_or_else(|| format!("{path} must be a text, a number or true or false"))?;
                    settings.insert(path, text);
                }
            }
            // Settings have an area, so this one is unknown; it is refused with the others that are.
            other => {
                settings.insert(area, plain(other).unwrap_or_default());
            }
        }
    }
    Ok(settings)
}

fn plain(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Boolean(flag) => Some(flag.to_string()),
        Value::Datetime(_) | Value::Array(_) | Value::Table(_) => None,
    }
}

/// The parser's own text shows the line, which may hold a secret.
fn one_line(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
    format!("line {}: {}", before.matches('\n').count() + 1, error.message().replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_and_names_become_paths() {
        let settings = parse("[server]\nport = 9000\n[database]\nrandom_page_cost = 1.5\nmigrate = true\n").unwrap();
        let expected = [("database.migrate", "true"), ("database.random_page_cost", "1.5"), ("server.port", "9000")];
        assert_eq!(settings, expected.map(|(path, text)| (path.to_owned(), text.to_owned())).into());
    }

    #[test]
    fn mistakes_are_told_in_one_line_without_the_text() {
        let error = parse("[secrets]\nsecret_key = \"hush\n").unwrap_err();
        assert!(error.starts_with("line 2: ") && !error.contains('\n') && !error.contains("hush"), "{error}");
        assert!(parse("[server]\nport = [1]\n").unwrap_err().starts_with("server.port must be"));
    }
}
