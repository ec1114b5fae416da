//! Looking for entries that do not sum to zero: what was booked lately in every run, and besides piece by piece through all that
//! was ever booked, again and again. A run looks at so many entries at most, however many there are.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use ofektom_domain::ids::{BusinessId, EntryId};
use ofektom_domain::money::Money;
use ofektom_domain::ports::StoreResult;
use ofektom_persistence::{BalancePiece, Books};
use uuid::Uuid;

/// Entries of one statement.
const PIECE: u32 = 2_000;

/// New entries that a run looks at, at most. What is beyond them waits for the next run.
const NEW_MAX: u32 = 40_000;

/// Entries from the beginning on that a run looks at, at most.
const OLD_MAX: u32 = 20_000;

/// How far back the first run looks for new entries.
const FIRST_LOOK: SignedDuration = SignedDuration::from_mins(10);

/// Ids begin with the instant of their command, which commits later. What commits later still is found by the sweep.
const LATE: SignedDuration = SignedDuration::from_mins(2);

/// Unbalanced entries that are kept in mind.
const KEPT_MAX: usize = 1_000;

/// An entry of a business.
type Place = (BusinessId, EntryId);

/// How far the looking has come, and what it found.
#[derive(Debug)]
pub(super) struct Balance {
    /// After which entry of each business new ones are looked for.
    news: HashMap<BusinessId, EntryId>,
    /// Where the sweep is; `None` before its beginning.
    sweep: Option<Place>,
    swept: Option<Instant>,
    entries: u64,
    /// By how much entries are out.
    unbalanced: BTreeMap<Place, Money>,
}

impl Balance {
    pub(super) fn new() -> Self {
        let unbalanced = BTreeMap::new();
        Self { news: HashMap::new(), sweep: None, swept: None, entries: 0, unbalanced }
    }

    /// When the sweep last came to its end.
    pub(super) const fn swept(&self) -> Option<Instant> {
        self.swept
    }

    /// Entries that were looked at so far.
    pub(super) const fn entries(&self) -> u64 {
        self.entries
    }

    /// How many entries do not sum to zero, and what they are out by in kobo, signs aside.
    pub(super) fn unbalanced(&self) -> (u64, i64) {
        let out_by = self.unbalanced.values().fold(0_i64, |all, one| all.saturating_add(one.kobo().saturating_abs()));
        (u64::try_from(self.unbalanced.len()).unwrap_or(u64::MAX), out_by)
    }

    /// One run.
    pub(super) async fn look(&mut self, books: &Books, businesses: &[BusinessId], now: Timestamp) -> StoreResult<()> {
        let mut left = NEW_MAX;
        for business in businesses {
            left = self.look_at_news(books, *business, (left, now)).await?;
        }
        self.sweep(books, businesses).await
    }

    async fn look_at_news(
        &mut self,
        books: &Books,
        business: BusinessId,
        (mut left, now): (u32, Timestamp),
    ) -> StoreResult<u32> {
        let mut after = self.news.get(&business).copied().unwrap_or_else(|| first_id_at(now, FIRST_LOOK));
        while left > 0 {
            let piece = books.balance_piece(business, after, PIECE.min(left)).await?;
            left = left.saturating_sub(piece.entries);
            let Some(last) = self.note((business, after), piece) else { break };
            after = last;
        }
        // Once it has come to the end it goes back a little, for what commits late.
        let after = if left > 0 { after.min(first_id_at(now, LATE)) } else { after };
        self.news.insert(business, after);
        Ok(left)
    }

    /// Goes on through everything, and begins anew after its end.
    async fn sweep(&mut self, books: &Books, businesses: &[BusinessId]) -> StoreResult<()> {
        let mut left = OLD_MAX;
        let (first, mut after) = self.sweep.map_or((None, start()), |(business, after)| (Some(business), after));
        for business in businesses.iter().copied().filter(|business| first.is_none_or(|first| *business >= first)) {
            if first != Some(business) {
                after = start();
            }
            loop {
                if left == 0 {
                    self.sweep = Some((business, after));
                    return Ok(());
                }
                let piece = books.balance_piece(business, after, PIECE.min(left)).await?;
                left = left.saturating_sub(piece.entries);
                let Some(last) = self.note((business, after), piece) else { break };
                after = last;
            }
        }
        self.sweep = None;
        self.swept = Some(Instant::now());
        Ok(())
    }

    /// Notes what a piece after a place showed, in place of what was known of it; gives its last entry.
    fn note(&mut self, (business, after): Place, piece: BalancePiece) -> Option<EntryId> {
        self.entries = self.entries.saturating_add(piece.entries.into());
        let last = piece.last?;
        let known = (Bound::Excluded((business, after)), Bound::Included((business, last)));
        let known: Vec<Place> = self.unbalanced.range(known).map(|(place, _)| *place).collect();
        for place in known {
            self.unbalanced.remove(&place);
        }
        for (entry, amount) in piece.unbalanced {
            if self.unbalanced.len() < KEPT_MAX {
                self.unbalanced.insert((business, entry), amount);
            }
        }
        Some(last)
    }
}

fn start() -> EntryId {
    EntryId::from_uuid(Uuid::nil())
}

/// An id that is below those of all commands from `before` ago on.
fn first_id_at(now: Timestamp, before: SignedDuration) -> EntryId {
    let millis = now.saturating_sub(before).map_or(0, Timestamp::as_millisecond);
    EntryId::from_uuid(Uuid::from_u128(u128::try_from(millis).unwrap_or(0) << 80))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u128) -> EntryId {
        EntryId::from_uuid(Uuid::from_u128(number))
    }

    fn piece(last: u128, unbalanced: &[(u128, i64)]) -> BalancePiece {
        let unbalanced = unbalanced.iter().map(|(id, kobo)| (entry(*id), Money::from_kobo(*kobo))).collect();
        BalancePiece { last: Some(entry(last)), entries: 10, unbalanced }
    }

    #[test]
    fn what_is_seen_anew_takes_the_place_of_what_was_known() {
        let (business, other) = (BusinessId::from_uuid(Uuid::from_u128(7)), BusinessId::from_uuid(Uuid::from_u128(8)));
        let mut balance = Balance::new();
        assert_eq!(balance.note((business, start()), piece(10, &[(3, 500), (9, -700)])), Some(entry(10)));
        balance.note((other, start()), piece(10, &[(9, 1)]));
        assert_eq!(balance.unbalanced(), (3, 1_201));
        balance.note((business, entry(3)), piece(10, &[]));
        assert_eq!(balance.unbalanced(), (2, 501), "the entry after which the piece begins was not looked at");
        balance.note((business, start()), piece(3, &[]));
        assert_eq!((balance.unbalanced(), balance.entries()), ((1, 1), 40));
        let nothing = BalancePiece { last: None, entries: 0, unbalanced: Vec::new() };
        assert_eq!(balance.note((other, start()), nothing), None);
        assert_eq!(balance.unbalanced(), (1, 1));
    }
}
