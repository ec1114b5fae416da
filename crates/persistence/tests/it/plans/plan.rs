//! What a plan says: which tables it looks through from end to end, and which indexes it uses.

use std::collections::BTreeSet;

use serde_json::Value;

/// Rows that a step of a plan may throw away at most, of those that it found.
pub const THROWN_AWAY_MAX: u64 = 6_000;

#[derive(Debug, Default)]
pub struct Plan {
    pub statement: String,
    /// Tables that are looked through from end to end.
    pub scanned: BTreeSet<String>,
    pub indexes: BTreeSet<String>,
    /// The most rows that one step threw away; told by PostgreSQL alone.
    pub thrown_away: u64,
}

impl Plan {
    /// From what `auto_explain` writes.
    pub fn of_postgres(text: &str) -> Self {
        let explained: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let mut plan = Self { statement: explained["Query Text"].as_str().unwrap().to_owned(), ..Self::default() };
        plan.node(&explained["Plan"]);
        plan
    }

    fn node(&mut self, node: &Value) {
        let text = |name: &str| node[name].as_str().map(str::to_owned);
        if node["Node Type"] == "Seq Scan" {
            self.scanned.extend(text("Relation Name"));
        }
        self.indexes.extend(text("Index Name"));
        for arbiter in node["Conflict Arbiter Indexes"].as_array().into_iter().flatten() {
            self.indexes.extend(arbiter.as_str().map(str::to_owned));
        }
        // Whole numbers: newer servers write averages, of which what is after the point does not matter.
        let number = |name: &str| -> u64 {
            let text = node[name].to_string();
            text.split('.').next().and_then(|whole| whole.parse().ok()).unwrap_or(0)
        };
        for name in ["Rows Removed by Filter", "Rows Removed by Join Filter"] {
            self.thrown_away = self.thrown_away.max(number(name) * number("Actual Loops").max(1));
        }
        for child in node["Plans"].as_array().into_iter().flatten() {
            self.node(child);
        }
    }

    /// From the lines of `EXPLAIN QUERY PLAN`, such as `SEARCH c USING INDEX contributions_card (business_id=? AND id<?)`. To go
    /// through a partial index is what it is for.
    pub fn of_sqlite(
        statement: &str,
        lines: &[String],
        (tables, partial): (&BTreeSet<String>, &BTreeSet<String>),
    ) -> Self {
        let mut plan = Self { statement: statement.to_owned(), ..Self::default() };
        for line in lines {
            let words: Vec<&str> = line.split_whitespace().collect();
            let at = words.iter().position(|word| *word == "INDEX");
            let index = at.and_then(|at| words.get(at + 1)).map(|index| (*index).to_owned());
            let of_some_rows = index.as_ref().is_some_and(|index| partial.contains(index));
            plan.indexes.extend(index);
            if let ["SCAN", name, ..] = words.as_slice()
                && !of_some_rows
                && let Some(table) = table_of(statement, name, tables)
            {
                plan.scanned.insert(table);
            }
        }
        plan
    }
}

/// The table that a name in a plan stands for; `None` for what a statement made itself.
fn table_of(statement: &str, name: &str, tables: &BTreeSet<String>) -> Option<String> {
    if tables.contains(name) {
        return Some(name.to_owned());
    }
    let words: Vec<String> = statement
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("as"))
        .map(str::to_owned)
        .collect();
    let named = words.windows(2).find(|pair| pair[1] == name && tables.contains(&pair[0]));
    named.map(|pair| pair[0].clone())
}

#[test]
fn plans_are_read() {
    let plan = Plan::of_postgres(
        r#"{"Query Text": "SELECT 1", "Plan": {"Node Type": "Nested Loop", "Plans": [
            {"Node Type": "Seq Scan", "Relation Name": "users", "Rows Removed by Filter": 20, "Actual Loops": 3},
            {"Node Type": "Index Only Scan", "Index Name": "units_name"}]}}"#,
    );
    assert_eq!((plan.scanned.len(), plan.indexes.contains("units_name"), plan.thrown_away), (1, true, 60));
    let tables = BTreeSet::from(["postings".to_owned(), "users".to_owned()]);
    let partial = BTreeSet::from(["users_platform".to_owned()]);
    let lines = ["SCAN p", "SCAN x", "SEARCH u USING INDEX users_phone (phone=?)", "SCAN u USING INDEX users_platform"];
    let lines = lines.map(str::to_owned);
    let plan = Plan::of_sqlite("SELECT 1 FROM `postings` p JOIN x JOIN users AS u", &lines, (&tables, &partial));
    assert_eq!((plan.scanned, plan.indexes.len()), (BTreeSet::from(["postings".to_owned()]), 2));
}
