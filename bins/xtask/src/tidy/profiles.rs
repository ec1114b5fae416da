//! Panics unwind: a request that panics must not take the process and everybody's requests with it.

use anyhow::Result;

use super::Tree;

/// No manifest sets `panic = "abort"`.
pub fn check(tree: &Tree) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for path in tree.files().filter(|path| path.ends_with("Cargo.toml")) {
        for (number, line) in (1..).zip(tree.read(path)?.lines()) {
            let setting: String = line.chars().filter(|character| !character.is_whitespace()).collect();
            if setting.starts_with("panic=\"abort\"") {
                problems.push(format!("{path}:{number}: remove panic = \"abort\"; the server relies on unwinding"));
            }
        }
    }
    Ok(problems)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::sample;

    #[test]
    fn abort_is_found_and_unwind_is_not() {
        let (_dir, tree) = sample(&[
            ("Cargo.toml", "[profile.release]\npanic   = \"abort\"\n"),
            ("crates/a/Cargo.toml", "[profile.dev]\npanic = \"unwind\"\n"),
        ]);
        let found = check(&tree).unwrap();
        assert!(found.len() == 1 && found[0].starts_with("Cargo.toml:2:"), "{found:?}");
    }
}
