//! [`Col`]: a domain type on its way to or from a column.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Nullable;
use diesel::sqlite::{Sqlite, SqliteValue};

use super::{Column, Kind};

/// A domain type in a row or a query: `users::id.eq(Col(user_id))`, `row.phone.0`.
///
/// Domain types are foreign to this crate and to diesel, so diesel cannot be taught about them directly; it is taught
/// about this wrapper once, for every type that implements [`Column`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromSqlRow)]
pub(crate) struct Col<T>(pub T);

impl<T, K> AsExpression<K> for Col<T>
where
    T: Column<K>,
    K: Kind,
{
    type Expression = Bound<K, Self>;

    fn as_expression(self) -> Self::Expression {
        Bound::new(self)
    }
}

impl<T, K> AsExpression<K> for &Col<T>
where
    T: Column<K>,
    K: Kind,
{
    type Expression = Bound<K, Self>;

    fn as_expression(self) -> Self::Expression {
        Bound::new(self)
    }
}

impl<T, K> AsExpression<Nullable<K>> for Col<T>
where
    T: Column<K>,
    K: Kind,
{
    type Expression = Bound<Nullable<K>, Self>;

    fn as_expression(self) -> Self::Expression {
        Bound::new(self)
    }
}

impl<T, K> AsExpression<Nullable<K>> for &Col<T>
where
    T: Column<K>,
    K: Kind,
{
    type Expression = Bound<Nullable<K>, Self>;

    fn as_expression(self) -> Self::Expression {
        Bound::new(self)
    }
}

impl<T, K, DB> ToSql<Nullable<K>, DB> for Col<T>
where
    DB: Backend,
    K: Kind,
    Self: ToSql<K, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        ToSql::<K, DB>::to_sql(self, out)
    }
}

impl<T, K> ToSql<K, Pg> for Col<T>
where
    T: Column<K> + std::fmt::Debug,
    K: Kind,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        K::write_pg(self.0.to_column(), out)
    }
}

impl<T, K> ToSql<K, Sqlite> for Col<T>
where
    T: Column<K> + std::fmt::Debug,
    K: Kind,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        K::write_lite(self.0.to_column(), out)
    }
}

impl<T, K> FromSql<K, Pg> for Col<T>
where
    T: Column<K>,
    K: Kind,
{
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        T::from_column(K::read_pg(value)?).map(Self)
    }
}

impl<T, K> FromSql<K, Sqlite> for Col<T>
where
    T: Column<K>,
    K: Kind,
{
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        T::from_column(K::read_lite(value)?).map(Self)
    }
}
