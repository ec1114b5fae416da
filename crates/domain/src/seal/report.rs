//! What a verification of the trail found.

use std::fmt;

use crate::ids::{AuditId, BusinessId};

/// What is wrong with the trail at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealFault {
    /// The row is not what was sealed.
    RowChanged,
    /// The seal is not what was written.
    SealChanged,
    /// The row, or its seal, is not what was sealed; which of them cannot be told, because what follows is wrong as well.
    RowOrSealChanged,
    /// The row stands where the row of another seal belongs.
    RowsSwapped {
        /// The other seal.
        with: u32,
    },
    /// The row that was sealed is gone.
    RowRemoved,
    /// The row has no seal, and when the chain was sealed past its instant it was not there.
    RowInserted,
    /// Rows have waited longer for their seals than any server lets them; the difference names the first that was met.
    RowsOverdue {
        /// How many.
        rows: u64,
    },
    /// The row has an id that no server makes, so it gets no seal: it was put in.
    RowOfForeignId,
    /// Rows or seals are of a business whose id is none.
    ChainOfForeignId,
    /// Seals are missing, though later ones are there.
    SealsRemoved {
        /// The last of them; the first is the place of the difference.
        to: u32,
    },
    /// Seals are missing at the end of the chain, up to where its head says that it goes.
    SealsCutOff {
        /// The last of them; the first is the place of the difference.
        to: u32,
    },
    /// A seal follows the end of the chain: it was put there by somebody else.
    SealInserted,
    /// The seal names another key than the one that the chain is sealed with.
    SealOfAnotherKey,
    /// The chain has seals but no head.
    HeadRemoved,
    /// The head does not fit the key: it was changed, or another one was put in its place.
    HeadChanged,
    /// The chain ends before a head that was kept: what was there then is gone.
    ShorterThanKept,
    /// The seal at the place of a head that was kept is another one: the chain was made anew.
    OtherThanKept,
}

impl fmt::Display for SealFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RowChanged => f.write_str("the row was changed after it was sealed"),
            Self::SealChanged => f.write_str("the seal was changed"),
            Self::RowOrSealChanged => f.write_str("the row or its seal was changed"),
            Self::RowsSwapped { with } => write!(f, "the row was swapped with that of seal {with}"),
            Self::RowRemoved => f.write_str("the row was removed"),
            Self::RowInserted => {
                f.write_str("the row was inserted: it was not there when the chain was sealed past its time")
            }
            Self::RowsOverdue { rows } => write!(
                f,
                "{rows} rows have waited too long to be sealed, this one among them: no server seals \
                 (OFEKTOM_AUDIT_SEAL_SECONDS is 0, or none runs), or something keeps it from this chain"
            ),
            Self::RowOfForeignId => f.write_str("the row was inserted: it has an id that no server makes"),
            Self::ChainOfForeignId => f.write_str("there are rows or seals of a business whose id is none"),
            Self::SealsRemoved { to } => write!(f, "the seals up to {to} were removed"),
            Self::SealsCutOff { to } => write!(f, "the seals up to {to}, the end of the chain, were removed"),
            Self::SealInserted => f.write_str("the seal was inserted after the end of the chain"),
            Self::SealOfAnotherKey => f.write_str("the seal was made with another key than the chain's"),
            Self::HeadRemoved => f.write_str("the head of the chain was removed"),
            Self::HeadChanged => f.write_str("the head of the chain was changed"),
            Self::ShorterThanKept => f.write_str("the chain ends before the head that was kept: its end was removed"),
            Self::OtherThanKept => {
                f.write_str("the seal is not that of the head that was kept: the chain was made anew")
            }
        }
    }
}

/// Something that is wrong with the trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrailDifference {
    /// The chain.
    pub business_id: BusinessId,
    /// The place in the chain, where it has one.
    pub seq: Option<u32>,
    /// The row, where it is known.
    pub audit_id: Option<AuditId>,
    /// What is wrong.
    pub fault: SealFault,
}

/// A row that was sealed though it should have been there for an earlier seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateRow {
    /// The chain.
    pub business_id: BusinessId,
    /// The place in the chain.
    pub seq: u32,
    /// The row.
    pub audit_id: AuditId,
}

/// What a verification looked at and found.
#[derive(Clone, Debug, Default)]
pub struct TrailReport {
    /// Chains that were looked at.
    pub chains: u64,
    /// Seals that were looked at.
    pub seals: u64,
    /// Seals among them that could not be recomputed, because they were made with a former key that was not given.
    pub unchecked: u64,
    /// Rows that have no seal yet.
    pub waiting: u64,
    /// What is wrong.
    pub differences: Vec<TrailDifference>,
    /// Rows to look at: they committed late, or were put in with a time in the past.
    pub late: Vec<LateRow>,
}
