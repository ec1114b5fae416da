//! `ofektom health`: asks a running server whether it can work; for containers, which have no other program to ask with.

use std::process::ExitCode;

use anyhow::Result;

use super::fetch::{fetch, url_of};
use crate::config::Config;
use crate::output;

/// Prints the answer of `/readyz`, or of `/livez`. The exit code is 0 for 200, else 1.
pub(super) async fn run(config: &Config, url: Option<&str>, is_live: bool) -> Result<ExitCode> {
    let url = url.map_or_else(|| url_of(&config.server), str::to_owned);
    let answer = fetch(&url, if is_live { "/livez" } else { "/readyz" }).await?;
    output::line(format_args!("{}", answer.body));
    Ok(if answer.status == 200 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
