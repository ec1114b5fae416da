//! The commands.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use ofektom_domain::ids::BusinessId;

use crate::demo::Scale;

/// The back end of a thrift-savings trade. Without a command it serves.
#[derive(Debug, Parser)]
#[command(
    name = "ofektom",
    version,
    about,
    after_help = "Settings come from the environment and from the file that \
OFEKTOM_CONFIG names; `ofektom check-config` lists them all."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API
    Serve,
    /// Apply the migrations that are missing, or undo some
    Migrate {
        /// Undo so many of the latest migrations, with their data
        #[arg(long, value_name = "N")]
        down: Option<usize>,
    },
    /// Check the configuration and show it, secrets redacted
    CheckConfig,
    /// Manage the people who run the platform
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Look after the secret key
    #[command(subcommand)]
    SecretKey(SecretKeyCommand),
    /// Fill a demo business with a month of trade, and tell how to sign in
    Demo {
        /// Chance falls the same for the same seed
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
        /// Instead of the demo business, make a large set of data with so many markings, such as 100k or 10m
        #[arg(long, value_name = "MARKINGS")]
        scale: Option<Scale>,
    },
    /// Back up all that the database holds, while servers go on; the secret key is not in it
    Backup {
        /// The folder to make, where nothing may be yet
        #[arg(long, value_name = "PATH")]
        to: PathBuf,
    },
    /// Fill an empty database from a backup, and verify it; exit code 1 on any difference
    Restore {
        /// The folder that `backup` made
        #[arg(long, value_name = "PATH")]
        from: PathBuf,
        /// The secret key of then is lost: restore all the same. The audit trail cannot be verified, and everybody resets his secret
        #[arg(long)]
        key_lost: bool,
    },
    /// Copy a database into an empty one of either engine, and verify it; exit code 1 on any difference. Stop all servers before
    Copy {
        /// The database to copy: `sqlite:PATH`, `postgres://USER:PASSWORD@HOST:PORT/NAME`, or `@FILE` with that in it
        #[arg(long, value_name = "URL")]
        from: String,
        /// The empty database to fill
        #[arg(long, value_name = "URL")]
        to: String,
    },
    /// Complete the cards that have matured, once
    Mature,
    /// Look after the books
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Look after the audit trail
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Look after the copies of what is read often
    #[command(subcommand)]
    Cache(CacheCommand),
    /// Ask a running server whether it can work; exit code 1 when it cannot
    Health {
        /// The server; otherwise the one that this configuration is of
        #[arg(long, value_name = "URL")]
        url: Option<String>,
        /// Only whether it runs, whatever its database does
        #[arg(long)]
        live: bool,
        /// Ask again for so many seconds, until it can
        #[arg(long, value_name = "SECONDS", default_value_t = 0)]
        wait: u32,
    },
    /// Print the OpenAPI document
    Openapi,
}

/// Managing the people who run the platform.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Add a super admin; the passphrase is asked for, or read from standard input
    Create {
        /// The phone number to sign in with
        #[arg(long)]
        phone: String,
        /// The full name
        #[arg(long)]
        name: String,
    },
}

/// Looking after the secret key.
#[derive(Debug, Subcommand)]
pub enum SecretKeyCommand {
    /// Use the database with the configured secret key from now on, when the former one is lost: PINs and passphrases made with
    /// another one fit no more
    Accept,
    /// Tell which key the database is used with, and what is still of a former one
    Status,
    /// Make a new key in place of the one in the data folder, which is kept as a former one
    Rotate,
    /// Remove the former keys from the data folder
    Forget,
}

/// Looking after the books.
#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// Recompute every balance from the postings; exit code 1 on any difference
    Verify,
}

/// Looking after copies.
#[derive(Debug, Subcommand)]
pub enum CacheCommand {
    /// Show how the caches of a running server serve
    Stats {
        /// The server; otherwise the one that this configuration is of
        #[arg(long, value_name = "URL")]
        url: Option<String>,
        /// For programs
        #[arg(long)]
        json: bool,
    },
    /// Let every running server forget its copies
    Clear,
}

/// Looking after the audit trail.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Recompute the seals from the rows; exit code 1 on any difference. Rows that wait to be sealed are counted, and
    /// stay so; those that wait for over an hour are a difference
    Verify {
        /// Only the trail of this business; the platform's own is the nil id
        #[arg(long, value_name = "ID")]
        business: Option<BusinessId>,
        /// Hold the trail against heads that `audit head` printed earlier
        #[arg(long, value_name = "FILE")]
        heads: Option<PathBuf>,
        /// A file with a SECRET_KEY of before `secret-key accept`, to recompute what was sealed with it. Give all of them, or none: a
        /// seal of yet another key is a difference then
        #[arg(long = "former-key", value_name = "FILE")]
        former_keys: Vec<PathBuf>,
    },
    /// Print the heads of all chains, to be kept elsewhere
    Head,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_commands_are_well_formed() {
        Cli::command().debug_assert();
    }
}
