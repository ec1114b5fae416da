//! A backup on the disk: a folder with a file of rows for each table, a manifest, and the checksums of them all.
//!
//! It is made under another name, put on the disk, and given its own name last: what has the name is whole. Everything in it is
//! for its owner alone.

mod manifest;
mod read;
mod sums;
mod write;

use std::path::{Path, PathBuf};

pub(super) use manifest::{MANIFEST, Manifest, Recorded};
pub(super) use read::send_all;
pub(super) use sums::{sums_check, sums_write};
pub(super) use write::{Unfinished, take_all};

use super::tables::Table;

/// Where the files of a backup are.
#[derive(Clone, Debug)]
pub(super) struct Folder(pub PathBuf);

impl Folder {
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The file with the rows of a table.
    pub fn rows_of(&self, table: &Table) -> PathBuf {
        self.0.join(file_of(&table.name))
    }
}

/// The name of the file with the rows of a table.
pub(super) fn file_of(table: &str) -> String {
    format!("{table}.rows.gz")
}
