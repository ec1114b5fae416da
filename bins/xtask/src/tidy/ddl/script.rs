//! A migration, taken apart.

use std::collections::BTreeSet;

use sqlparser::ast::Statement;
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

/// The statements of a migration, and what its comments say of it.
#[derive(Debug)]
pub struct Script {
    /// In their order.
    pub statements: Vec<Statement>,
    /// Whether they are one transaction.
    pub in_transaction: bool,
    /// Whether an index is dropped `CONCURRENTLY`, which the parser does not know.
    pub drops_concurrently: bool,
    /// `-- contract: NNNN`: it takes away what no program needs that knows that migration.
    pub contract: Option<String>,
    /// Rules that it sets aside, each with a reason.
    pub allowed: BTreeSet<String>,
    /// Whether it says what a program must know from then on.
    pub raises_floor: bool,
}

impl Script {
    /// Reads a migration and its `metadata.toml`.
    ///
    /// # Errors
    /// What the parser does not read.
    pub fn read(sql: &str, metadata: &str) -> Result<Self, String> {
        let drops_concurrently = sql.contains("DROP INDEX CONCURRENTLY");
        let readable = sql.replace("DROP INDEX CONCURRENTLY", "DROP INDEX");
        let statements = Parser::parse_sql(&PostgreSqlDialect {}, &readable).map_err(|error| error.to_string())?;
        let comments = sql.lines().filter_map(|line| line.trim().strip_prefix("--")).map(str::trim);
        let contract =
            comments.clone().find_map(|text| text.strip_prefix("contract:")).map(|text| text.trim().to_owned());
        let allowed = comments.filter_map(|text| text.strip_prefix("allow ")?.split_once(':'));
        let allowed = allowed.filter(|(_, reason)| !reason.trim().is_empty());
        Ok(Self {
            in_transaction: !metadata.replace(' ', "").contains("run_in_transaction=false"),
            drops_concurrently,
            contract,
            allowed: allowed.map(|(rule, _)| rule.trim().to_owned()).collect(),
            raises_floor: statements.iter().any(raises_floor),
            statements,
        })
    }

    /// The tables that it makes.
    pub fn tables_made(&self) -> impl Iterator<Item = String> {
        self.statements.iter().filter_map(|statement| match statement {
            Statement::CreateTable(table) => Some(table.name.to_string().to_lowercase()),
            _ => None,
        })
    }
}

fn raises_floor(statement: &Statement) -> bool {
    matches!(statement, Statement::Insert(_)) && statement.to_string().contains("'schema_floor'")
}
