//! `ofektom secret-key rotate` and `forget`: a new key in the data folder, and the end of the former ones.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};

use super::secret_key_status;
use crate::config::{Config, SecretKeySource};
use crate::output;
use crate::secret_key::{kept_key_rotate, kept_keys_forget};

pub(super) fn rotate(config: &Config) -> Result<ExitCode> {
    kept_key_rotate(kept(config)?)?;
    output::line("there is a new secret key; the former one is kept beside it");
    output::line(
        "start the server again: it uses the new key from then on, and what was made with the former one still counts",
    );
    Ok(ExitCode::SUCCESS)
}

/// Only what nothing is of any more, or what is to be given up.
pub(super) async fn forget(config: &Config) -> Result<ExitCode> {
    let path = kept(config)?;
    let left = secret_key_status::former_left(config).await?;
    if left.chains > 0 {
        bail!("{} chains of the audit trail are still under a former key: let the server run a while", left.chains);
    }
    let forgotten = kept_keys_forget(path)?;
    output::line(format_args!("{forgotten} former keys were removed"));
    if forgotten > 0 && left.secrets > 0 {
        output::line(format_args!(
            "{} people did not sign in meanwhile: they reset their secrets by a code",
            left.secrets
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn kept(config: &Config) -> Result<&Path> {
    match &config.secrets.secret_key {
        SecretKeySource::Kept(path) => Ok(path),
        SecretKeySource::Given(_) => bail!(
            "SECRET_KEY is configured, so it is changed where it is configured: the new key as SECRET_KEY, the former one as \
             SECRET_KEY_PREVIOUS; docs/OPERATIONS.md tells the steps for several servers"
        ),
    }
}
