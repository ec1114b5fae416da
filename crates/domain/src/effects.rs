//! What a decision writes. A store applies it in one transaction, or not at all.

use crate::audit::AuditRow;
use crate::commission::CommissionMovement;
use crate::contribution::{Contribution, Marking};
use crate::ids::ContributionId;
use crate::ledger::JournalEntry;
use crate::notification::Notification;
use crate::payout::PaymentRequest;
use crate::round::Round;
use crate::savings::SavingsAccount;

/// The rows that a decision writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// The card as it is afterwards.
    pub account: Option<SavingsAccount>,
    /// A contribution or a reversal to add.
    pub contribution: Option<Contribution>,
    /// The contribution that the added reversal reverses.
    pub reversed: Option<ContributionId>,
    /// Boxes that were paid.
    pub markings: Vec<Marking>,
    /// Boxes that were reopened: their live markings become reversed ones.
    pub reopened: Vec<Marking>,
    /// Journal entries to add.
    pub entries: Vec<JournalEntry>,
    /// Commission movements to add.
    pub commissions: Vec<CommissionMovement>,
    /// A payment request, added or changed.
    pub payment_request: Option<PaymentRequest>,
    /// A round, added or changed.
    pub round: Option<Round>,
    /// Audit rows to add.
    pub audit: Vec<AuditRow>,
    /// What people are told of it.
    pub notifications: Vec<Notification>,
}
