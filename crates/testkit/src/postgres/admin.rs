//! The administrator's connection: makes and removes databases, never looks into one.

use std::env;

use tokio::task::JoinHandle;
use tokio_postgres::{Client, Error, NoTls};

const URL_VARIABLE: &str = "OFEKTOM_TEST_POSTGRES_URL";

pub struct Admin {
    client: Client,
    connection: JoinHandle<()>,
}

impl Admin {
    pub async fn connect() -> Self {
        Self::try_connect()
            .await
            .unwrap_or_else(|error| panic!("no answer at {URL_VARIABLE}={}: {error}", server_url()))
    }

    pub async fn try_connect() -> Result<Self, Error> {
        let (client, connection) = tokio_postgres::connect(&server_url(), NoTls).await?;
        // How the connection ends shows in the result of the statement that used it.
        let connection = tokio::spawn(async { drop(connection.await) });
        Ok(Self { client, connection })
    }

    pub async fn execute(&self, statement: &str) {
        self.try_execute(statement).await.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
    }

    pub async fn try_execute(&self, statement: &str) -> Result<(), Error> {
        self.client.batch_execute(statement).await
    }

    /// The one text that `query` gives.
    pub async fn text(&self, query: &str) -> String {
        let row = self.client.query_one(query, &[]).await.unwrap_or_else(|error| panic!("{query}: {error:?}"));
        row.get(0)
    }

    pub async fn has_database(&self, name: &str) -> bool {
        let query = "SELECT 1 FROM pg_database WHERE datname = $1";
        self.client.query_opt(query, &[&name]).await.expect("pg_database cannot be read").is_some()
    }
}

impl Drop for Admin {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

/// The URL of another database on the same server.
pub fn url_of(database: &str) -> String {
    let url = server_url();
    let (server, _) =
        url.rsplit_once('/').unwrap_or_else(|| panic!("{URL_VARIABLE}={url} does not end in /<database>"));
    format!("{server}/{database}")
}

fn server_url() -> String {
    env::var(URL_VARIABLE).unwrap_or_else(|_| {
        panic!("{URL_VARIABLE} is not set: run `cargo xtask test`, or `cargo xtask services` and export what it prints")
    })
}
