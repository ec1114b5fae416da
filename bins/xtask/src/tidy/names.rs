//! No module or crate is named for being useful instead of for its purpose.

use anyhow::Result;

use super::Tree;
use super::tree::words;

const REFUSED: [&str; 6] = ["utils", "util", "common", "helpers", "helper", "misc"];

/// Looks at folders, files, inline modules and package names.
pub fn check(tree: &Tree) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for path in tree.rust_files() {
        if let Some(name) = path.trim_end_matches(".rs").split('/').find(|part| is_refused(part)) {
            problems.push(problem(path, name));
        }
        for line in tree.read(path)?.lines() {
            if let Some(name) = declared_module(line).filter(|name| is_refused(name)) {
                problems.push(problem(path, name));
            }
        }
    }
    for folder in tree.crate_folders() {
        let manifest = format!("{folder}/Cargo.toml");
        for line in tree.read(&manifest)?.lines().filter(|line| line.starts_with("name")) {
            if let Some(name) = words(line).find(|word| is_refused(word)) {
                problems.push(problem(&manifest, name));
            }
        }
    }
    Ok(problems)
}

fn declared_module(line: &str) -> Option<&str> {
    let mut tokens = line.split_whitespace().skip_while(|token| token.starts_with("pub"));
    (tokens.next()? == "mod").then(|| tokens.next())?.map(|name| name.trim_end_matches([';', '{']))
}

fn is_refused(name: &str) -> bool {
    REFUSED.contains(&name)
}

fn problem(path: &str, name: &str) -> String {
    format!(
        "{path}: `{name}` says nothing about its purpose; name it for what it does, or move each part to where it belongs"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::sample;

    #[test]
    fn folders_files_modules_and_packages_are_seen() {
        for (path, text) in [
            ("crates/common/src/lib.rs", ""),
            ("crates/a/src/utils.rs", ""),
            ("crates/a/tests/it/helpers/mod.rs", ""),
            ("crates/a/src/lib.rs", "pub(crate) mod misc {\n}\n"),
            ("bins/a/Cargo.toml", "[package]\nname = \"ofektom-common\"\n"),
        ] {
            let (_dir, tree) = sample(&[(path, text)]);
            assert_eq!(check(&tree).unwrap().len(), 1, "{path}");
        }
    }

    #[test]
    fn other_names_pass() {
        let (_dir, tree) = sample(&[("crates/a/src/commonwealth.rs", "mod money;\n// mod utils\n")]);
        assert_eq!(check(&tree).unwrap(), Vec::<String>::new());
    }
}
