//! The seals of the audit trail: a chain of keyed hashes for each business, so that a changed, removed or inserted row shows.
//!
//! The rules are here and pure: what is hashed, how one seal follows from another, what is wrong with a sequence of them. The hash
//! itself is behind [`SealKey`], for its key is derived from the secret of the installation and never in the database. How rows
//! get their seals is told in `docs/adr/0015-audit-chain.md`.

mod check;
mod heads;
mod image;
mod link;
mod report;

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

use crate::ids::{AuditId, BusinessId};

pub use check::ChainCheck;
pub use heads::{InvalidHeads, KeptHead, heads_parse, heads_print};
pub use image::RowImage;
pub use link::{chain_extend, head_mac, seal_mac};
pub use report::{LateRow, SealFault, TrailDifference, TrailReport};

/// The chain of what belongs to no business: the trail of the platform and of persons alone.
pub const PLATFORM_CHAIN: BusinessId = BusinessId::from_uuid(Uuid::nil());

/// How much older than the last complete look through the trail a row may be without being remarkable, in seconds: transactions
/// that wait, servers whose clocks differ. It is also how long a row may wait for its seal.
pub const LATE_AFTER_SECONDS: i64 = 3_600;

/// Before every id that a server makes: where each round through a trail begins.
pub const ROUND_START: AuditId = AuditId::from_uuid(Uuid::nil());

/// A keyed hash: of a seal, or of the head of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealMac(pub [u8; 32]);

impl SealMac {
    /// What the first seal of a chain follows.
    pub const NONE: Self = Self([0; 32]);
}

impl fmt::Display for SealMac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Names the key of a seal without telling anything about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealKeyId(pub [u8; 8]);

/// A key that seals.
pub trait SealKey: Send + Sync {
    /// Its name.
    fn id(&self) -> SealKeyId;

    /// HMAC-SHA-256 of a message.
    fn mac(&self, message: &[u8]) -> SealMac;
}

/// A link of a chain: it seals one row of the trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal {
    /// The chain.
    pub business_id: BusinessId,
    /// Its place in the chain, from 1.
    pub seq: u32,
    /// The row.
    pub audit_id: AuditId,
    /// The key it was made with.
    pub key_id: SealKeyId,
    /// Whether the row is older than [`LATE_AFTER_SECONDS`] before the trail had been looked through completely: it committed
    /// late, or it was put in afterwards.
    pub late: bool,
    /// The hash over row, place and the hash before.
    pub mac: SealMac,
}

/// How far a chain goes. It is signed with the key, so seals cannot be taken off its end unnoticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainHead {
    /// The chain.
    pub business_id: BusinessId,
    /// How many seals it has.
    pub sealed: u32,
    /// The hash of the last seal.
    pub mac: SealMac,
    /// How many of the seals, from the first, were made before the present key was accepted.
    pub former: u32,
    /// When the last round through all rows of the trail began that came to its end: whatever was committed then has a seal.
    pub complete_at: Option<Timestamp>,
    /// When the round began that goes on now.
    pub round_at: Option<Timestamp>,
    /// How far that round is.
    pub swept_to: AuditId,
    /// The key that signs it.
    pub key_id: SealKeyId,
}

impl ChainHead {
    /// The head of a chain without seals.
    #[must_use]
    pub const fn begun(business_id: BusinessId, key_id: SealKeyId) -> Self {
        Self {
            business_id,
            sealed: 0,
            mac: SealMac::NONE,
            former: 0,
            complete_at: None,
            round_at: None,
            swept_to: ROUND_START,
            key_id,
        }
    }

    /// The same chain after a piece of a round at `now`: up to an id, or to the end of the trail. The next round begins at its
    /// beginning.
    #[must_use]
    pub fn swept(self, to: Option<AuditId>, now: Timestamp) -> Self {
        let round_at = self.round_at.filter(|_| self.swept_to != ROUND_START).unwrap_or(now);
        match to {
            Some(to) => Self { round_at: Some(round_at), swept_to: to, ..self },
            None => Self { complete_at: Some(round_at), round_at: None, swept_to: ROUND_START, ..self },
        }
    }

    /// The same chain under another key: what is there stays as it is, what follows is made with that key.
    #[must_use]
    pub const fn accepted(self, key_id: SealKeyId) -> Self {
        Self { former: self.sealed, key_id, ..self }
    }

    /// Whether a row of this instant should have been there for the last round that came to its end.
    #[must_use]
    pub fn is_late(&self, at_micros: i64) -> bool {
        let latest = at_micros.saturating_add(LATE_AFTER_SECONDS.saturating_mul(1_000_000));
        self.complete_at.is_some_and(|complete| latest < complete.as_microsecond())
    }
}
