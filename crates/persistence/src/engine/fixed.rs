//! [`Fixed`]: a piece of SQL that is the same each time.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, TypedExpressionType, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

/// A piece of SQL of type `ST` that is written out in this program, so that a statement with it is prepared once on each
/// connection. Diesel's own `sql` may be a text that was put together, so a statement with it is prepared anew at each use, which
/// on PostgreSQL means parsed and planned anew, too.
pub(crate) fn fixed<ST>(text: &'static str) -> Fixed<ST> {
    Fixed { text, returns: PhantomData }
}

/// See [`fixed`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fixed<ST> {
    text: &'static str,
    returns: PhantomData<fn() -> ST>,
}

impl<ST: TypedExpressionType> Expression for Fixed<ST> {
    type SqlType = ST;
}

impl<QS, ST> AppearsOnTable<QS> for Fixed<ST> where Self: Expression {}

impl<QS, ST> SelectableExpression<QS> for Fixed<ST> where Self: Expression {}

impl<GB, ST> ValidGrouping<GB> for Fixed<ST> {
    type IsAggregate = is_aggregate::Never;
}

impl<ST> QueryId for Fixed<ST> {
    type QueryId = ();

    // Two of a type differ in their texts, so the cache of statements looks at the text of the statement.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST, DB: Backend> QueryFragment<DB> for Fixed<ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.text);
        Ok(())
    }
}
