//! [`Clause`]: a condition that is put together at run time, once for both engines.
//!
//! Diesel's own way, a boxed query, pins the engine, the table and what is selected, so the same conditions would have to be
//! written again for a list, its count and its sum. A clause pins the table alone: a function makes it, and any query of that
//! table takes it with `.filter(clause)`.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, NonAggregate, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, BoolOrNullableBool, HasSqlType, Text};
use diesel::sqlite::Sqlite;

use super::types::Uid;

/// A piece of SQL that both engines can run.
pub(crate) trait Fragment: QueryFragment<Pg> + QueryFragment<Sqlite> + Send + Sync {}

impl<F: QueryFragment<Pg> + QueryFragment<Sqlite> + Send + Sync> Fragment for F {}

/// A column (or the like) of `T` that holds ids.
pub(crate) trait Ids<T>:
    Expression<SqlType = Uid>
    + AppearsOnTable<T>
    + ValidGrouping<(), IsAggregate = is_aggregate::No>
    + Fragment
    + Copy
    + 'static
{
}

impl<C, T> Ids<T> for C where
    C: Expression<SqlType = Uid>
        + AppearsOnTable<T>
        + ValidGrouping<(), IsAggregate = is_aggregate::No>
        + Fragment
        + Copy
        + 'static
{
}

/// A condition on the rows of `T`: all of its parts must hold. It can only be narrowed: what is added to it never lets in a
/// row that it kept out.
pub(crate) struct Clause<T> {
    parts: Vec<Box<dyn Fragment>>,
    rows: PhantomData<fn() -> T>,
}

impl<T: 'static> Clause<T> {
    /// Holds for every row, until parts are added.
    pub(crate) const fn all() -> Self {
        Self { parts: Vec::new(), rows: PhantomData }
    }

    /// Holds for no row.
    pub(crate) fn none() -> Self {
        Self::any_of([])
    }

    /// Holds where one of the clauses does.
    pub(crate) fn any_of(clauses: impl IntoIterator<Item = Self>) -> Self {
        Self::all().pushed(AnyOf(clauses.into_iter().collect()))
    }

    /// With one part more.
    pub(crate) fn with<P>(self, part: P) -> Self
    where
        P: Expression<SqlType: BoolOrNullableBool> + AppearsOnTable<T> + NonAggregate + Fragment + 'static,
    {
        self.pushed(part)
    }

    /// With one part more when there is a value for it.
    pub(crate) fn with_some<V, P>(self, value: Option<V>, part: impl FnOnce(V) -> P) -> Self
    where
        P: Expression<SqlType: BoolOrNullableBool> + AppearsOnTable<T> + NonAggregate + Fragment + 'static,
    {
        match value {
            Some(value) => self.with(part(value)),
            None => self,
        }
    }

    /// With `column` being among what a query selects.
    pub(crate) fn with_in<C, Q>(self, column: C, selected: Q) -> Self
    where
        C: Ids<T>,
        Q: Query<SqlType = Uid> + Fragment + 'static,
    {
        self.pushed(In { column, selected })
    }

    /// With `column` being like a pattern in which `%` stands for any text. Whoever makes the pattern sees to it that
    /// nothing else in it is a wildcard.
    pub(crate) fn with_like<C>(self, column: C, pattern: String) -> Self
    where
        C: AppearsOnTable<T> + NonAggregate + Fragment + 'static,
    {
        self.pushed(Like { column, pattern })
    }

    fn pushed(mut self, part: impl Fragment + 'static) -> Self {
        self.parts.push(Box::new(part));
        self
    }
}

/// Writes parts in brackets with `between` between them, or `none` when there are none.
fn walk_joined<'b, DB: Backend, P: QueryFragment<DB> + ?Sized + 'b>(
    parts: impl ExactSizeIterator<Item = &'b P>,
    (between, none): (&str, &str),
    mut out: AstPass<'_, 'b, DB>,
) -> QueryResult<()> {
    out.push_sql(if parts.len() == 0 { none } else { "(" });
    let closing = if parts.len() == 0 { "" } else { ")" };
    for (at, part) in parts.enumerate() {
        if at > 0 {
            out.push_sql(between);
        }
        part.walk_ast(out.reborrow())?;
    }
    out.push_sql(closing);
    Ok(())
}

const AND: (&str, &str) = (" AND ", "(1=1)");
const OR: (&str, &str) = (" OR ", "(1=0)");

impl<T> Expression for Clause<T> {
    type SqlType = Bool;
}

impl<T> AppearsOnTable<T> for Clause<T> {}

impl<T> ValidGrouping<()> for Clause<T> {
    type IsAggregate = is_aggregate::No;
}

/// Statements are told apart by their text.
impl<T> QueryId for Clause<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T> QueryFragment<Pg> for Clause<T> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        walk_joined(self.parts.iter().map(AsRef::as_ref), AND, out)
    }
}

impl<T> QueryFragment<Sqlite> for Clause<T> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        walk_joined(self.parts.iter().map(AsRef::as_ref), AND, out)
    }
}

/// One of the clauses holds.
struct AnyOf<T>(Vec<Clause<T>>);

impl<DB: Backend, T> QueryFragment<DB> for AnyOf<T>
where
    Clause<T>: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        walk_joined(self.0.iter(), OR, out)
    }
}

/// `column IN (SELECT …)`.
struct In<C, Q> {
    column: C,
    selected: Q,
}

impl<DB: Backend, C: QueryFragment<DB>, Q: QueryFragment<DB>> QueryFragment<DB> for In<C, Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (");
        self.selected.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// `column LIKE pattern`. Diesel's own takes columns of its own text type only.
struct Like<C> {
    column: C,
    pattern: String,
}

impl<DB, C> QueryFragment<DB> for Like<C>
where
    DB: Backend + HasSqlType<Text>,
    C: QueryFragment<DB>,
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" LIKE ");
        out.push_bind_param::<Text, _>(&self.pattern)
    }
}

#[cfg(test)]
mod tests {
    use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
    use diesel::{debug_query, pg::Pg, sqlite::Sqlite};

    use super::*;
    use crate::schema::users;

    fn sql(clause: impl Fn() -> Clause<users::table>) -> String {
        let query = || users::table.filter(clause()).select(users::id);
        let (pg, lite) = (debug_query::<Pg, _>(&query()).to_string(), debug_query::<Sqlite, _>(&query()).to_string());
        let condition = |text: &str| text.split_once(" WHERE ").unwrap().1.split_once(" -- ").unwrap().0.to_owned();
        assert_eq!(condition(&pg).replace("$1", "?").replace("$2", "?").replace('"', "`"), condition(&lite));
        condition(&lite)
    }

    #[test]
    fn parts_are_joined_and_none_is_all_or_nothing() {
        assert_eq!(sql(Clause::all), "(1=1)");
        assert_eq!(sql(Clause::none), "((1=0))");
        let phone = || Clause::all().with_like(users::phone, "%8".to_owned());
        let name = || Clause::all().with_like(users::name_search, "x%".to_owned());
        let both = || Clause::any_of([phone(), name()]).with(users::secret_hash.is_null());
        let expected =
            "(((`users`.`phone` LIKE ?) OR (`users`.`name_search` LIKE ?)) AND (`users`.`secret_hash` IS NULL))";
        assert_eq!(sql(both), expected);
        assert_eq!(sql(|| Clause::all().with_some(None::<&str>, |name| users::name_search.eq(name))), "(1=1)");
        let among = || Clause::all().with_in(users::id, users::table.select(users::updated_by));
        assert_eq!(sql(among), "(`users`.`id` IN (SELECT `users`.`updated_by` FROM `users`))");
    }
}
