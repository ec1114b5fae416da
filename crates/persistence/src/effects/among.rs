//! A filter by pairs on PostgreSQL: `(business_id, id) IN (SELECT * FROM unnest($1, $2))`.
//!
//! Two filters `= ANY` would look every combination up.

use diesel::QueryResult;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, Bool, HasSqlType};

use super::unnest::Unnest;

/// True for rows whose columns are among the given ones.
pub(crate) struct Among<'a> {
    columns: &'static str,
    list: Unnest<'a>,
}

impl<'a> Among<'a> {
    /// The columns to look at, in parentheses and with their table's name.
    pub(crate) const fn new(columns: &'static str) -> Self {
        Self { columns, list: Unnest::new(" IN (SELECT * FROM", ")") }
    }

    /// Adds the values of the next column.
    pub(crate) fn column<K, T>(mut self, values: impl IntoIterator<Item = T>) -> Self
    where
        K: Send + 'static,
        T: Send + 'a,
        Vec<T>: ToSql<Array<K>, Pg>,
        Pg: HasSqlType<Array<K>>,
    {
        self.list = self.list.column::<K, T>(values);
        self
    }
}

impl QueryFragment<Pg> for Among<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(self.columns);
        self.list.walk_ast(out)
    }
}

impl Expression for Among<'_> {
    type SqlType = Bool;
}

impl<Table> AppearsOnTable<Table> for Among<'_> {}

impl<GroupBy> ValidGrouping<GroupBy> for Among<'_> {
    type IsAggregate = is_aggregate::No;
}

impl QueryId for Among<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
