//! Checks on the shape of the tree that the compiler does not make.
//!
//! A check reads the tree and gives its problems, each a sentence that names the place and says what to do.

mod arrows;
mod ddl;
mod document_paths;
mod file_length;
mod floats;
mod macros;
mod migrations;
mod names;
mod profiles;
mod readmes;
mod tree;

use anyhow::Result;

pub use self::tree::Tree;

/// A check: its problems, none when the tree is tidy.
pub type Check = fn(&Tree) -> Result<Vec<String>>;

/// All checks, with the name under which they report.
pub const CHECKS: [(&str, Check); 10] = [
    ("crate arrows", arrows::check),
    ("dangerous DDL", ddl::check),
    ("document paths", document_paths::check),
    ("file length", file_length::check),
    ("floats", floats::check),
    ("macros", macros::check),
    ("migrations", migrations::check),
    ("names", names::check),
    ("profiles", profiles::check),
    ("readmes", readmes::check),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_is_tidy() {
        let tree = Tree::open(&crate::workspace::root().unwrap()).unwrap();
        let mut problems = Vec::new();
        for (name, check) in CHECKS {
            problems.extend(check(&tree).unwrap().into_iter().map(|problem| format!("{name}: {problem}")));
        }
        assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
    }
}
