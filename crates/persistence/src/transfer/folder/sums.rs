//! The checksums of all files, as `sha256sum -c SHA256SUMS` reads them.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::Folder;
use super::write::private_file;
use crate::transfer::error::TransferError;
use crate::transfer::rows::hexadecimal;

/// The file of the checksums. It is the last one that is written.
const SUMS: &str = "SHA256SUMS";
const READ_BYTES: usize = 64 * 1024;

/// Writes the checksums of the files that are named.
pub(in crate::transfer) fn sums_write(folder: &Folder, files: &[String]) -> Result<(), TransferError> {
    let mut text = String::new();
    for name in files {
        let path = folder.path().join(name);
        let sum = sum_of(&path).map_err(TransferError::file(&path))?;
        text.push_str(&format!("{sum}  {name}\n"));
    }
    let path = folder.path().join(SUMS);
    private_file(&path, |file| file.write_all(text.as_bytes())).map_err(TransferError::file(&path))
}

/// Refuses a folder in which a file is not what was written, or missing. Gives the names of the files.
pub(in crate::transfer) fn sums_check(folder: &Path) -> Result<BTreeSet<String>, TransferError> {
    let damaged = |why: String| TransferError::damaged(folder, why);
    let text = match fs::read_to_string(folder.join(SUMS)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(damaged(format!("there is no {SUMS} in it: it is no backup, or one that was not finished")));
        }
        Err(error) => return Err(damaged(format!("{SUMS}: {error}"))),
    };
    let mut checked = BTreeSet::new();
    for line in text.lines() {
        let named = line.split_once("  ").filter(|(_, name)| !name.contains('/'));
        let (sum, name) = named.ok_or_else(|| damaged(format!("{SUMS} has a line that is none")))?;
        let found = sum_of(&folder.join(name)).map_err(|error| damaged(format!("{name}: {error}")))?;
        if found != sum {
            return Err(damaged(format!("{name} is not as it was written")));
        }
        checked.insert(name.to_owned());
    }
    Ok(checked)
}

fn sum_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; READ_BYTES]);
    loop {
        let count = file.read(&mut buffer)?;
        let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else {
            return Ok(hexadecimal(&hash.finalize()));
        };
        hash.update(read);
    }
}
