//! No floating point where money is.

use anyhow::Result;

use super::Tree;
use super::tree::{is_comment, words};

const FOLDERS: [&str; 2] = ["crates/domain/src/", "crates/persistence/src/"];

/// Neither `f32` nor `f64` stands in the code of domain or persistence.
pub fn check(tree: &Tree) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for path in tree.rust_files().filter(|path| FOLDERS.iter().any(|folder| path.starts_with(folder))) {
        for (number, line) in (1..).zip(tree.read(path)?.lines()) {
            if !is_comment(line) && words(line).any(|word| matches!(word, "f32" | "f64")) {
                problems.push(format!("{path}:{number}: floating point near money; count in kobo with integers"));
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
    fn a_float_is_named_with_its_line() {
        let (_dir, tree) = sample(&[
            ("crates/domain/src/money.rs", "// never f64\nlet rate = 3_i64 as f64;\nlet conf64 = 1;\n"),
            ("crates/cache/src/lib.rs", "let hits: f64;\n"),
        ]);
        let found = check(&tree).unwrap();
        assert!(found.len() == 1 && found[0].starts_with("crates/domain/src/money.rs:2:"), "{found:?}");
    }
}
