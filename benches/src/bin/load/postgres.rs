//! The PostgreSQL under measurement, for us and for pgbench alike.

use anyhow::{Context as _, Result, bail};
use tokio_postgres::{Client, NoTls};

/// A cluster that loses nothing: `fsync` and `synchronous_commit` are on.
#[derive(Clone, Debug)]
pub struct Cluster {
    admin_url: String,
}

impl Cluster {
    /// Takes the cluster of an administrator's URL, and refuses one that is fast because it may lose what it acknowledged.
    ///
    /// # Errors
    /// When it does not answer or is not durable.
    pub async fn open(admin_url: &str) -> Result<Self> {
        let cluster = Self { admin_url: admin_url.to_owned() };
        let client = connect(admin_url).await?;
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            let value: String = client.query_one(&format!("SHOW {setting}"), &[]).await?.try_get(0)?;
            if value != "on" {
                bail!("{setting} of this PostgreSQL is {value}: figures from it would say nothing");
            }
        }
        Ok(cluster)
    }

    /// Makes a database anew, as a copy of another if one is named, and gives its URL.
    ///
    /// # Errors
    /// When PostgreSQL refuses it.
    pub async fn database(&self, name: &str, template: Option<&str>) -> Result<String> {
        let client = connect(&self.admin_url).await?;
        client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        let template = template.unwrap_or("template1");
        client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await?;
        Ok(self.url(name))
    }

    /// The URL of one of its databases.
    pub fn url(&self, name: &str) -> String {
        let server = self.admin_url.rsplit_once('/').map_or(self.admin_url.as_str(), |(server, _)| server);
        format!("{server}/{name}")
    }
}

/// Connects. The connection ends with its client.
///
/// # Errors
/// When the database does not answer.
pub async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.context("PostgreSQL does not answer")?;
    tokio::spawn(connection);
    Ok(client)
}
