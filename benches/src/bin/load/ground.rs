//! A server on a database of its own, with a stage on it: where a row is measured.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use serde_json::json;
use tempfile::TempDir;

use crate::client::Connection;
use crate::drive::{Requests, Span};
use crate::machine::Circumstances;
use crate::postgres::{Cluster, connect};
use crate::redis::Redis;
use crate::report::{Report, Row, step};
use crate::request;
use crate::server::{Server, Setting};
use crate::stage::{BOX_NAIRA, Stage};

/// The database under the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Engine {
    /// The embedded default.
    Sqlite,
    /// The durable cluster.
    Postgres,
}

impl Engine {
    /// Its name in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// What all rows are measured with.
pub struct Bench {
    /// The server's program.
    pub program: PathBuf,
    /// The durable cluster, when there is one.
    pub cluster: Option<Cluster>,
    /// The program pgbench.
    pub pgbench: PathBuf,
    /// The program redis-server, where there is one.
    pub redis_server: Option<PathBuf>,
    /// The engines asked for.
    pub engines: Vec<Engine>,
    /// Short runs, whose figures say little.
    pub quick: bool,
    /// Where and when.
    pub circumstances: Circumstances,
    /// What was measured.
    pub report: Report,
}

impl Bench {
    /// Runs of each side, in turns.
    pub const fn rounds(&self) -> usize {
        if self.quick { 1 } else { 3 }
    }

    /// The length of a run.
    pub const fn span(&self) -> Span {
        if self.quick {
            Span { warm_up: Duration::from_millis(500), measured: Duration::from_secs(2) }
        } else {
            Span { warm_up: Duration::from_secs(2), measured: Duration::from_secs(8) }
        }
    }

    /// The cluster.
    ///
    /// # Errors
    /// When none was named.
    pub fn cluster(&self) -> Result<&Cluster> {
        self.cluster.as_ref().context("PostgreSQL is asked for, but --postgres-url names none")
    }

    /// Takes a row into the report.
    pub fn add(&mut self, mut row: Row) {
        row.circumstances = Some(self.circumstances.clone());
        self.report.add(row);
    }
}

/// A running server with a stage.
pub struct Ground {
    /// The database.
    pub engine: Engine,
    /// Its URL; the embedded one is in the folder.
    pub url: Option<String>,
    /// The server.
    pub server: Server,
    /// The business on it.
    pub stage: Stage,
    /// Its Redis, when it has one.
    pub redis: Option<Redis>,
    program: PathBuf,
    // Removed after the server has stopped: fields are dropped in their order.
    folder: TempDir,
}

impl Ground {
    /// Makes a database, starts a server on it and makes a stage of so many cards, one of them with one contribution.
    ///
    /// # Errors
    /// When something does not start.
    pub async fn lay(bench: &Bench, engine: Engine, cards: usize) -> Result<Self> {
        Self::lay_with(bench, engine, cards, None).await
    }

    /// The same with a Redis.
    ///
    /// # Errors
    /// As [`Ground::lay`].
    pub async fn lay_with(bench: &Bench, engine: Engine, cards: usize, redis: Option<Redis>) -> Result<Self> {
        step(format_args!("{}: making a business of {cards} cards", engine.name()));
        let folder = tempfile::Builder::new().prefix("ofektom-load-").tempdir()?;
        let url = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(bench.cluster()?.database("load", None).await?),
        };
        let program = bench.program.clone();
        let redis_port = redis.as_ref().map(|redis| redis.port);
        let setting = Setting {
            program: &program,
            folder: folder.path(),
            database_url: url.as_deref(),
            redis_port,
            copies: true,
        };
        let server = Server::start(&setting).await?;
        let stage = Stage::make(server.address, cards).await?;
        if let Some(url) = &url {
            // As autovacuum does within a minute: what was filled this second has no statistics yet, on a server at work all has.
            connect(url).await?.batch_execute("ANALYZE").await?;
        }
        let ground = Self { engine, url, server, stage, redis, program, folder };
        ground.one_contribution().await?;
        Ok(ground)
    }

    /// Stops the server, does something with the database at rest, and starts it again.
    ///
    /// # Errors
    /// When the work fails or the server does not come back.
    pub async fn at_rest<T>(mut self, work: impl AsyncFnOnce(&Self) -> Result<T>) -> Result<(Self, T)> {
        // A server that has stopped already answers no signal; the process is reaped by its owner.
        self.server.rest()?;
        let done = work(&self).await?;
        let setting = Setting {
            program: &self.program,
            folder: self.folder.path(),
            database_url: self.url.as_deref(),
            redis_port: self.redis.as_ref().map(|redis| redis.port),
            copies: true,
        };
        self.server = Server::start(&setting).await?;
        self.stage.sign_in(self.server.address).await?;
        Ok((self, done))
    }

    /// A copy of the embedded database at rest.
    ///
    /// # Errors
    /// When it cannot be copied.
    pub fn copy_of_file(&self) -> Result<TempDir> {
        let copy = tempfile::Builder::new().prefix("ofektom-load-copy-").tempdir()?;
        for entry in fs::read_dir(self.folder.path())? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with("ofektom.db") {
                fs::copy(entry.path(), copy.path().join(entry.file_name()))?;
            }
        }
        Ok(copy)
    }

    async fn one_contribution(&self) -> Result<()> {
        let card = self.stage.cards.last().context("a card")?;
        self.contribute(card, BOX_NAIRA).await
    }

    /// Records a contribution of the first collector's on a card that has none yet.
    ///
    /// # Errors
    /// When the server refuses it.
    pub async fn contribute(&self, card: &str, amount: &str) -> Result<()> {
        let collector = self.stage.collectors.first().context("a collector")?;
        let (mut buffer, body) = (Vec::new(), json!({ "amount": amount, "method": "cash" }).to_string());
        let path = format!("/api/v1/savings/{card}/contributions");
        request::post_money(&mut buffer, &path, &collector.token, &format!("first-of-{card}"), &body);
        let mut connection = Connection::open(self.server.address).await?;
        let answer = connection.ask(&buffer).await?;
        anyhow::ensure!(answer.is_success(), "{}: {}", answer.status, String::from_utf8_lossy(answer.body));
        Ok(())
    }
}

/// The body of a contribution of one box.
pub fn one_box() -> String {
    json!({ "amount": BOX_NAIRA, "method": "cash" }).to_string()
}

/// The same requests from so many connections.
pub fn everybody(connections: usize, one: impl Fn(usize) -> Requests) -> Vec<Requests> {
    (0..connections).map(one).collect()
}

/// Reads one path again and again.
pub fn reading(path: String, token: String) -> Requests {
    Box::new(move |buffer| request::get(buffer, &path, &token))
}

/// Reads some paths in turn.
pub fn reading_in_turn(paths: Vec<String>, token: String) -> Requests {
    let mut turns = (0..paths.len()).cycle();
    Box::new(move |buffer| {
        let path = turns.next().and_then(|turn| paths.get(turn));
        request::get(buffer, path.map_or("", String::as_str), &token);
    })
}
