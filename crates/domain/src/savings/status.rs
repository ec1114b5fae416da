//! The life of a card.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a card stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SavingsStatus {
    /// Boxes may be paid.
    Active,
    /// No more boxes are paid; the balance waits to be paid out.
    Completed,
    /// Everything was paid out.
    PaidOut,
    /// Ended before anything was paid.
    Cancelled,
}

impl SavingsStatus {
    /// All statuses.
    pub const ALL: [Self; 4] = [Self::Active, Self::Completed, Self::PaidOut, Self::Cancelled];

    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Completed => "completed",
            Self::PaidOut => "paid_out",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for SavingsStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a card completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompletionReason {
    /// All boxes are paid.
    AllPaid,
    /// It was ended early.
    EndedEarly,
    /// Its end date passed.
    Matured,
}

impl CompletionReason {
    /// All reasons.
    pub const ALL: [Self; 3] = [Self::AllPaid, Self::EndedEarly, Self::Matured];

    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AllPaid => "all_paid",
            Self::EndedEarly => "ended_early",
            Self::Matured => "matured",
        }
    }
}

/// How far the saving has come; derived, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// No box is paid.
    NotStarted,
    /// Some boxes are paid.
    InProgress,
    /// All boxes are paid.
    Full,
}

impl Progress {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::NotStarted, Self::InProgress, Self::Full];

    /// The name in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::InProgress => "in_progress",
            Self::Full => "full",
        }
    }
}
