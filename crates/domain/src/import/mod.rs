//! Imports: customers and their cards from a file, all of it or nothing.

mod decide;
mod record;
mod row;

pub use decide::{ImportScope, ImportWrites, ImportedCard, KnownPerson, Registered, import_decide};
pub use record::{Import, ImportCounts, ImportStatus};
pub use row::{ImportCard, ImportRow, LineError, RowError};

/// Most rows of a file.
pub const ROWS_MAX: usize = 5_000;
/// Most bytes of a file.
pub const FILE_BYTES_MAX: usize = 2 * 1024 * 1024;
