//! What is in the database, read beside the stores.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{Nullable, Text};
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use ofektom_testkit::{Engine, TestDb};
use tokio_postgres::{Client, NoTls};

/// A connection of the test's own.
#[derive(Clone)]
pub enum Database {
    Postgres(Arc<Client>),
    Sqlite(Arc<Mutex<SqliteConnection>>),
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Nullable<Text>)]
    value: Option<String>,
}

impl Database {
    pub async fn open(db: &TestDb) -> Self {
        match db.engine {
            Engine::Postgres => {
                let (client, connection) = tokio_postgres::connect(&db.url, NoTls).await.unwrap();
                tokio::spawn(connection);
                Self::Postgres(Arc::new(client))
            }
            Engine::Sqlite => {
                let mut conn = SqliteConnection::establish(db.url.trim_start_matches("sqlite:")).unwrap();
                conn.batch_execute("PRAGMA busy_timeout = 5000").unwrap();
                Self::Sqlite(Arc::new(Mutex::new(conn)))
            }
        }
    }

    /// The texts that a query gives in its column `value`.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let rows: Vec<Option<String>> = match self {
            Self::Postgres(client) => {
                client.query(sql, &[]).await.unwrap().iter().map(|row| row.get("value")).collect()
            }
            Self::Sqlite(conn) => {
                let rows = sql_query(sql).load::<Row>(&mut *conn.lock().unwrap()).unwrap();
                rows.into_iter().map(|row| row.value).collect()
            }
        };
        rows.into_iter().map(Option::unwrap_or_default).collect()
    }

    /// The verbs of the audit trail with the number of their rows.
    pub async fn audit_counts(&self) -> BTreeMap<String, u64> {
        let sql = "SELECT verb || ' ' || CAST(count(*) AS TEXT) AS value FROM audit_rows GROUP BY verb";
        let counted = self.texts(sql).await;
        let counted = counted.iter().map(|line| line.split_once(' ').unwrap());
        counted.map(|(verb, count)| (verb.to_owned(), count.parse().unwrap())).collect()
    }

    /// Everything that is stored: each table with its rows, in an order that does not depend on when they were written.
    pub async fn everything(&self) -> BTreeMap<String, Vec<String>> {
        let mut tables = BTreeMap::new();
        for table in self.tables().await {
            let row = self.row_of(&table).await;
            let mut rows = self.texts(&format!("SELECT {row} AS value FROM {table} t")).await;
            rows.sort_unstable();
            tables.insert(table, rows);
        }
        tables
    }

    async fn tables(&self) -> Vec<String> {
        self.texts(match self {
            Self::Postgres(_) => {
                "SELECT table_name::text AS value FROM information_schema.tables \
                 WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            }
            Self::Sqlite(_) => {
                "SELECT name AS value FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            }
        })
        .await
    }

    /// An expression for a whole row as text.
    async fn row_of(&self, table: &str) -> String {
        match self {
            Self::Postgres(_) => "t::text".to_owned(),
            Self::Sqlite(_) => {
                let columns = self.texts(&format!("SELECT name AS value FROM pragma_table_info('{table}')")).await;
                let quoted: Vec<String> = columns.iter().map(|column| format!("quote({column})")).collect();
                quoted.join(" || ',' || ")
            }
        }
    }
}
