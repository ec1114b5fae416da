//! A path that a document names exists.

use anyhow::Result;

use super::Tree;

const TOPS: [&str; 6] = ["crates/", "bins/", "migrations/", "docs/", "benches/", "deploy/"];
/// A path with one of these stands for many.
const PLACEHOLDERS: [&str; 5] = ["<", "*", "{", "…", "NNNN"];

/// Follows every path in backticks in the documents and in the READMEs.
pub fn check(tree: &Tree) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for document in tree.files().filter(|path| is_document(path)) {
        let text = tree.read(document)?;
        for (number, path) in named_paths(&text) {
            if !tree.has(path) {
                problems
                    .push(format!("{document}:{number}: `{path}` does not exist: correct the path or the document"));
            }
        }
    }
    Ok(problems)
}

fn is_document(path: &str) -> bool {
    let at_root = path.ends_with(".md") && !path.contains('/');
    at_root || (path.starts_with("docs/") && path.ends_with(".md")) || path.ends_with("/README.md")
}

/// Paths in inline code, with their line numbers; fenced blocks are left out.
fn named_paths(text: &str) -> Vec<(usize, &str)> {
    let mut paths = Vec::new();
    let mut fenced = false;
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            let code = line.split('`').skip(1).step_by(2);
            paths.extend(code.filter_map(as_path).map(|path| (number, path)));
        }
    }
    paths
}

fn as_path(code: &str) -> Option<&str> {
    let word = code.split_whitespace().next()?;
    // `file.rs:12` and `file.md#section` name a place inside the file.
    let path = word.split([':', '#']).next()?;
    let looks_like_path = TOPS.iter().any(|top| path.starts_with(top));
    (looks_like_path && !PLACEHOLDERS.iter().any(|mark| path.contains(mark))).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::sample;

    #[test]
    fn paths_are_taken_from_inline_code() {
        let text = "See `crates/a/src/lib.rs:12` and `cargo test`.\n```\n`docs/fenced.md`\n```\n`crates/<name>` `docs/x.md#part`\n";
        assert_eq!(named_paths(text), [(1, "crates/a/src/lib.rs"), (5, "docs/x.md")]);
    }

    #[test]
    fn a_path_that_is_gone_is_a_problem() {
        let (_dir, tree) = sample(&[
            ("docs/adr/0001.md", "`crates/a/src/lib.rs` `crates/a/` `crates/gone`\n"),
            ("crates/a/src/lib.rs", ""),
            ("crates/a/notes.md", "`docs/not-checked.md`"),
        ]);
        let found = check(&tree).unwrap();
        assert!(found.len() == 1 && found[0].starts_with("docs/adr/0001.md:1: `crates/gone`"), "{found:?}");
    }
}
