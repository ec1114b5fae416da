//! Books in memory: they apply effects exactly as a store would, with the constraints of its tables.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use ofektom_domain::commission::CommissionMovement;
use ofektom_domain::contribution::{Contribution, ContributionKind, Marking};
use ofektom_domain::effects::Effects;
use ofektom_domain::ids::{
    ContributionId, EntryId, NotificationId, PaymentRequestId, RoundId, SavingsAccountId, UserId,
};
use ofektom_domain::ledger::{EntryEvent, JournalEntry, LedgerAccount};
use ofektom_domain::money::Money;
use ofektom_domain::notification::Notification;
use ofektom_domain::payout::PaymentRequest;
use ofektom_domain::round::{CashMovement, Purse, Round, RoundStatus};
use ofektom_domain::savings::SavingsAccount;

/// The rows of one business.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Books {
    pub cards: BTreeMap<SavingsAccountId, SavingsAccount>,
    pub contributions: BTreeMap<ContributionId, Contribution>,
    pub live: BTreeMap<(SavingsAccountId, Date), Marking>,
    pub entries: BTreeMap<EntryId, JournalEntry>,
    pub commissions: Vec<CommissionMovement>,
    pub requests: BTreeMap<PaymentRequestId, PaymentRequest>,
    pub rounds: BTreeMap<RoundId, Round>,
    pub audit_rows: usize,
    pub notifications: BTreeMap<NotificationId, Notification>,
    /// Cards whose terms were changed after they were opened.
    pub updated: BTreeSet<SavingsAccountId>,
}

impl Books {
    /// Adds a card that was opened or renewed.
    pub fn open(&mut self, card: SavingsAccount, effects: Effects) {
        assert!(self.cards.insert(card.id, card).is_none(), "a card's id is unique");
        self.apply(effects);
    }

    /// Writes the rows of one decision.
    pub fn apply(&mut self, effects: Effects) {
        assert_eq!(effects.audit.len(), 1, "one change, one row in the audit trail");
        self.audit_rows += 1;
        if let Some(original) = effects.reversed {
            let reversal = effects.contribution.as_ref().unwrap().id;
            let original = self.contributions.get_mut(&original).unwrap();
            assert_eq!(original.reversed_by.replace(reversal), None, "nothing is reversed twice");
        }
        for marking in effects.reopened {
            let key = (marking.savings_account_id, marking.box_date);
            assert_eq!(self.live.remove(&key), Some(marking), "only a paid box reopens");
        }
        for marking in effects.markings {
            let key = (marking.savings_account_id, marking.box_date);
            assert_eq!(self.live.insert(key, marking), None, "no box is paid twice");
        }
        if let Some(contribution) = effects.contribution {
            assert_eq!(self.contributions.insert(contribution.id, contribution), None);
        }
        for entry in effects.entries {
            assert_eq!(self.entries.insert(entry.id, entry), None);
        }
        self.commissions.extend(effects.commissions);
        if let Some(request) = effects.payment_request {
            let version = self.requests.get(&request.id).map_or(0, |before| before.version);
            assert_eq!(request.version, version + 1);
            self.requests.insert(request.id, request);
        }
        if let Some(round) = effects.round {
            let version = self.rounds.get(&round.id).map_or(0, |before| before.version);
            assert_eq!(round.version, version + 1);
            self.rounds.insert(round.id, round);
        }
        for notification in effects.notifications {
            assert_eq!(self.notifications.insert(notification.id, notification), None);
        }
        if let Some(card) = effects.account {
            if effects.audit[0].verb == "savings.update" {
                self.updated.insert(card.id);
            }
            assert_eq!(card.version, self.cards[&card.id].version + 1);
            self.cards.insert(card.id, card);
        }
    }

    /// What changes with every decision that is written: how many rows there are, and the versions of those that are rewritten.
    pub fn fingerprint(&self) -> ([usize; 8], i64) {
        let rows = [
            self.cards.len(),
            self.contributions.len(),
            self.live.len(),
            self.entries.len(),
            self.commissions.len(),
            self.requests.len(),
            self.rounds.len(),
            self.audit_rows,
        ];
        let cards = self.cards.values().map(|card| card.version);
        let rounds = self.rounds.values().map(|round| round.version);
        (rows, cards.chain(self.requests.values().map(|request| request.version)).chain(rounds).sum())
    }

    /// The live markings of a card, in order of days.
    pub fn live_of(&self, card: SavingsAccountId) -> Vec<Marking> {
        self.live.range((card, Date::MIN)..=(card, Date::MAX)).map(|(_, marking)| *marking).collect()
    }

    /// The collections that stand.
    pub fn standing(&self) -> impl Iterator<Item = &Contribution> {
        self.contributions.values().filter(|c| c.kind == ContributionKind::Collection && c.reversed_by.is_none())
    }

    /// Whether a person ever collected on a card.
    pub fn has_collected(&self, person: UserId, card: SavingsAccountId) -> bool {
        self.contributions.values().any(|c| c.savings_account_id == card && c.collected_by == person)
    }

    /// The rounds of a collector that cover days, in the order of their days.
    pub fn live_rounds(&self, collector: UserId) -> Vec<&Round> {
        let mine = self.rounds.values().filter(|round| round.collector_id == collector && round.status.is_live());
        let mut rounds: Vec<&Round> = mine.collect();
        rounds.sort_by_key(|round| round.date);
        rounds
    }

    /// The last day of a collector that a round covers.
    pub fn closed_until(&self, collector: UserId) -> Option<Date> {
        self.live_rounds(collector).last().map(|round| round.date)
    }

    /// A collector's cash up to a day, from the postings alone: what moved since his last round, and what his account held
    /// before, less what he counted and nobody has accepted yet.
    pub fn purse(&self, collector: UserId, until: Date) -> Purse {
        let closed_until = self.closed_until(collector);
        let before = |entry: &JournalEntry| closed_until.is_some_and(|closed| entry.occurred_on <= closed);
        let held: i64 =
            self.cash_postings(collector).filter(|(e, _)| is_settling(e) || before(e)).map(|(_, kobo)| kobo).sum();
        let waiting = self.live_rounds(collector).into_iter().filter(|round| round.status == RoundStatus::Closed);
        let waiting: i64 =
            waiting.map(|round| if round.expected.is_negative() { round.counted } else { round.expected }.kobo()).sum();
        let from = closed_until.and_then(|day| day.tomorrow().ok()).unwrap_or(Date::MIN);
        Purse {
            closed_until,
            brought_forward: Money::from_kobo(held - waiting),
            movement: self.cash_movement(collector, from, until),
        }
    }

    /// What moved in a collector's cash on the days from one to another.
    pub fn cash_movement(&self, collector: UserId, from: Date, until: Date) -> CashMovement {
        let sum = |event: EntryEvent, sign: i64| {
            let moved = self
                .cash_postings(collector)
                .filter(|(entry, _)| entry.event == event && from <= entry.occurred_on && entry.occurred_on <= until);
            Money::from_kobo(moved.map(|(_, kobo)| sign * kobo).sum())
        };
        CashMovement {
            collected: sum(EntryEvent::CashContribution, 1),
            reversed: sum(EntryEvent::ContributionReversal, -1),
            paid_out: sum(EntryEvent::PayoutPaid, -1),
        }
    }

    fn cash_postings(&self, collector: UserId) -> impl Iterator<Item = (&JournalEntry, i64)> {
        self.entries.values().filter_map(move |entry| {
            let posting = entry.postings.iter().find(|posting| posting.account == LedgerAccount::Cash(collector))?;
            Some((entry, posting.amount.kobo()))
        })
    }

    /// The sum of an account's postings in kobo, debit positive.
    pub fn balance_of(&self, account: LedgerAccount) -> i64 {
        let postings = self.entries.values().flat_map(|entry| entry.postings);
        postings.filter(|posting| posting.account == account).map(|posting| posting.amount.kobo()).sum()
    }
}

/// Whether an entry settles a round, rather than moving cash on a day.
fn is_settling(entry: &JournalEntry) -> bool {
    matches!(entry.event, EntryEvent::Remittance | EntryEvent::CashDifference)
}
