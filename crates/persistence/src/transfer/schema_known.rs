//! Only a database whose schema this program knows whole is carried: of a later one, columns and tables would be left out.

use super::error::TransferError;
use crate::engine::Db;

/// Names the migrations of a database, all of which this program knows.
///
/// # Errors
/// [`TransferError::SchemaLater`]; when the database cannot be asked.
pub(super) async fn migrations_all_known(db: &Db) -> Result<Vec<String>, TransferError> {
    let applied = db.migrations_applied().await?;
    let unknown = without(&applied, &Db::migrations_known(db.engine()));
    if unknown.is_empty() { Ok(applied) } else { Err(TransferError::SchemaLater(unknown)) }
}

/// Those names that are not among others.
pub(super) fn without(names: &[String], others: &[String]) -> Vec<String> {
    names.iter().filter(|name| !others.contains(name)).cloned().collect()
}
