//! A round and its states.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::CashMovement;
use crate::ids::{BusinessId, RoundId, UserId};
use crate::money::{Money, MoneyError};

/// Where a round stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RoundStatus {
    /// Counted by the collector; his days up to the round's are locked.
    Closed,
    /// The business has the money, and the books say so.
    Accepted,
    /// Given back to the collector to count again; it covers no day any more.
    Reopened,
}

impl RoundStatus {
    /// All statuses.
    pub const ALL: [Self; 3] = [Self::Closed, Self::Accepted, Self::Reopened];

    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Accepted => "accepted",
            Self::Reopened => "reopened",
        }
    }

    /// Whether it covers its days.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Closed | Self::Accepted)
    }
}

impl fmt::Display for RoundStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A collector's cash day: what he should have, what he counted, what he handed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// The round.
    pub id: RoundId,
    /// The business whose cash it is.
    pub business_id: BusinessId,
    /// Whose cash it is.
    pub collector_id: UserId,
    /// The last day that it covers: the day for which it was closed.
    pub date: Date,
    /// The first day that it covers; `None` when it covers all days before.
    pub covers_from: Option<Date>,
    /// Where it stands.
    pub status: RoundStatus,
    /// What his rounds before left in his hands.
    pub brought_forward: Money,
    /// What moved on its days.
    pub movement: CashMovement,
    /// What he should have. Below zero when the business owes him.
    pub expected: Money,
    /// What he counted.
    pub counted: Money,
    /// What the business took over; `None` until it is accepted.
    pub handed_in: Option<Money>,
    /// The collector's remark.
    pub note: Option<String>,
    /// Why it was reopened.
    pub reason: Option<String>,
    /// When the business took the money over.
    pub accepted_at: Option<Timestamp>,
    /// Who took it over.
    pub accepted_by: Option<UserId>,
    /// Counts the changes, for `ETag`.
    pub version: i64,
    /// When it was closed.
    pub created_at: Timestamp,
    /// Who closed it.
    pub created_by: UserId,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Who changed it last.
    pub updated_by: UserId,
}

impl Round {
    /// What was left over when he counted, or missing when below zero. None while the business owes him: what he hands in
    /// then is his own as much as the business's, and raises what he is owed.
    #[must_use]
    pub fn difference(&self) -> Money {
        if self.expected.is_negative() {
            return Money::ZERO;
        }
        // Neither is below zero, so there always is a difference.
        self.counted.minus(self.expected).unwrap_or(Money::ZERO)
    }

    /// What he keeps back: counted, and not handed in. Zero until it is accepted.
    #[must_use]
    pub fn kept_back(&self) -> Money {
        // Neither is below zero, so there always is a difference.
        self.counted.minus(self.handed_in.unwrap_or(self.counted)).unwrap_or(Money::ZERO)
    }

    /// What the round takes out of the collector's cash account: what he handed in, and what was missing, less what was left
    /// over. A round that is not accepted yet counts as handed in whole; one that was reopened takes nothing.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn settled(&self) -> Result<Money, MoneyError> {
        match self.status {
            RoundStatus::Closed | RoundStatus::Accepted => {
                self.handed_in.unwrap_or(self.counted).minus(self.difference())
            }
            RoundStatus::Reopened => Ok(Money::ZERO),
        }
    }

    /// What the audit trail shows of it.
    #[must_use]
    pub fn audit_state(&self) -> Value {
        json!({
            "collector_id": self.collector_id, "date": self.date, "status": self.status.as_str(),
            "expected": self.expected, "counted": self.counted, "handed_in": self.handed_in, "reason": self.reason,
        })
    }
}
