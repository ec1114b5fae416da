//! Writing the files of a backup.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::sync::mpsc::Receiver;

use super::Folder;
use crate::transfer::error::{Halt, TransferError};
use crate::transfer::rows::Piece;
use crate::transfer::tables::Table;

/// A backup in the making. When it is dropped unfinished, its files go away.
#[derive(Debug)]
pub(in crate::transfer) struct Unfinished {
    folder: Folder,
    finished: PathBuf,
    is_finished: bool,
}

impl Unfinished {
    /// Makes the folder, beside where the backup is going to be.
    pub fn begin(finished: &Path) -> Result<Self, TransferError> {
        let name = finished.file_name().ok_or_else(|| TransferError::damaged(finished, "it names no folder"))?;
        if finished.symlink_metadata().is_ok() {
            return Err(TransferError::Exists(finished.to_owned()));
        }
        let unfinished = format!("{}.unfinished-{}", name.to_string_lossy(), std::process::id());
        let path = parent_of(finished).join(unfinished);
        private_folder(&path).map_err(TransferError::file(&path))?;
        Ok(Self { folder: Folder(path), finished: finished.to_owned(), is_finished: false })
    }

    pub const fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Gives the folder its name, once everything is on the disk.
    pub fn finish(mut self) -> Result<Folder, TransferError> {
        let (from, to) = (self.folder.path(), self.finished.as_path());
        File::open(from).and_then(|folder| folder.sync_all()).map_err(TransferError::file(from))?;
        if to.symlink_metadata().is_ok() {
            return Err(TransferError::Exists(to.to_owned()));
        }
        fs::rename(from, to).map_err(TransferError::file(to))?;
        self.is_finished = true;
        let parent = parent_of(to);
        File::open(parent).and_then(|folder| folder.sync_all()).map_err(TransferError::file(parent))?;
        Ok(Folder(self.finished.clone()))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.is_finished {
            // What stays has a name that says what it is, and is not accepted as a backup.
            let _ = fs::remove_dir_all(self.folder.path());
        }
    }
}

fn parent_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Makes a folder that only its owner may look into. Fails when it exists, or when that which it is to be in does not.
fn private_folder(path: &Path) -> io::Result<()> {
    let mut folders = DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        folders.mode(0o700);
    }
    folders.create(path)
}

/// Makes a file that only its owner may read, on the disk when this returns. Fails when it exists.
pub(in crate::transfer) fn private_file(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    let mut file = open_new(path)?;
    write(&mut file)?;
    file.sync_all()
}

fn open_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

/// The file of one table, being written.
struct RowsFile {
    path: PathBuf,
    rows: GzEncoder<BufWriter<File>>,
}

impl RowsFile {
    fn begin(path: PathBuf) -> Result<Self, TransferError> {
        let file = open_new(&path).map_err(TransferError::file(&path))?;
        // Most of a row are ids that begin like those of the row before: little work takes out most of what can be.
        Ok(Self { path, rows: GzEncoder::new(BufWriter::new(file), Compression::fast()) })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), TransferError> {
        self.rows.write_all(bytes).map_err(TransferError::file(&self.path))
    }

    fn finish(self) -> Result<(), TransferError> {
        let written = self.rows.finish().and_then(|buffer| buffer.into_inner().map_err(io::IntoInnerError::into_error));
        written.and_then(|file| file.sync_all()).map_err(TransferError::file(&self.path))
    }
}

/// Writes the rows of each table into its file.
pub(in crate::transfer) fn take_all(folder: &Folder, tables: &[Table], mut from: Receiver<Piece>) -> Result<(), Halt> {
    let mut writing: Option<RowsFile> = None;
    loop {
        match from.blocking_recv() {
            Some(Piece::Expected(_)) => {}
            Some(Piece::Table(place)) => {
                let begun = tables.get(place).map(|table| RowsFile::begin(folder.rows_of(table))).transpose()?;
                if let Some(written) = std::mem::replace(&mut writing, begun) {
                    written.finish()?;
                }
            }
            Some(Piece::Rows(chunk)) => {
                if let Some(writing) = &mut writing {
                    writing.write(&chunk.bytes)?;
                }
            }
            Some(Piece::End) => break,
            None => return Err(Halt::Neighbour),
        }
    }
    Ok(writing.map_or(Ok(()), RowsFile::finish)?)
}
