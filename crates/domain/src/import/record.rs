//! An import as a business sees it.

use jiff::Timestamp;

use super::RowError;
use crate::ids::{BusinessId, ImportId, UserId};

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportStatus {
    /// Waits to be begun.
    Queued,
    /// Is being worked on.
    Running,
    /// All of it is there.
    Completed,
    /// Nothing of it is there.
    Failed,
}

impl ImportStatus {
    /// All statuses.
    pub const ALL: [Self; 4] = [Self::Queued, Self::Running, Self::Completed, Self::Failed];

    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }
}

/// What an import makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// People who become customers of the business.
    pub customers_registered: u32,
    /// Cards that are opened.
    pub cards_opened: u32,
    /// Rows of which everything is there already.
    pub already_there: u32,
}

/// An import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The import.
    pub id: ImportId,
    /// Whose it is.
    pub business_id: BusinessId,
    /// Where it stands.
    pub status: ImportStatus,
    /// The rows of the file.
    pub rows_total: u32,
    /// Those that were looked at.
    pub rows_done: u32,
    /// What it made; nothing before it is completed.
    pub counts: ImportCounts,
    /// What was wrong with which lines, when it failed.
    pub errors: Vec<RowError>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Who asked for it.
    pub created_by: UserId,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}
