//! One PostgreSQL statement for any number of rows, with one bind a column.
//!
//! `INSERT … SELECT * FROM unnest($1, $2, …)` has the same text whatever the number of rows. So it is prepared once per
//! connection and never meets the limit of 65,535 binds, unlike a list of values.

use std::marker::PhantomData;

use diesel::QueryResult;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, HasSqlType};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};

/// A statement over rows that are given column by column.
pub(crate) struct Unnest<'a> {
    head: &'static str,
    tail: &'static str,
    columns: Vec<Box<dyn QueryFragment<Pg> + Send + 'a>>,
}

impl<'a> Unnest<'a> {
    /// A statement that reads `head unnest(columns) tail`.
    pub(crate) const fn new(head: &'static str, tail: &'static str) -> Self {
        Self { head, tail, columns: Vec::new() }
    }

    /// Adds a column of the SQL type `K`.
    pub(crate) fn column<K, T>(mut self, values: impl IntoIterator<Item = T>) -> Self
    where
        K: Send + 'static,
        T: Send + 'a,
        Vec<T>: ToSql<Array<K>, Pg>,
        Pg: HasSqlType<Array<K>>,
    {
        let values: Vec<T> = values.into_iter().collect();
        self.columns.push(Box::new(Values { values, kind: PhantomData::<K> }));
        self
    }

    /// Runs the statement and gives the number of rows it wrote.
    pub(crate) async fn execute_on(self, mut conn: &AsyncPgConnection) -> QueryResult<usize> {
        self.execute(&mut conn).await
    }
}

impl QueryFragment<Pg> for Unnest<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(self.head);
        out.push_sql(" unnest(");
        for (at, column) in self.columns.iter().enumerate() {
            if at > 0 {
                out.push_sql(", ");
            }
            column.walk_ast(out.reborrow())?;
        }
        out.push_sql(") ");
        out.push_sql(self.tail);
        Ok(())
    }
}

/// Prepared statements are kept by their text.
impl QueryId for Unnest<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// The values of one column.
struct Values<K, T> {
    values: Vec<T>,
    kind: PhantomData<K>,
}

impl<K, T> QueryFragment<Pg> for Values<K, T>
where
    K: 'static,
    Vec<T>: ToSql<Array<K>, Pg>,
    Pg: HasSqlType<Array<K>>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_bind_param::<Array<K>, Vec<T>>(&self.values)
    }
}
