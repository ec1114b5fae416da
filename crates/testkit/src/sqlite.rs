//! A SQLite database in a folder of its own, removed on drop with the files SQLite keeps beside it.

use tempfile::TempDir;

#[derive(Debug)]
pub struct SqliteFile {
    folder: TempDir,
}

impl SqliteFile {
    /// A path for a database; the file itself is made by whoever opens it.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("no temporary folder for SQLite") }
    }

    pub fn url(&self) -> String {
        format!("sqlite:{}", self.folder.path().join("test.db").display())
    }
}
