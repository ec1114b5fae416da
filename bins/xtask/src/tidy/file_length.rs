//! A file is one thing, short enough to read at one sitting.

use anyhow::Result;

use super::Tree;

const LINES_MAX: usize = 400;
/// A table of tables grows with the schema; splitting it helps nobody.
const EXEMPT: &str = "/schema.rs";

/// No source file of a crate is longer than 400 lines.
pub fn check(tree: &Tree) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for path in tree.rust_files().filter(|path| path.contains("/src/") && !path.ends_with(EXEMPT)) {
        let lines = tree.read(path)?.lines().count();
        if lines > LINES_MAX {
            problems.push(format!("{path} has {lines} lines, at most {LINES_MAX} are allowed: split it by purpose"));
        }
    }
    Ok(problems)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::sample;

    #[test]
    fn only_long_sources_are_problems() {
        let (fits, long) = ("\n".repeat(LINES_MAX), "\n".repeat(LINES_MAX + 1));
        let (_dir, tree) = sample(&[
            ("crates/a/src/fits.rs", &fits),
            ("crates/a/src/long.rs", &long),
            ("crates/a/src/schema.rs", &long),
            ("crates/a/tests/it/main.rs", &long),
        ]);
        let found = check(&tree).unwrap();
        assert!(found.len() == 1 && found[0].starts_with("crates/a/src/long.rs has 401 lines"), "{found:?}");
    }
}
