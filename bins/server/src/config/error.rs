//! What is wrong with the configuration, in one line that names the setting.

use std::path::PathBuf;

/// A configuration that the server does not start with.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A value is not acceptable. The problem reads on after the name, and never repeats a secret.
    #[error("{name} {problem}")]
    Value {
        /// The setting, by the name under which it was given.
        name: &'static str,
        /// What is wrong, such as `must be 1 to 1024, not 0`.
        problem: String,
    },
    /// A variable of ours that no setting has: a slip of the pen would otherwise go unseen.
    #[error("{0} is not a setting: correct the name of the environment variable or remove it")]
    UnknownVariable(String),
    /// A key of the file that no setting has.
    #[error("{0} in the configuration file is not a setting: correct the name or remove it")]
    UnknownInFile(String),
    /// The file cannot be read.
    #[error("OFEKTOM_CONFIG: {path} cannot be read: {problem}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        problem: String,
    },
}
