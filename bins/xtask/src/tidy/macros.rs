//! Macros of our own are the last resort.

use anyhow::Result;

use super::Tree;

const MACROS_MAX: usize = 3;

/// There are at most three `macro_rules!` in the workspace.
pub fn check(tree: &Tree) -> Result<Vec<String>> {
    let mut places = Vec::new();
    for path in tree.rust_files() {
        for (number, line) in (1..).zip(tree.read(path)?.lines()) {
            if line.trim_start().starts_with("macro_rules!") {
                places.push(format!("{path}:{number}"));
            }
        }
    }
    if places.len() <= MACROS_MAX {
        return Ok(Vec::new());
    }
    Ok(vec![format!(
        "{} macros, at most {MACROS_MAX} are allowed: write one as a function. {}",
        places.len(),
        places.join(", ")
    )])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::sample;

    #[test]
    fn the_fourth_macro_is_one_too_many() {
        let definition = "macro_rules! one { () => {} }\n";
        let text = |count| definition.repeat(count);
        let (_dir, tree) = sample(&[("crates/a/src/lib.rs", &text(2)), ("crates/a/tests/it/main.rs", &text(1))]);
        assert_eq!(check(&tree).unwrap(), Vec::<String>::new());
        let (_dir, tree) = sample(&[("crates/a/src/lib.rs", &text(3)), ("crates/a/tests/it/main.rs", &text(1))]);
        assert_eq!(check(&tree).unwrap().len(), 1);
    }
}
