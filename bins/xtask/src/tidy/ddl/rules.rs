//! What a migration may not do while servers serve.

use std::collections::BTreeSet;

use sqlparser::ast::{
    AlterColumnOperation, AlterTableOperation, ColumnDef, ColumnOption, Expr, ObjectType, Statement, TableConstraint,
};

use super::Before;
use super::script::Script;

/// What is wrong with a migration, each with its rule and what to do instead.
pub fn faults(script: &Script, before: &Before) -> Vec<String> {
    let mut faults = Faults { script, before, made: script.tables_made().collect(), found: Vec::new() };
    faults.markers();
    faults.transaction();
    for statement in &script.statements {
        faults.statement(statement);
    }
    faults.found
}

struct Faults<'a> {
    script: &'a Script,
    before: &'a Before,
    /// Tables of this migration: nobody uses them yet.
    made: BTreeSet<String>,
    found: Vec<String>,
}

impl Faults<'_> {
    fn fault(&mut self, rule: &str, what: &str) {
        if !self.script.allowed.contains(rule) {
            self.found.push(format!("{what} ({rule})"));
        }
    }

    /// Whether a table has data, as far as this migration knows.
    fn is_used(&self, table: &str) -> bool {
        let table = table.to_lowercase();
        !self.made.contains(&table) && self.before.tables.contains(&table)
    }

    /// What a release takes away, the releases before it did without.
    fn markers(&mut self) {
        let known = |number: &String| self.before.migrations.contains(number);
        match (&self.script.contract, self.script.raises_floor) {
            (Some(expanded), _) if !known(expanded) => {
                let what =
                    format!("\"-- contract: {expanded}\" names no earlier migration: name the one that expanded");
                self.fault("contract", &what);
            }
            (Some(_), false) => self.fault(
                "contract",
                "a contracting migration says what programs must know: INSERT INTO installation … 'schema_floor'",
            ),
            (None, true) => self.fault("contract", "whoever raises 'schema_floor' says so: -- contract: NNNN"),
            _ => {}
        }
    }

    fn transaction(&mut self) {
        let concurrent =
            |statement: &Statement| matches!(statement, Statement::CreateIndex(index) if index.concurrently);
        let concurrently = self.script.drops_concurrently || self.script.statements.iter().any(concurrent);
        if concurrently && self.script.in_transaction {
            let what = "CONCURRENTLY works outside transactions alone: metadata.toml with run_in_transaction = false";
            self.fault("concurrently", what);
        }
        if !self.script.in_transaction && self.script.statements.len() > 1 {
            let what = "without a transaction there is one statement a migration, for what fails is not undone";
            self.fault("concurrently", what);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::CreateIndex(index) if index.concurrently && index.if_not_exists => {
                self.fault("concurrently", "IF NOT EXISTS keeps the invalid index of an attempt that failed");
            }
            Statement::CreateIndex(index) if !index.concurrently && self.is_used(&index.table_name.to_string()) => {
                self.fault("index", "an index on a table in use is made CONCURRENTLY, in a migration of its own");
            }
            Statement::AlterTable(alter) if self.is_used(&alter.name.to_string()) => {
                for operation in &alter.operations {
                    self.alter(operation);
                }
            }
            Statement::Drop { object_type, names, .. } => {
                self.drop(*object_type, names.iter().map(ToString::to_string));
            }
            Statement::Update(_) | Statement::Delete(_) => self.rows(&statement.to_string()),
            Statement::Truncate(_) => self.fault("rows", "TRUNCATE takes data away"),
            Statement::Set(_) | Statement::Reset(_) => {
                self.fault("settings", "lock_timeout and the like are set by the program, for all migrations");
            }
            Statement::Lock(_) | Statement::LockTables { .. } => {
                self.fault("lock", "a table that is locked by hand stops everybody who uses it");
            }
            Statement::Vacuum(_) => self.fault("lock", "VACUUM belongs to the database's own care"),
            _ => {}
        }
    }

    fn drop(&mut self, object_type: ObjectType, names: impl Iterator<Item = String>) {
        match object_type {
            ObjectType::Table | ObjectType::View | ObjectType::MaterializedView | ObjectType::Type => {
                for name in names {
                    if !self.made.contains(&name.to_lowercase()) {
                        self.contracting(&format!("{object_type} {name}"));
                    }
                }
            }
            ObjectType::Index if !self.script.drops_concurrently => {
                self.fault("index", "an index is dropped CONCURRENTLY, in a migration of its own");
            }
            _ => {}
        }
    }

    /// Programs of the release before may use it.
    fn contracting(&mut self, what: &str) {
        if self.script.contract.is_none() {
            let what = format!(
                "{what} goes, which running programs may use: first a release without it, then -- contract: NNNN"
            );
            self.fault("contract", &what);
        }
    }

    fn rows(&mut self, statement: &str) {
        let table = statement.split_whitespace().find(|word| !["UPDATE", "DELETE", "FROM", "ONLY"].contains(word));
        if table.is_some_and(|table| self.is_used(table)) {
            self.fault("rows", "rows of a table in use are changed by the program, in steps, not in one transaction");
        }
    }

    fn alter(&mut self, operation: &AlterTableOperation) {
        match operation {
            AlterTableOperation::AddColumn { column_def, .. } => self.add_column(column_def),
            AlterTableOperation::DropColumn { column_names, .. } => {
                for name in column_names {
                    self.contracting(&format!("the column {name}"));
                }
            }
            AlterTableOperation::RenameColumn { old_column_name, .. } => {
                self.contracting(&format!("the name of the column {old_column_name}"));
            }
            AlterTableOperation::RenameTable { .. } => self.contracting("the name of the table"),
            AlterTableOperation::AlterColumn { op, .. } => self.alter_column(op),
            AlterTableOperation::AddConstraint { constraint, not_valid } => self.add_constraint(constraint, *not_valid),
            AlterTableOperation::ValidateConstraint { .. } if self.adds_constraint() => {
                self.fault("constraint", "a constraint is validated in a migration after the one that adds it");
            }
            _ => {}
        }
    }

    fn add_column(&mut self, column: &ColumnDef) {
        let options = || column.options.iter().map(|option| &option.option);
        let default = options().find_map(|option| match option {
            ColumnOption::Default(value) => Some(value),
            _ => None,
        });
        if options().any(|option| matches!(option, ColumnOption::NotNull)) && default.is_none() {
            self.fault("not-null", "a new column that is NOT NULL has a DEFAULT: programs of before do not write it");
        }
        if default.is_some_and(is_computed) {
            self.fault("rewrite", "a DEFAULT that is computed row by row writes the whole table anew");
        }
        if options().any(|option| matches!(option, ColumnOption::Generated { .. } | ColumnOption::Identity(_)))
            || column.data_type.to_string().to_lowercase().ends_with("serial")
        {
            self.fault("rewrite", "a column that is generated writes the whole table anew");
        }
        if options().any(|option| matches!(option, ColumnOption::Unique(_) | ColumnOption::PrimaryKey(_))) {
            self.fault("index", "a new column gets its unique index CONCURRENTLY, in a migration of its own");
        }
        if options().any(|option| matches!(option, ColumnOption::Check(_) | ColumnOption::ForeignKey(_))) {
            self.fault("constraint", "a new column gets its constraint by ADD CONSTRAINT … NOT VALID");
        }
    }

    fn alter_column(&mut self, operation: &AlterColumnOperation) {
        match operation {
            AlterColumnOperation::SetDataType { .. } => {
                self.fault(
                    "rewrite",
                    "another type writes the whole table anew: add a column, fill it, contract later",
                );
            }
            AlterColumnOperation::SetNotNull => {
                self.fault("not-null", "SET NOT NULL reads the whole table under a lock: a CHECK … NOT VALID first");
            }
            AlterColumnOperation::AddGenerated { .. } => {
                self.fault("rewrite", "a column that becomes generated writes the whole table anew");
            }
            AlterColumnOperation::DropDefault => {
                self.fault("not-null", "a DEFAULT stays as long as programs run that do not write the column");
            }
            _ => {}
        }
    }

    fn add_constraint(&mut self, constraint: &TableConstraint, not_valid: bool) {
        match constraint {
            TableConstraint::ForeignKey(_) | TableConstraint::Check(_) if !not_valid => {
                self.fault("constraint", "a constraint is added NOT VALID, and validated in a later migration");
            }
            TableConstraint::Unique(_) | TableConstraint::PrimaryKey(_) | TableConstraint::Exclude(_) => {
                self.fault("index", "a unique constraint is added USING INDEX, of one that was made CONCURRENTLY");
            }
            _ => {}
        }
    }

    fn adds_constraint(&self) -> bool {
        let adds = |operation: &AlterTableOperation| matches!(operation, AlterTableOperation::AddConstraint { .. });
        self.script.statements.iter().any(|statement| match statement {
            Statement::AlterTable(alter) => alter.operations.iter().any(adds),
            _ => false,
        })
    }
}

/// Whether a default is another one in each row. `now()` is one instant for the whole statement.
fn is_computed(value: &Expr) -> bool {
    match value {
        Expr::Function(function) => {
            !["now", "current_timestamp", "current_date"].contains(&function.name.to_string().to_lowercase().as_str())
        }
        Expr::Cast { expr, .. } | Expr::Nested(expr) => is_computed(expr),
        _ => false,
    }
}
