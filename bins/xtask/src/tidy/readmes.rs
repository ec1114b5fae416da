//! Every crate explains itself in a README, which is also its documentation.

use anyhow::Result;

use super::Tree;

const INCLUDE: &str = "#![doc = include_str!(\"../README.md\")]";

/// Each crate has a README.md, and its `src/lib.rs`, if it is a library, includes it.
pub fn check(tree: &Tree) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for folder in tree.crate_folders() {
        if !tree.has(&format!("{folder}/README.md")) {
            problems.push(format!("{folder}/README.md is missing: say what the crate is for and what it must not do"));
        }
        let library = format!("{folder}/src/lib.rs");
        if tree.has(&library) && !tree.read(&library)?.contains(INCLUDE) {
            problems.push(format!("{library}: begin with {INCLUDE}"));
        }
    }
    Ok(problems)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::sample;

    #[test]
    fn a_missing_readme_and_a_missing_include_are_problems() {
        let (_dir, tree) = sample(&[("crates/a/Cargo.toml", ""), ("crates/a/src/lib.rs", "//! A crate.\n")]);
        assert_eq!(check(&tree).unwrap().len(), 2);
    }

    #[test]
    fn a_documented_crate_passes() {
        let library = format!("{INCLUDE}\n");
        let (_dir, tree) =
            sample(&[("crates/a/Cargo.toml", ""), ("crates/a/README.md", "# a\n"), ("crates/a/src/lib.rs", &library)]);
        assert_eq!(check(&tree).unwrap(), Vec::<String>::new());
    }
}
