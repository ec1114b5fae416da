//! The commands, one a file.

mod admin_create;
mod audit;
mod backup;
mod cache;
mod check_config;
mod copy;
mod database;
mod demo;
mod fetch;
mod health;
mod ledger_verify;
mod mature;
mod migrate;
mod openapi;
mod restore;
mod secret_key_accept;
mod secret_key_rotate;
mod secret_key_status;
mod serve;
mod verification;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};

pub use serve::http_server;

use crate::cli::{AdminCommand, AuditCommand, CacheCommand, Cli, Command, LedgerCommand, SecretKeyCommand};
use crate::config::{Config, ConfigError};
use crate::{output, telemetry};

/// The exit code for a configuration or command line that is not acceptable.
const EXIT_CONFIGURATION: u8 = 2;

/// How long work may take that a command left behind.
const UNFINISHED_MAX: Duration = Duration::from_secs(5);

/// Runs a command to its end. What goes wrong is told in one line.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    match Config::load().map_err(Into::into).and_then(|config| dispatch(cli, &config)) {
        Ok(code) => code,
        Err(error) => {
            output::failure(&error);
            if error.is::<ConfigError>() { ExitCode::from(EXIT_CONFIGURATION) } else { ExitCode::FAILURE }
        }
    }
}

fn dispatch(cli: Cli, config: &Config) -> Result<ExitCode> {
    let command = cli.command.unwrap_or(Command::Serve);
    match command {
        Command::CheckConfig => return Ok(check_config::run(config)),
        Command::Openapi => return Ok(openapi::run()),
        _ => {}
    }
    let telemetry = telemetry::start(&config.log)?;
    // Threads of the runtime do the database's work; requests are read and answered on the server's own.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
    let done = runtime.block_on(async {
        match command {
            Command::Serve => serve::run(config, telemetry.link()).await,
            Command::Migrate { down } => migrate::run(config, down).await,
            Command::Admin(AdminCommand::Create { phone, name }) => admin_create::run(config, &phone, &name).await,
            Command::Demo { seed, scale: None } => demo::run(config, seed).await,
            Command::Demo { seed, scale: Some(scale) } => demo::run_scaled(config, (scale, seed)).await,
            Command::SecretKey(SecretKeyCommand::Accept) => secret_key_accept::run(config).await,
            Command::SecretKey(SecretKeyCommand::Status) => secret_key_status::run(config).await,
            Command::SecretKey(SecretKeyCommand::Rotate) => secret_key_rotate::rotate(config),
            Command::SecretKey(SecretKeyCommand::Forget) => secret_key_rotate::forget(config).await,
            Command::Backup { to } => backup::run(config, &to).await,
            Command::Restore { from, key_lost } => restore::run(config, &from, key_lost).await,
            Command::Copy { from, to } => copy::run(config, &from, &to).await,
            Command::Mature => mature::run(config).await,
            Command::Ledger(LedgerCommand::Verify) => ledger_verify::run(config).await,
            Command::Audit(AuditCommand::Verify { business, heads, former_keys }) => {
                audit::verify(config, audit::Verify { business, heads, former_keys }).await
            }
            Command::Audit(AuditCommand::Head) => audit::head(config).await,
            Command::Cache(CacheCommand::Stats { url, json }) => cache::stats(config, url.as_deref(), json).await,
            Command::Cache(CacheCommand::Clear) => cache::clear(config).await,
            Command::Health { url, live, wait } => {
                health::run(config, url.as_deref(), health::Question { is_live: live, wait_seconds: wait }).await
            }
            Command::CheckConfig => Ok(check_config::run(config)),
            Command::Openapi => Ok(openapi::run()),
        }
    });
    // A migration that is under way when the command is told to stop: the database undoes it.
    runtime.shutdown_timeout(UNFINISHED_MAX);
    done
}
