//! Where the workspace is, and its cargo.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use cargo_metadata::MetadataCommand;

/// The root folder of the workspace that cargo runs us for. Clones may share a target folder, so what was true when xtask
/// was compiled comes second.
pub fn root() -> Result<PathBuf> {
    let package = env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    let root = Path::new(&package).ancestors().nth(2).context("xtask is not in bins/xtask of the workspace")?;
    Ok(root.to_path_buf())
}

/// A command for the cargo that started us, run in the root folder.
pub fn cargo(subcommand: impl AsRef<OsStr>) -> Result<Command> {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.arg(subcommand).current_dir(root()?);
    Ok(command)
}

/// The folder that cargo builds into.
pub fn target_folder() -> Result<PathBuf> {
    let metadata = MetadataCommand::new().current_dir(root()?).no_deps().exec().context("cargo metadata fails")?;
    Ok(metadata.target_directory.into_std_path_buf())
}
