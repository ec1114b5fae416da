//! The books and the audit trail of a database that was just filled.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use jiff::Timestamp;
use ofektom_domain::ports::{Clock, VerifyTrail};
use ofektom_persistence::Db;

use super::{audit, ledger_verify};
use crate::config::Config;
use crate::output;
use crate::wiring::{Injected, System};

/// How the trail is verified.
#[derive(Clone, Copy, Debug)]
pub(super) enum Trail {
    /// By the time of now.
    Now,
    /// By the time at which it was in use.
    At(Timestamp),
    /// Not at all: nobody has its key any more.
    KeyLost,
}

/// A clock that stands still.
#[derive(Debug)]
struct Stopped(Timestamp);

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Verifies the books and the trail, says what it finds, and closes the database. A difference in either is a failure.
pub(super) async fn verify_all(config: &Config, db: Db, trail: Trail) -> Result<ExitCode> {
    let mut injected = Injected::default_of(config);
    if let Trail::At(instant) = trail {
        injected.clock = Arc::new(Stopped(instant));
    }
    let system = System::start_uncached(config, db, injected)?;
    let verified = verify(&system, trail).await;
    system.close().await;
    Ok(if verified? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn verify(system: &System, trail: Trail) -> Result<bool> {
    let books = ledger_verify::verify(system).await?;
    if matches!(trail, Trail::KeyLost) {
        output::line(
            "the audit trail was not verified: run ofektom secret-key accept, then everybody resets his secret",
        );
        return Ok(books);
    }
    let report = audit::verify_on(system, VerifyTrail::default()).await?;
    Ok(audit::print(&report) && books)
}
