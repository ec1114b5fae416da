//! The effects of many decisions, table by table.

use std::collections::HashMap;

use ofektom_domain::audit::AuditRow;
use ofektom_domain::commission::CommissionMovement;
use ofektom_domain::contribution::{Contribution, Marking};
use ofektom_domain::effects::Effects;
use ofektom_domain::ids::{BusinessId, ContributionId, SavingsAccountId};
use ofektom_domain::ledger::JournalEntry;
use ofektom_domain::notification::Notification;
use ofektom_domain::payout::PaymentRequest;
use ofektom_domain::round::Round;
use ofektom_domain::savings::SavingsAccount;

/// A collection that a reversal takes back.
pub(super) struct Reversed {
    pub(super) business_id: BusinessId,
    pub(super) original: ContributionId,
    pub(super) reversal: ContributionId,
}

/// All rows to write.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) payment_requests: Vec<PaymentRequest>,
    pub(super) rounds: Vec<Round>,
    pub(super) reversed: Vec<Reversed>,
    /// Live markings that a reversal reopens.
    pub(super) reopened: Vec<(Marking, ContributionId)>,
    pub(super) contributions: Vec<Contribution>,
    pub(super) markings: Vec<Marking>,
    pub(super) entries: Vec<JournalEntry>,
    pub(super) commissions: Vec<CommissionMovement>,
    /// Each card once.
    pub(super) cards: Vec<SavingsAccount>,
    pub(super) audit: Vec<AuditRow>,
    pub(super) notifications: Vec<Notification>,
}

impl Batch {
    pub(super) fn of(effects: Vec<Effects>) -> Self {
        let mut batch = Self::default();
        let mut cards: HashMap<(BusinessId, SavingsAccountId), SavingsAccount> = HashMap::new();
        for effects in effects {
            if let Some(contribution) = effects.contribution {
                let (business_id, reversal) = (contribution.business_id, contribution.id);
                let reversed = |original| Reversed { business_id, original, reversal };
                batch.reversed.extend(effects.reversed.map(reversed));
                batch.reopened.extend(effects.reopened.into_iter().map(|marking| (marking, reversal)));
                batch.contributions.push(contribution);
            }
            batch.markings.extend(effects.markings);
            batch.entries.extend(effects.entries);
            batch.commissions.extend(effects.commissions);
            batch.payment_requests.extend(effects.payment_request);
            batch.rounds.extend(effects.round);
            batch.audit.extend(effects.audit);
            batch.notifications.extend(effects.notifications);
            if let Some(card) = effects.account {
                cards.insert((card.business_id, card.id), card);
            }
        }
        batch.cards = cards.into_values().collect();
        batch
    }
}
