//! [`Bytewise`]: texts in one order on both engines.

use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;

/// A column of texts that is ordered and compared byte by byte, as SQLite does by itself. PostgreSQL goes by the language of
/// the database unless it is told otherwise, so a list would have another order on each server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytewise<C>(pub(crate) C);

impl<C: Expression<SqlType = Text>> Expression for Bytewise<C> {
    type SqlType = Text;
}

impl<T, C: Expression<SqlType = Text> + AppearsOnTable<T>> AppearsOnTable<T> for Bytewise<C> {}

impl<C> ValidGrouping<()> for Bytewise<C> {
    type IsAggregate = is_aggregate::No;
}

/// Statements are told apart by their text.
impl<C> QueryId for Bytewise<C> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for Bytewise<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" COLLATE \"C\"");
        Ok(())
    }
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Bytewise<C> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}
