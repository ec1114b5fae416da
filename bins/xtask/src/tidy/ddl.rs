//! Migrations of PostgreSQL that stop nobody: while they run servers serve, those of the release before among them.
//!
//! The rules are told in `docs/OPERATIONS.md`. A file may set one aside for a reason: `-- allow RULE: REASON`.

mod rules;
mod script;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use anyhow::Result;

use self::script::Script;
use super::Tree;

const FOLDER: &str = "migrations/postgres";

/// Migrations of before the first release: nobody has data under them that somebody waits for.
const BEFORE_THE_RULES: [&str; 17] = [
    "0001_people",
    "0002_businesses",
    "0003_savings",
    "0004_contributions",
    "0005_ledger",
    "0006_payouts",
    "0007_audit",
    "0009_secret_codes",
    "0010_invitations",
    "0011_maturity",
    "0012_search",
    "0013_imports",
    "0015_notifications",
    "0016_rounds",
    "0017_audit_chain",
    "0020_change_feed",
    "0021_indexes",
];

/// What is there before a migration.
#[derive(Debug, Default)]
pub struct Before {
    /// The tables.
    tables: BTreeSet<String>,
    /// The numbers of the migrations.
    migrations: BTreeSet<String>,
}

/// Every migration but those of before the rules follows them.
pub fn check(tree: &Tree) -> Result<Vec<String>> {
    check_beyond(tree, &BEFORE_THE_RULES)
}

/// The same with other migrations of before the rules.
fn check_beyond(tree: &Tree, before_the_rules: &[&str]) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    let mut before = Before::default();
    for name in names(tree) {
        let path = format!("{FOLDER}/{name}/up.sql");
        if !tree.has(&path) {
            continue;
        }
        let metadata = format!("{FOLDER}/{name}/metadata.toml");
        let metadata = if tree.has(&metadata) { tree.read(&metadata)? } else { String::new() };
        let script = match Script::read(&tree.read(&path)?, &metadata) {
            Ok(script) => script,
            Err(why) => {
                problems.push(format!("{path} cannot be read: {why}"));
                continue;
            }
        };
        if !before_the_rules.contains(&name) {
            let faults = rules::faults(&script, &before);
            problems.extend(faults.into_iter().map(|fault| format!("{path}: {fault}")));
        }
        before.tables.extend(script.tables_made());
        before.migrations.extend(name.split('_').next().map(str::to_owned));
    }
    Ok(problems)
}

fn names(tree: &Tree) -> BTreeSet<&str> {
    let inside = |path| {
        let path: &str = path;
        path.strip_prefix(FOLDER)?.strip_prefix('/')?.split_once('/')
    };
    tree.files().filter_map(inside).map(|(name, _file)| name).collect()
}
