//! Which tables are carried, and what their columns hold: read from `schema.rs`, so that a new table cannot be forgotten.

use serde::{Deserialize, Serialize};

/// `schema.rs` as it is compiled. Tables stand in it after those that they refer to.
const SCHEMA: &str = include_str!("../schema.rs");

/// Tables that stay behind. The change feed is numbered by the transactions of its own server; the new one begins with a row that
/// tells servers to forget everything.
pub(crate) const LEFT_BEHIND: [&str; 1] = ["change_feed"];

/// What a column holds, whatever the engine.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ColumnKind {
    /// An identifier of 16 bytes.
    Uid,
    /// Microseconds since 1970.
    Instant,
    /// A day of the calendar.
    Day,
    /// A whole number.
    Whole,
    /// Bytes.
    Bytes,
    /// A text.
    Text,
    /// A JSON document.
    Json,
    /// A flag.
    Flag,
}

/// A column of a table.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// Whether it may hold nothing.
    pub nullable: bool,
}

/// A table, by which its rows can be read and written on either engine.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Table {
    /// Its name.
    pub name: String,
    /// The names of the columns of its primary key.
    pub key: Vec<String>,
    /// All its columns.
    pub columns: Vec<Column>,
}

impl ColumnKind {
    /// The kind that a word of `schema.rs` stands for.
    fn of_word(word: &str) -> Option<Self> {
        match word {
            "Uid" => Some(Self::Uid),
            "Instant" => Some(Self::Instant),
            "Day" => Some(Self::Day),
            "Whole" => Some(Self::Whole),
            "Bytes" | "Binary" => Some(Self::Bytes),
            "Word" | "Text" => Some(Self::Text),
            "Json" => Some(Self::Json),
            "Bool" => Some(Self::Flag),
            _ => None,
        }
    }
}

impl Table {
    /// The table's name in SQL.
    pub fn quoted(&self) -> String {
        quoted(&self.name)
    }

    /// The names of all columns in SQL, with commas between them.
    pub fn columns_quoted(&self) -> String {
        self.columns.iter().map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ")
    }

    /// What orders the rows alike on both engines, in SQL. PostgreSQL compares texts by the bytes only when it is told to;
    /// for everything else both engines agree.
    pub fn order(&self, collation_of_texts: &str) -> String {
        let of_key = |name: &String| {
            let kind = self.columns.iter().find(|column| column.name == *name).map(|column| column.kind);
            let collation = if kind == Some(ColumnKind::Text) { collation_of_texts } else { "" };
            format!("{}{collation}", quoted(name))
        };
        self.key.iter().map(of_key).collect::<Vec<_>>().join(", ")
    }

    /// What takes away the rows that migrations put there, in SQL.
    pub fn rows_of_migrations_delete(&self) -> Option<String> {
        rows_of_migrations(&self.name).map(|rows| format!("DELETE FROM {} WHERE {rows}", self.quoted()))
    }

    /// Whether every name is one that a table or column of ours can have, and the key is among the columns. Names of a
    /// manifest become part of statements.
    pub fn is_well_formed(&self) -> bool {
        let plain = |name: &str| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        };
        let is_column = |name: &String| self.columns.iter().any(|column| column.name == *name);
        plain(&self.name)
            && !self.columns.is_empty()
            && !self.key.is_empty()
            && self.columns.iter().all(|column| plain(&column.name))
            && self.key.iter().all(is_column)
    }
}

/// The rows of a carried table that migrations put there, as a condition in SQL. A fresh database has them without being used; those
/// of the source take their place.
fn rows_of_migrations(table: &str) -> Option<&'static str> {
    (table == "installation").then_some("name = 'schema_floor'")
}

/// A query that finds a row of a table, be it one of another program, unless a migration put it there.
pub(crate) fn row_find(table: &str) -> String {
    let used = rows_of_migrations(table).map_or_else(String::new, |rows| format!(" WHERE NOT ({rows})"));
    format!("SELECT CAST(1 AS bigint) AS found FROM {}{used} LIMIT 1", quoted(table))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// All tables that are carried, in an order in which they can be filled.
pub(crate) fn tables_carried() -> Vec<Table> {
    let mut tables = tables_declared();
    tables.retain(|table| !LEFT_BEHIND.contains(&table.name.as_str()));
    tables
}

/// All tables of `schema.rs`.
pub(crate) fn tables_declared() -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for line in SCHEMA.lines().map(str::trim) {
        if let Some((name, key)) = line.strip_suffix(") {").and_then(|head| head.split_once(" (")) {
            let key = key.split(", ").map(str::to_owned).collect();
            tables.push(Table { name: name.to_owned(), key, columns: Vec::new() });
        } else if let Some((name, word)) = line.strip_suffix(',').and_then(|line| line.split_once(" -> ")) {
            let inner = word.strip_prefix("Nullable<").and_then(|word| word.strip_suffix('>'));
            let kind = ColumnKind::of_word(inner.unwrap_or(word));
            if let (Some(table), Some(kind)) = (tables.last_mut(), kind) {
                table.columns.push(Column { name: name.to_owned(), kind, nullable: inner.is_some() });
            }
        }
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_read_whole() {
        let tables = tables_declared();
        let declared = SCHEMA.matches("diesel::table! {").count();
        assert_eq!(tables.len(), declared);
        let columns: usize = tables.iter().map(|table| table.columns.len()).sum();
        let of_columns = |line: &&str| line.starts_with("        ") && line.contains(" -> ");
        assert_eq!(columns, SCHEMA.lines().filter(of_columns).count(), "a column has a kind that is not known here");
        assert!(tables.iter().all(Table::is_well_formed));
        assert_eq!(tables_carried().len(), tables.len() - LEFT_BEHIND.len());
    }

    #[test]
    fn keys_with_texts_are_ordered_by_their_bytes() {
        let tables = tables_declared();
        let order = |name: &str| tables.iter().find(|table| table.name == name).unwrap().order(" COLLATE \"C\"");
        assert_eq!(order("idempotency_keys"), r#""caller_id", "key" COLLATE "C""#);
        assert_eq!(order("users"), r#""id""#);
    }

    #[test]
    fn names_that_are_none_are_not_well_formed() {
        let mut table = tables_declared().remove(0);
        assert!(table.is_well_formed());
        table.name = "users; DROP TABLE users".to_owned();
        assert!(!table.is_well_formed());
    }
}
