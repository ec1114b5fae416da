//! What is in the database, read beside the stores.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{Nullable, Text};
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use ofektom_testkit::{Engine, TestDb};
use serde_json::Value;
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

    /// The audit trail, oldest rows first. Ids are without hyphens, states are texts, and what is missing is empty.
    pub async fn trail(&self) -> Vec<Value> {
        let json_object = if matches!(self, Self::Postgres(_)) { "json_build_object" } else { "json_object" };
        let id = |name: &str| match self {
            Self::Postgres(_) => format!("replace(CAST({name} AS text), '-', '')"),
            Self::Sqlite(_) => format!("lower(hex({name}))"),
        };
        let ids = ["id", "business_id", "actor_id", "entity_id"];
        let ids = ids.map(|name| format!("'{name}', CASE WHEN {name} IS NULL THEN '' ELSE {} END", id(name)));
        let texts = ["verb", "entity", "address", "request_id", "state_before", "state_after"];
        let texts = texts.map(|name| format!("'{name}', coalesce(CAST({name} AS text), '')"));
        let fields = [ids.as_slice(), texts.as_slice()].concat().join(", ");
        let rows = self
            .texts(&format!("SELECT CAST({json_object}({fields}) AS text) AS value FROM audit_rows ORDER BY id"))
            .await;
        rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect()
    }

    /// The rows of the trail that are not in `before`.
    pub async fn trail_since(&self, before: &[Value]) -> Vec<Value> {
        self.trail().await.into_iter().filter(|row| !before.iter().any(|known| known["id"] == row["id"])).collect()
    }

    /// Runs statements.
    pub async fn execute(&self, sql: &str) {
        match self {
            Self::Postgres(client) => client.batch_execute(sql).await.unwrap(),
            Self::Sqlite(conn) => conn.lock().unwrap().batch_execute(sql).unwrap(),
        }
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
