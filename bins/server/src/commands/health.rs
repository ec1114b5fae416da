//! `ofektom health`: asks a running server whether it can work; for containers, which have no other program to ask with, and for
//! scripts that wait for it.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use tokio::time::{Instant, sleep};

use super::fetch::{fetch, url_of};
use crate::config::Config;
use crate::output;

/// What is waited before it is asked again.
const PAUSE: Duration = Duration::from_millis(100);

/// What is asked.
pub(super) struct Question {
    /// Only whether it runs.
    pub is_live: bool,
    /// For how long it is asked again.
    pub wait_seconds: u32,
}

/// Prints the last answer of `/readyz`, or of `/livez`. The exit code is 0 for 200, else 1.
pub(super) async fn run(config: &Config, url: Option<&str>, question: Question) -> Result<ExitCode> {
    let url = url.map_or_else(|| url_of(&config.server), str::to_owned);
    let path = if question.is_live { "/livez" } else { "/readyz" };
    let until = Instant::now() + Duration::from_secs(question.wait_seconds.into());
    loop {
        let answer = fetch(&url, path).await;
        let is_well = answer.as_ref().is_ok_and(|answer| answer.status == 200);
        if is_well || Instant::now() >= until {
            output::line(format_args!("{}", answer?.body));
            return Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        sleep(PAUSE).await;
    }
}
