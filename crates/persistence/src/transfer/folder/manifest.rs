//! What a backup is of.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Folder;
use super::write::private_file;
use crate::transfer::error::TransferError;
use crate::transfer::rows::Tally;
use crate::transfer::tables::Table;

/// The file of the manifest.
pub(in crate::transfer) const MANIFEST: &str = "manifest.json";

/// The form of the files that this program writes and reads.
const FORMAT: u32 = 1;

/// What a backup is of, and what is in it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(in crate::transfer) struct Manifest {
    format: u32,
    /// The version of the program that made it.
    pub program: String,
    /// The engine of the database.
    pub engine: String,
    /// When it was begun: it has what had happened by then.
    pub created_at: Timestamp,
    /// What the database kept of its secret key, in hexadecimal digits; the key itself is not in a backup.
    pub secret_key_fingerprint: Option<String>,
    /// The migrations that the database had.
    pub migrations: Vec<String>,
    /// Tables that are left out on purpose.
    pub left_out: Vec<String>,
    /// The tables, in an order in which they can be filled.
    pub tables: Vec<Recorded>,
}

/// A table with what it had.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(in crate::transfer) struct Recorded {
    #[serde(flatten)]
    pub table: Table,
    #[serde(flatten)]
    pub tally: Tally,
}

impl Manifest {
    /// The manifest of a backup that is made now, by this program.
    pub fn new(engine: &str, created_at: Timestamp, tables: Vec<Recorded>) -> Self {
        Self {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            engine: engine.to_owned(),
            created_at,
            secret_key_fingerprint: None,
            migrations: Vec::new(),
            left_out: Vec::new(),
            tables,
        }
    }

    /// Puts it into its file.
    pub fn write(&self, folder: &Folder) -> Result<(), TransferError> {
        let path = folder.path().join(MANIFEST);
        let json = serde_json::to_vec_pretty(self).map_err(|error| TransferError::damaged(&path, error.to_string()))?;
        let failed = TransferError::file(&path);
        private_file(&path, |file| std::io::Write::write_all(file, &json)).map_err(failed)
    }

    /// Reads it from its file.
    pub fn read(path: &Path) -> Result<Self, TransferError> {
        let file = path.join(MANIFEST);
        let json = fs::read(&file).map_err(TransferError::file(&file))?;
        let form: Form =
            serde_json::from_slice(&json).map_err(|error| TransferError::damaged(path, error.to_string()))?;
        if form.format != FORMAT {
            let why =
                format!("it has the form {}, and this program reads {FORMAT}: use another version of it", form.format);
            return Err(TransferError::damaged(path, why));
        }
        let manifest: Self =
            serde_json::from_slice(&json).map_err(|error| TransferError::damaged(path, error.to_string()))?;
        match manifest.tables.iter().find(|recorded| !recorded.table.is_well_formed()) {
            Some(recorded) => Err(TransferError::damaged(path, format!("{:?} is no table", recorded.table.name))),
            None => Ok(manifest),
        }
    }

    /// How many rows there are in all.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|recorded| recorded.tally.rows).sum()
    }
}

/// Of a manifest of any form this can be read.
#[derive(Deserialize)]
struct Form {
    format: u32,
}
