//! Both engines walk the same migrations, in both directions.

use std::collections::BTreeSet;

use anyhow::Result;

use super::Tree;

const POSTGRES: &str = "migrations/postgres";
const SQLITE: &str = "migrations/sqlite";

/// Both trees have the same names, and every migration can be undone.
pub fn check(tree: &Tree) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let (postgres, sqlite) = (names(tree, POSTGRES), names(tree, SQLITE));
    for (present, in_tree, other) in [(&postgres, POSTGRES, &sqlite), (&sqlite, SQLITE, &postgres)] {
        let other_tree = if in_tree == POSTGRES { SQLITE } else { POSTGRES };
        for name in present.difference(other) {
            problems.push(format!("{in_tree}/{name} has no counterpart: write {other_tree}/{name}"));
        }
        for name in present {
            for script in ["up.sql", "down.sql"] {
                let path = format!("{in_tree}/{name}/{script}");
                if !tree.has(&path) {
                    problems.push(format!("{path} is missing: every migration goes up and down"));
                }
            }
        }
    }
    Ok(problems)
}

fn names<'tree>(tree: &'tree Tree, folder: &str) -> BTreeSet<&'tree str> {
    let inside = |path: &'tree str| path.strip_prefix(folder)?.strip_prefix('/')?.split_once('/');
    tree.files().filter_map(inside).map(|(name, _file)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::sample;

    #[test]
    fn equal_trees_pass() {
        let (_dir, tree) = sample(&[
            ("migrations/postgres/0001_people/up.sql", ""),
            ("migrations/postgres/0001_people/down.sql", ""),
            ("migrations/sqlite/0001_people/up.sql", ""),
            ("migrations/sqlite/0001_people/down.sql", ""),
        ]);
        assert_eq!(check(&tree).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_lone_migration_and_a_missing_script_are_problems() {
        let (_dir, tree) = sample(&[("migrations/postgres/0001_people/up.sql", "")]);
        let found = check(&tree).unwrap();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].ends_with("write migrations/sqlite/0001_people"), "{found:?}");
    }
}
