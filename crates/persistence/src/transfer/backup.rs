//! Making a backup, and filling a database from one.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ofektom_domain::people::TokenHash;
use ofektom_domain::ports::Progress;

use super::carry::{Sink, Source, Tables, carry, different, others_tell, tallies};
use super::empty::database_empty_check;
use super::error::TransferError;
use super::folder::{Folder, MANIFEST, Manifest, Recorded, Unfinished, file_of, sums_check, sums_write};
use super::rows::{Tally, hexadecimal, hexadecimal_read};
use super::schema_known::{migrations_all_known, without};
use super::tables::{LEFT_BEHIND, tables_carried};
use crate::engine::{Db, DbError};
use crate::installation::{Installation, KeyFingerprints, KeyMatch};

/// A backup on the disk whose files are what was written.
#[derive(Clone, Debug)]
pub struct Backup {
    folder: Folder,
    manifest: Manifest,
}

/// Makes a backup of `db` at `path`, where nothing may be yet. It has everything that was committed when this began to read, and
/// nothing that was committed later; the database is written to meanwhile as ever. What was written is read again before it gets
/// its name.
///
/// # Errors
/// [`TransferError::Exists`] when there is something at `path`; [`TransferError::File`] when a file cannot be written;
/// [`TransferError::SchemaLater`] when the database is of a later release; [`TransferError::Db`] and [`TransferError::Table`] when
/// the database fails. There is nothing at `path` then.
pub async fn backup_make(
    db: &Db,
    path: &Path,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<Backup, TransferError> {
    let migrations = migrations_all_known(db).await?;
    let making = Unfinished::begin(path)?;
    let tables: Tables = tables_carried().into();
    let fingerprint = Installation::new(db.clone()).key_fingerprint().await?;
    let source = Source::Db(db.bulk_read().await?);
    let sink = Sink::Folder(making.folder().clone());
    let written = carry(source, sink, &tables, &|done, all| progress(done, all.saturating_mul(2))).await?;
    let rows: u64 = written.iter().map(|tally| tally.rows).sum();
    let again = |done: u64, _: u64| progress(rows.saturating_add(done), rows.saturating_mul(2));
    let read = carry(Source::Folder(making.folder().clone()), Sink::Nowhere, &tables, &again).await?;
    let differs = different(&tables, &written, &read);
    if !differs.is_empty() {
        return Err(TransferError::Differs(differs));
    }
    let recorded = tables.iter().cloned().zip(written).map(|(table, tally)| Recorded { table, tally }).collect();
    let mut manifest = Manifest::new(db.engine().name(), now, recorded);
    manifest.secret_key_fingerprint = fingerprint.map(|fingerprint| hexadecimal(&fingerprint.0));
    manifest.migrations = migrations;
    manifest.left_out = LEFT_BEHIND.map(str::to_owned).to_vec();
    on_thread(move || {
        manifest.write(making.folder())?;
        sums_write(making.folder(), &files_of(&manifest))?;
        Ok(Backup { folder: making.finish()?, manifest })
    })
    .await
}

fn files_of(manifest: &Manifest) -> Vec<String> {
    let rows = manifest.tables.iter().map(|recorded| file_of(&recorded.table.name));
    std::iter::once(MANIFEST.to_owned()).chain(rows).collect()
}

async fn on_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, TransferError> + Send + 'static,
) -> Result<T, TransferError> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(TransferError::Db(DbError::Panicked)))
}

impl Backup {
    /// Opens a backup. Every file in it is what was written, to the bit.
    ///
    /// # Errors
    /// [`TransferError::Damaged`] when it is none, not finished, or changed since.
    pub async fn open(path: &Path) -> Result<Self, TransferError> {
        let path: PathBuf = path.to_owned();
        on_thread(move || {
            let checked = sums_check(&path)?;
            let manifest = Manifest::read(&path)?;
            match files_of(&manifest).into_iter().find(|name| !checked.contains(name)) {
                Some(name) => Err(TransferError::damaged(&path, format!("no checksum is kept of {name}"))),
                None => Ok(Self { folder: Folder(path), manifest }),
            }
        })
        .await
    }

    /// When it was begun.
    #[must_use]
    pub const fn created_at(&self) -> Timestamp {
        self.manifest.created_at
    }

    /// The version of the program that made it.
    #[must_use]
    pub fn program(&self) -> &str {
        &self.manifest.program
    }

    /// The name of the engine that it was made of. It can be restored into either.
    #[must_use]
    pub fn engine(&self) -> &str {
        &self.manifest.engine
    }

    /// How many tables are in it.
    #[must_use]
    pub const fn tables(&self) -> usize {
        self.manifest.tables.len()
    }

    /// How many rows are in it.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.manifest.rows()
    }

    /// Which of some secret keys the database was used with; `None` when it had not been used with any.
    #[must_use]
    pub fn key_matched(&self, keys: &KeyFingerprints) -> Option<KeyMatch> {
        let kept = self.manifest.secret_key_fingerprint.as_deref()?;
        Some(hexadecimal_read(kept).map_or(KeyMatch::Other, |kept| keys.matched(TokenHash(kept))))
    }

    /// Fills an empty database with it, reads everything back, and brings the schema up to date. The migrations that the backup
    /// had are applied before, the newer ones after.
    ///
    /// # Errors
    /// [`TransferError::NotEmpty`], [`TransferError::Newer`] and [`TransferError::Older`] before anything is done.
    /// [`TransferError::Differs`] when a table is not what it was: the rows are there then, and not to be used. Whatever else fails
    /// leaves the database without rows.
    pub async fn restore(&self, db: &Db, progress: Progress<'_>) -> Result<(), TransferError> {
        let known = Db::migrations_known(db.engine());
        let unknown = without(&self.manifest.migrations, &known);
        if !unknown.is_empty() {
            return Err(TransferError::Newer(unknown));
        }
        database_empty_check(db).await?;
        let later = without(&db.migrations_applied().await?, &self.manifest.migrations);
        if !later.is_empty() {
            return Err(TransferError::Older(later));
        }
        db.migrate_only(self.manifest.migrations.clone()).await?;
        let tables: Tables = self.manifest.tables.iter().map(|recorded| recorded.table.clone()).collect();
        let kept: Vec<Tally> = self.manifest.tables.iter().map(|recorded| recorded.tally.clone()).collect();
        let rows = self.rows();
        let sink = Sink::Db(db.bulk_write().await?);
        let first = |done: u64, _: u64| progress(done, rows.saturating_mul(2));
        let written = carry(Source::Folder(self.folder.clone()), sink, &tables, &first).await?;
        db.optimize().await?;
        let again = |done: u64, _: u64| progress(rows.saturating_add(done), rows.saturating_mul(2));
        let read = tallies(db, &tables, &again).await?;
        let mut differs = different(&tables, &kept, &written);
        differs.extend(different(&tables, &kept, &read));
        differs.dedup();
        if !differs.is_empty() {
            return Err(TransferError::Differs(differs));
        }
        db.migrate().await?;
        others_tell(db).await
    }
}
