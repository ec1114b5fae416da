//! A connection beside the stores: holds locks, and writes what no store would.

use std::sync::{Arc, Mutex};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, RunQueryDsl as _, SqliteConnection};
use ofektom_domain::savings::SavingsAccount;
use ofektom_testkit::{Engine, TestDb};
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

pub enum Raw {
    Postgres(Client),
    Sqlite(Arc<Mutex<SqliteConnection>>),
}

#[derive(diesel::QueryableByName)]
struct OneText {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

impl Raw {
    pub async fn open(test: &TestDb) -> Self {
        match test.engine {
            Engine::Postgres => {
                let (client, connection) = tokio_postgres::connect(&test.url, NoTls).await.unwrap();
                tokio::spawn(connection);
                Self::Postgres(client)
            }
            Engine::Sqlite => {
                let path = test.url.trim_start_matches("sqlite:").to_owned();
                let mut conn = SqliteConnection::establish(&path).unwrap();
                conn.batch_execute("PRAGMA busy_timeout = 5000").unwrap();
                Self::Sqlite(Arc::new(Mutex::new(conn)))
            }
        }
    }

    /// Runs statements; those for one engine only are given apart.
    pub async fn execute(&self, sql: &str) {
        match self {
            Self::Postgres(client) => client.batch_execute(sql).await.unwrap(),
            Self::Sqlite(conn) => conn.lock().unwrap().batch_execute(sql).unwrap(),
        }
    }

    /// The number of rows of a table.
    pub async fn count(&self, table: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        match self {
            Self::Postgres(client) => client.query_one(&sql, &[]).await.unwrap().get(0),
            Self::Sqlite(conn) => {
                let count = diesel::dsl::sql::<diesel::sql_types::BigInt>(&sql);
                count.get_result(&mut *conn.lock().unwrap()).unwrap()
            }
        }
    }

    /// What a query gives, whose one column is a text called `text`.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        match self {
            Self::Postgres(client) => client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect(),
            Self::Sqlite(conn) => {
                let rows = diesel::sql_query(sql).load::<OneText>(&mut *conn.lock().unwrap()).unwrap();
                rows.into_iter().map(|row| row.text).collect()
            }
        }
    }

    /// Stops all writers of cards until [`Raw::unlock`].
    pub async fn lock_everything(&self) {
        match self {
            Self::Postgres(_) => self.execute("BEGIN; LOCK TABLE savings_accounts IN EXCLUSIVE MODE").await,
            Self::Sqlite(_) => self.execute("BEGIN IMMEDIATE").await,
        }
    }

    pub async fn unlock(&self) {
        self.execute("ROLLBACK").await;
    }

    /// Lets append-only tables be changed.
    pub async fn append_only_drop(&self) {
        self.append_only_drop_of(&["commissions", "journal_entries", "postings"]).await;
    }

    /// Lets these tables be changed.
    pub async fn append_only_drop_of(&self, tables: &[&str]) {
        for table in tables {
            match self {
                Self::Postgres(_) => self.execute(&format!("DROP TRIGGER {table}_append_only ON {table}")).await,
                Self::Sqlite(_) => {
                    self.execute(&format!("DROP TRIGGER {table}_no_update; DROP TRIGGER {table}_no_delete")).await;
                }
            }
        }
    }

    /// An id as this engine's SQL spells it.
    pub fn id(&self, id: impl Into<Uuid>) -> String {
        let id: Uuid = id.into();
        match self {
            Self::Postgres(_) => format!("'{id}'::uuid"),
            Self::Sqlite(_) => format!("x'{}'", id.simple()),
        }
    }

    /// A live marking of the card's first box that its row does not know of.
    pub async fn insert_marking(&self, card: &SavingsAccount) {
        let (business, id) = (self.id(card.business_id), self.id(card.id));
        let (start, at) = (
            card.plan.start,
            match self {
                Self::Postgres(_) => "now()",
                Self::Sqlite(_) => "0",
            },
        );
        self.execute(&format!(
            "INSERT INTO markings (business_id, contribution_id, box_date, savings_account_id, amount_kobo, created_at)
             VALUES ({business}, {id}, '{start}', {id}, 50000, {at})"
        ))
        .await;
    }
}
