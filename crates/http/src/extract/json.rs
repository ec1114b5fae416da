//! A JSON body, checked field by field.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use ofektom_domain::refusal::FieldError;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;

use super::body::json_of;
use crate::problem::{Problem, kind};
use crate::wire::{Check, Checks};

/// A JSON body, checked: what the handler gets are its domain values.
#[derive(Debug)]
pub struct ApiJson<B: Check>(pub B::Output);

impl<B: Check + 'static> FromRequest for ApiJson<B> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = || Checks::run_request(body_of::<B>(&json_of(request)?)?).map(Self);
        ready(read())
    }
}

/// Reads a body.
///
/// # Errors
/// 400 when it is not JSON, 422 when it is not what the route takes.
pub fn body_of<B: DeserializeOwned>(bytes: &[u8]) -> Result<B, Problem> {
    // A struct also reads from an array; the API takes objects only.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        serde_json::from_slice::<IgnoredAny>(bytes).map_err(|error| malformed(&error))?;
        let error = FieldError::new("", "wrong_type", "the body must be a JSON object");
        return Err(Problem::validation(vec![error]));
    }
    serde_json::from_slice(bytes).map_err(|_| body_problem::<B>(bytes))
}

/// Reads a body that is not acceptable again, keeping track of where; bodies that are acceptable do not pay for that.
fn body_problem<B: DeserializeOwned>(bytes: &[u8]) -> Problem {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize::<_, B>(&mut deserializer) {
        Ok(_) => malformed_because("there is something after the end of the object"),
        Err(error) if error.inner().classify() == Category::Data => {
            Problem::validation(vec![field_error(&error.path().to_string(), &error.inner().to_string())])
        }
        // The reader also calls it a mistake of syntax when an enum is given a number.
        Err(error) if serde_json::from_slice::<IgnoredAny>(bytes).is_ok() => {
            let message = "must be text or an object, as the description of the field says";
            Problem::validation(vec![FieldError::new(error.path().to_string(), "wrong_type", message)])
        }
        Err(error) => malformed(error.inner()),
    }
}

fn malformed(error: &serde_json::Error) -> Problem {
    malformed_because(&format!("at line {}, column {}", error.line(), error.column()))
}

fn malformed_because(why: &str) -> Problem {
    Problem::new(kind::MALFORMED_JSON).detail(format!("the body is not well-formed JSON: {why}"))
}

/// What the reader says about a field: `missing field `phone` at line 1 column 2`.
pub(super) fn field_error(path: &str, message: &str) -> FieldError {
    let message = message.split(" at line ").next().unwrap_or(message);
    let quoted = message.split('`').nth(1).unwrap_or("");
    let path = if path == "." { "" } else { path };
    let inside = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    // The path of a field that the reader does not know ends with it or with its parent, depending on the format.
    let named =
        |name: &str| if path == name || path.ends_with(&format!(".{name}")) { path.to_owned() } else { inside(name) };
    if message.starts_with("missing field") {
        FieldError::new(inside(quoted), "required", "must be given")
    } else if message.starts_with("unknown field") {
        FieldError::new(named(quoted), "unknown_field", "is not a field of this request")
    } else if message.starts_with("duplicate field") {
        FieldError::new(named(quoted), "duplicate", "must be given once")
    } else if message.starts_with("unknown variant") {
        let expected = message.split_once("expected ").map_or("something else", |(_, expected)| expected);
        FieldError::new(path, "unknown_value", format!("must be {}", expected.replace('`', "")))
    } else {
        let expected = message.split_once("expected ").map_or("something else", |(_, expected)| expected);
        FieldError::new(path, "wrong_type", format!("must be {expected}"))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Body {
        phone: String,
        note: Option<crate::wire::TextIn>,
        items: Option<Vec<Item>>,
        to: Option<To>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Item {
        amount: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    #[expect(dead_code, reason = "only read")]
    enum To {
        Cash,
        Account(String),
    }

    fn refused(json: &str) -> (u16, String, &'static str) {
        let problem = body_of::<Body>(json.as_bytes()).unwrap_err();
        let error = problem.errors.first().map_or((String::new(), ""), |error| (error.field.clone(), error.code));
        (problem.kind.status, error.0, error.1)
    }

    #[test]
    fn what_is_not_json_is_400() {
        for json in ["{", "{\"phone\":}", "{\"phone\":\"1\"} x", "nonsense", "{'a':1}", "{\"phone\":\"\u{0}\"}", "[1,"]
        {
            assert_eq!(refused(json).0, 400, "{json}");
        }
    }

    #[test]
    fn what_does_not_fit_is_422_and_named() {
        let field = |json: &str| {
            let (status, field, code) = refused(json);
            assert_eq!(status, 422, "{json}");
            (field, code)
        };
        assert_eq!(field("{}"), ("phone".into(), "required"));
        assert_eq!(field("[\"1\"]"), (String::new(), "wrong_type"));
        assert_eq!(field("5"), (String::new(), "wrong_type"));
        assert_eq!(field("{\"phone\":5}"), ("phone".into(), "wrong_type"));
        assert_eq!(field("{\"phone\":\"1\",\"x\":1}"), ("x".into(), "unknown_field"));
        assert_eq!(field("{\"phone\":\"1\",\"phone\":\"2\"}"), ("phone".into(), "duplicate"));
        assert_eq!(field("{\"phone\":\"1\",\"items\":[{}]}"), ("items[0].amount".into(), "required"));
        assert_eq!(
            field("{\"phone\":\"1\",\"items\":[{\"amount\":\"1\",\"y\":2}]}"),
            ("items[0].y".into(), "unknown_field")
        );
        assert_eq!(field("{\"phone\":\"1\",\"items\":{}}"), ("items".into(), "wrong_type"));
        assert_eq!(field("{\"phone\":\"1\",\"to\":\"moon\"}").1, "unknown_value");
        for to in ["5", "-1", "1.5", "true", "[]", "[\"cash\"]"] {
            assert_eq!(field(&format!("{{\"phone\":\"1\",\"to\":{to}}}")), ("to".into(), "wrong_type"), "{to}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_not_followed() {
        let deep = format!("{{\"phone\":\"1\",\"note\":{}", "[".repeat(100_000));
        assert_eq!(refused(&deep).0, 400);
    }
}
