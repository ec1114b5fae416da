//! Typed identifiers (UUIDv7) and the factory that makes them from an instant and a seed, so that decisions stay pure.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Declares one identifier type: a UUIDv7 that cannot be mistaken for the id of another entity.
macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a stored or parsed UUID.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bare UUID, for a row or a wire format.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    )+};
}

typed_id! {
    /// A person.
    UserId,
    /// A sign-in of a person; also the family of its refresh tokens.
    SessionId,
    /// A savings business (the tenant).
    BusinessId,
    /// A branch or route of a business.
    UnitId,
    /// An invitation to a business.
    InvitationId,
    /// A savings account (card).
    SavingsAccountId,
    /// A contribution, or the reversal of one.
    ContributionId,
    /// A journal entry.
    EntryId,
    /// A movement of commission.
    CommissionId,
    /// A payment request.
    PaymentRequestId,
    /// A collector's cash day.
    RoundId,
    /// A customer's bank account.
    BankAccountId,
    /// An import of customers and cards.
    ImportId,
    /// One attempt to carry an import out.
    ImportRunId,
    /// A row of the audit trail.
    AuditId,
    /// Something that a person is told.
    NotificationId,
}

/// Ids that one item of a command usually makes at most. An item may make more: only the order suffers then.
const IDS_PER_ITEM: u64 = 8;

/// Makes UUIDv7s (RFC 9562, section 5.7) that ascend within one command.
///
/// The caller gives the instant and 128 random bits, so a decision that creates rows is still a pure function.
/// Layout: 48 bits of milliseconds, 12 bits of a counter that starts at 0, 62 random bits.
#[derive(Clone, Debug)]
pub struct IdFactory {
    millis: u64,
    counter: u64,
    state: u128,
}

impl IdFactory {
    /// A factory for one command at `now`, seeded with 128 random bits.
    #[must_use]
    pub fn new(now: Timestamp, seed: u128) -> Self {
        Self::for_item(now, seed, 0)
    }

    /// A factory for one item of a command of many: its ids follow those of the items before it.
    #[must_use]
    pub fn for_item(now: Timestamp, seed: u128, item: u32) -> Self {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        Self { millis, counter: u64::from(item) * IDS_PER_ITEM, state: mix(seed ^ u128::from(item)) }
    }

    /// The next identifier of whichever type is asked for.
    pub fn make<T: From<Uuid>>(&mut self) -> T {
        T::from(self.next_uuid())
    }

    fn next_uuid(&mut self) -> Uuid {
        // Past 4,096 ids the counter carries into the millisecond, which keeps the order (RFC 9562, section 6.2).
        let millis = self.millis.wrapping_add(self.counter >> 12);
        let sequence = u128::from(self.counter & 0xfff);
        self.counter = self.counter.wrapping_add(1);
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        let random = mix(self.state) >> 66;
        let bits = (u128::from(millis) << 80) | (0x7 << 76) | (sequence << 64) | (0b10 << 62) | random;
        Uuid::from_u128(bits)
    }
}

/// A 128-bit finalizer in the manner of SplitMix64: spreads each bit of the state over the result.
const fn mix(mut z: u128) -> u128 {
    z = (z ^ (z >> 67)).wrapping_mul(0xbf58_476d_1ce4_e5b9_94d0_49bb_1331_11eb);
    z = (z ^ (z >> 59)).wrapping_mul(0x94d0_49bb_1331_11eb_bf58_476d_1ce4_e5b9);
    z ^ (z >> 64)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_ascend_are_distinct_and_are_version_7() {
        let mut ids = IdFactory::new(Timestamp::from_millisecond(1_700_000_000_000).unwrap(), 42);
        let made: Vec<UserId> = (0..10_000).map(|_| ids.make()).collect();
        assert!(made.is_sorted());
        assert_eq!(made.iter().collect::<BTreeSet<_>>().len(), made.len());
        assert!(made.iter().all(|id| id.uuid().get_version_num() == 7));
        assert!(made.iter().all(|id| id.uuid().get_variant() == uuid::Variant::RFC4122));
    }

    #[test]
    fn other_seeds_give_other_ids() {
        let now = Timestamp::from_millisecond(1_700_000_000_000).unwrap();
        let first: UserId = IdFactory::new(now, 1).make();
        let second: UserId = IdFactory::new(now, 2).make();
        assert_ne!(first, second);
    }
}
