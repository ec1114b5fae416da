//! All rows of a database, carried elsewhere: into a backup, out of one, or into a database of the other engine.
//!
//! Rows have one form on the way, whatever they come from and go to (`rows`). A transfer is three steps that work at the same
//! time, with a few pieces of rows between them: one reads a snapshot in the order of the keys, one tallies, one writes. So memory
//! does not grow with the database, and the same tally is made of a database of either engine and of a backup.

mod backup;
mod carry;
mod copy;
mod empty;
mod error;
mod folder;
mod rows;
mod schema_known;
mod sink_lite;
mod sink_pg;
mod source_lite;
mod source_pg;
mod tables;
mod wire;

pub use backup::{Backup, backup_make};
pub use copy::{Copied, database_copy};
pub use empty::database_empty_check;
pub use error::TransferError;

#[cfg(test)]
pub(crate) use tables::{ColumnKind, tables_carried, tables_declared};
