//! Values come back from both engines as they went in, and compare there as they do here.

use std::fmt::Debug;

use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::query_builder::QueryId;
use diesel::sql_types::{Bool, HasSqlType};
use diesel::sqlite::Sqlite;
use diesel::{ExpressionMethods as _, IntoSql as _};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use ofektom_domain::ids::UserId;
use ofektom_domain::money::Money;
use ofektom_domain::people::TokenHash;
use ofektom_testkit::{TestDb, on_both_engines};
use uuid::Uuid;

use super::{Bytes, Col, Column, Day, Instant, Json, Kind, Uid, Whole, Word};
use crate::engine::{Conn, Db, DbConfig};

/// A kind as diesel's queries need it.
trait Stored: Kind + QueryId + Send + 'static {}

impl<K: Kind + QueryId + Send + 'static> Stored for K {}

on_both_engines!(values_come_back, days_and_instants_compare, instants_are_cut_to_the_microsecond);

/// Sends each value through a query with a parameter of the kind and compares what comes back.
async fn round_trip<K, T>(db: &Db, values: impl IntoIterator<Item = T>)
where
    K: Stored,
    T: Column<K> + Clone + Debug + PartialEq + Send + 'static,
    Pg: HasSqlType<K>,
    Sqlite: HasSqlType<K>,
{
    for value in values {
        let sent = value.clone();
        let work = async move |conn: &mut Conn| {
            let sent = <Col<T> as AsExpression<K>>::as_expression(Col(sent));
            Ok(on!(conn, |c| diesel::select(sent).get_result::<Col<T>>(c).await)?)
        };
        assert_eq!(db.read(work).await.unwrap().0, value);
    }
}

async fn values_come_back(test: TestDb) {
    let db = Db::connect(DbConfig::new(&test.url)).await.unwrap();
    round_trip::<Uid, _>(&db, [0, 1, u128::MAX].map(|id| UserId::from_uuid(Uuid::from_u128(id)))).await;
    round_trip::<Instant, _>(&db, instants()).await;
    round_trip::<Day, _>(&db, days()).await;
    round_trip::<Whole, _>(&db, [i64::MIN, -1, 0, 1, i64::MAX].map(Money::from_kobo)).await;
    round_trip::<Whole, _>(&db, [0_u32, 1, u32::MAX]).await;
    round_trip::<Bytes, _>(&db, [TokenHash([0; 32]), TokenHash([255; 32])]).await;
    round_trip::<Json, _>(&db, [serde_json::json!({"a": ["ọ", 1, null]}), serde_json::Value::Null]).await;
    round_trip::<Word, _>(&db, ["::1", "192.0.2.7"].map(|text| text.parse::<std::net::IpAddr>().unwrap())).await;
}

async fn days_and_instants_compare(test: TestDb) {
    let db = Db::connect(DbConfig::new(&test.url)).await.unwrap();
    for pair in days().windows(2) {
        assert!(less::<Day, _>(&db, pair[0], pair[1]).await, "{pair:?}");
    }
    for pair in instants().windows(2) {
        assert!(less::<Instant, _>(&db, pair[0], pair[1]).await, "{pair:?}");
    }
}

async fn less<K, T>(db: &Db, smaller: T, larger: T) -> bool
where
    K: Stored,
    T: Column<K> + Copy + Debug + Send + 'static,
    Pg: HasSqlType<K>,
    Sqlite: HasSqlType<K>,
{
    let work = async move |conn: &mut Conn| {
        let smaller = <Col<T> as AsExpression<K>>::as_expression(Col(smaller));
        let compared = smaller.lt(Col(larger));
        Ok(on!(conn, |c| diesel::select(compared.into_sql::<Bool>()).get_result::<bool>(c).await)?)
    };
    db.read(work).await.unwrap()
}

async fn instants_are_cut_to_the_microsecond(test: TestDb) {
    let db = Db::connect(DbConfig::new(&test.url)).await.unwrap();
    let exact: Timestamp = "2025-03-01T08:30:00.123456789Z".parse().unwrap();
    let work = async move |conn: &mut Conn| {
        Ok(on!(conn, |c| diesel::select(Col(exact).into_sql::<Instant>()).get_result::<Col<Timestamp>>(c).await)?)
    };
    assert_eq!(db.read(work).await.unwrap().0, "2025-03-01T08:30:00.123456Z".parse().unwrap());
}

/// In ascending order.
fn days() -> [Date; 6] {
    [date(1, 1, 1), date(1999, 12, 31), date(2000, 1, 1), date(2024, 2, 29), date(2025, 10, 9), date(9999, 12, 31)]
}

/// In ascending order.
fn instants() -> Vec<Timestamp> {
    ["1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z", "2000-01-01T00:00:00.000001Z", "2038-01-19T03:14:08Z"]
        .map(|text| text.parse().unwrap())
        .to_vec()
}
