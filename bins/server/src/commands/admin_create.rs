//! `ofektom admin create`: adds a super admin.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use console::Term;
use ofektom_domain::people::PersonName;
use ofektom_domain::phone::PhoneNumber;
use secrecy::{ExposeSecret as _, SecretString};

use super::database;
use crate::config::Config;
use crate::output;
use crate::wiring::{Injected, System};

pub(super) async fn run(config: &Config, phone: &str, name: &str) -> Result<ExitCode> {
    let phone: PhoneNumber = phone.parse().context("--phone")?;
    let name: PersonName = name.parse().context("--name")?;
    let passphrase = passphrase_read().context("the passphrase cannot be read")?;
    let db = database::open_migrated(config).await?;
    let system = System::start_uncached(config, db, Injected::default_of(config))?;
    let created = system.app.super_admin_create(phone, name, passphrase).await;
    system.close().await;
    output::line(format_args!("added the super admin {}", created?.id));
    Ok(ExitCode::SUCCESS)
}

/// Asks on a terminal, without showing what is typed; elsewhere takes the first line of standard input. A passphrase among
/// the arguments would show in the list of processes.
fn passphrase_read() -> Result<SecretString> {
    if !io::stdin().is_terminal() {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).into());
    }
    let term = Term::stderr();
    let ask = |prompt: &str| -> io::Result<SecretString> {
        term.write_str(prompt)?;
        let typed = term.read_secure_line()?;
        Ok(typed.into())
    };
    let (first, again) = (ask("Passphrase: ")?, ask("The same again: ")?);
    if first.expose_secret() != again.expose_secret() {
        bail!("the two are not the same");
    }
    Ok(first)
}
