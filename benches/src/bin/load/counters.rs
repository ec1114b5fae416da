//! The server's own counters, before and after: what reads sent to the database and to Redis.

use std::fmt;

use anyhow::Result;
use serde_json::Value;

use crate::figures::grouped;
use crate::ground::Ground;

/// Where the counters are in `/metrics`.
const STATEMENTS: &str = "/database/statements_total";
const COMMANDS: &str = "/caches/redis_link/commands";

/// The counters at one moment; `None` is what a build does not count.
#[derive(Clone, Copy, Debug)]
pub struct Counters {
    statements: Option<u64>,
    commands: Option<u64>,
}

impl Counters {
    /// Those of now.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn of(ground: &Ground) -> Result<Self> {
        let metrics = ground.server.metrics().await?;
        let counter = |path| metrics.pointer(path).and_then(Value::as_u64);
        // Without a Redis nothing is sent to it.
        let commands = counter(COMMANDS).or(ground.redis.is_none().then_some(0));
        Ok(Self { statements: counter(STATEMENTS), commands })
    }
}

/// What was counted in all runs, and in as long without a request: jobs go on in both.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    busy: Counters,
    idle: Counters,
}

impl Default for Counted {
    fn default() -> Self {
        let none = Counters { statements: Some(0), commands: Some(0) };
        Self { busy: none, idle: none }
    }
}

impl Counted {
    /// Adds a run, from `before` to `after`, and the rest after it.
    pub fn add(&mut self, before: &Counters, after: &Counters, rested: &Counters) {
        self.busy = self.busy.plus(before, after);
        self.idle = self.idle.plus(after, rested);
    }

    /// Whether the reads themselves sent nothing: no more than a job that ran once more and copies that were
    /// renewed at the end of their life may explain, and that is far less than one for each ten thousand answers.
    pub fn is_quiet(&self, answers: u64) -> bool {
        let quiet = |busy: Option<u64>, idle: Option<u64>| {
            busy.zip(idle).is_some_and(|(busy, idle)| busy.saturating_sub(idle) <= answers / 10_000)
        };
        quiet(self.busy.statements, self.idle.statements) && quiet(self.busy.commands, self.idle.commands)
    }
}

impl Counters {
    fn plus(self, before: &Self, after: &Self) -> Self {
        let grown = |sum: Option<u64>, before: Option<u64>, after: Option<u64>| {
            Some(sum?.saturating_add(after?.saturating_sub(before?)))
        };
        Self {
            statements: grown(self.statements, before.statements, after.statements),
            commands: grown(self.commands, before.commands, after.commands),
        }
    }
}

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = |count: Option<u64>| count.map_or_else(|| "not counted".to_owned(), grouped);
        write!(
            f,
            "in the runs {} SQL statements and {} Redis commands, in as long without requests {} and {} (jobs)",
            told(self.busy.statements),
            told(self.busy.commands),
            told(self.idle.statements),
            told(self.idle.commands)
        )
    }
}
