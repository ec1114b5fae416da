//! The facts of a notification: what its text is made of, and what a client translates itself.
//!
//! They name amounts, days and cards, never a person, a phone number or an account number; nor do they repeat what somebody
//! typed, such as the reason of a rejection, which may hold any of these. That stands in the thing the notification is about.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::NotificationKind;
use crate::money::Money;
use crate::payout::DisburseMethod;
use crate::people::{BankDetailsChange, Suspicion};
use crate::permission::Role;
use crate::savings::CompletionReason;
use crate::tracking_number::TrackingNumber;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "facts", rename_all = "snake_case")]
pub enum NotificationFacts {
    /// Money was received and marked on a card.
    ContributionPosted {
        /// The card.
        tracking_number: TrackingNumber,
        /// How much.
        amount: Money,
        /// The business's day on which it was collected.
        collected_on: Date,
        /// How many boxes it paid.
        boxes: u32,
        /// The card's balance afterwards.
        balance: Money,
    },
    /// A contribution was taken back.
    ContributionReversed {
        /// The card.
        tracking_number: TrackingNumber,
        /// How much.
        amount: Money,
        /// The business's day on which it had been collected.
        collected_on: Date,
        /// How many boxes it reopened.
        boxes: u32,
        /// The card's balance afterwards.
        balance: Money,
    },
    /// A card completed.
    SavingsCompleted {
        /// The card.
        tracking_number: TrackingNumber,
        /// Why.
        reason: CompletionReason,
        /// What can be paid out.
        balance: Money,
    },
    /// A payment request was filed.
    PayoutFiled {
        /// The card.
        tracking_number: TrackingNumber,
        /// How much.
        amount: Money,
    },
    /// A payment request was approved.
    PayoutApproved {
        /// The card.
        tracking_number: TrackingNumber,
        /// How much.
        amount: Money,
    },
    /// A payment request was rejected.
    PayoutRejected {
        /// The card.
        tracking_number: TrackingNumber,
        /// How much.
        amount: Money,
    },
    /// A payment request was paid.
    PayoutPaid {
        /// The card.
        tracking_number: TrackingNumber,
        /// How much.
        amount: Money,
        /// How.
        method: DisburseMethod,
    },
    /// Paying a payment request did not work.
    PayoutFailed {
        /// The card.
        tracking_number: TrackingNumber,
        /// How much.
        amount: Money,
        /// Whether it is given up.
        is_final: bool,
    },
    /// A payment request was withdrawn.
    PayoutCancelled {
        /// The card.
        tracking_number: TrackingNumber,
        /// How much.
        amount: Money,
    },
    /// A collector has counted the cash of his round.
    RoundClosed {
        /// The round's day.
        date: Date,
        /// What he counted.
        counted: Money,
        /// What was left over, or missing when below zero.
        difference: Money,
    },
    /// The business has taken over the cash of a round.
    RoundAccepted {
        /// The round's day.
        date: Date,
        /// What was handed in.
        handed_in: Money,
        /// What was left over, or missing when below zero.
        difference: Money,
    },
    /// A round was given back to be counted again.
    RoundReopened {
        /// The round's day.
        date: Date,
        /// What had been counted.
        counted: Money,
    },
    /// The person is invited to a business.
    InvitationReceived {
        /// As what.
        role: Role,
        /// Until when he can answer.
        expires_at: Timestamp,
    },
    /// An invited person has joined.
    InvitationAccepted {
        /// As what.
        role: Role,
    },
    /// An invited person does not want to join.
    InvitationRejected {
        /// As what he was invited.
        role: Role,
    },
    /// Somebody signed in to the person's account in an unusual way.
    SuspiciousSignIn {
        /// What is unusual.
        suspicion: Suspicion,
    },
    /// It changed where the person's payouts go.
    BankDetailsChanged {
        /// How.
        change: BankDetailsChange,
    },
    /// It changed where the payouts of a customer go.
    CustomerBankDetailsChanged {
        /// How.
        change: BankDetailsChange,
        /// Until when the business's payouts to it wait; `None` when they do not.
        payouts_wait_until: Option<Timestamp>,
    },
}

impl NotificationFacts {
    /// What the notification tells.
    #[must_use]
    pub const fn kind(&self) -> NotificationKind {
        match self {
            Self::ContributionPosted { .. } => NotificationKind::ContributionPosted,
            Self::ContributionReversed { .. } => NotificationKind::ContributionReversed,
            Self::SavingsCompleted { .. } => NotificationKind::SavingsCompleted,
            Self::PayoutFiled { .. } => NotificationKind::PayoutFiled,
            Self::PayoutApproved { .. } => NotificationKind::PayoutApproved,
            Self::PayoutRejected { .. } => NotificationKind::PayoutRejected,
            Self::PayoutPaid { .. } => NotificationKind::PayoutPaid,
            Self::PayoutFailed { .. } => NotificationKind::PayoutFailed,
            Self::PayoutCancelled { .. } => NotificationKind::PayoutCancelled,
            Self::RoundClosed { .. } => NotificationKind::RoundClosed,
            Self::RoundAccepted { .. } => NotificationKind::RoundAccepted,
            Self::RoundReopened { .. } => NotificationKind::RoundReopened,
            Self::InvitationReceived { .. } => NotificationKind::InvitationReceived,
            Self::InvitationAccepted { .. } => NotificationKind::InvitationAccepted,
            Self::InvitationRejected { .. } => NotificationKind::InvitationRejected,
            Self::SuspiciousSignIn { .. } => NotificationKind::SuspiciousSignIn,
            Self::BankDetailsChanged { .. } => NotificationKind::BankDetailsChanged,
            Self::CustomerBankDetailsChanged { .. } => NotificationKind::CustomerBankDetailsChanged,
        }
    }

    /// The facts without their kind, for a row.
    #[must_use]
    pub fn to_json(&self) -> Value {
        // A closed enum of texts and numbers always serializes.
        let whole = serde_json::to_value(self).unwrap_or_default();
        whole.get("facts").cloned().unwrap_or_default()
    }

    /// The facts of a row.
    ///
    /// # Errors
    /// When they are not those of the kind.
    pub fn from_json(kind: NotificationKind, facts: Value) -> Result<Self, serde_json::Error> {
        serde_json::from_value(json!({ "kind": kind, "facts": facts }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notification::text::tests::one_of_each;

    #[test]
    fn facts_come_back_from_their_row() {
        let all = one_of_each();
        assert_eq!(all.iter().map(NotificationFacts::kind).collect::<Vec<_>>(), NotificationKind::ALL);
        for facts in all {
            let row = (facts.kind(), facts.to_json());
            assert!(row.1.is_object(), "{facts:?}");
            assert_eq!(serde_json::to_value(row.0).unwrap(), row.0.as_str());
            assert_eq!(NotificationFacts::from_json(row.0, row.1).unwrap(), facts);
        }
    }

    #[test]
    fn facts_of_another_kind_are_refused() {
        let completed = NotificationFacts::SavingsCompleted {
            tracking_number: TrackingNumber::from_random(1),
            reason: CompletionReason::AllPaid,
            balance: Money::ZERO,
        };
        assert!(NotificationFacts::from_json(NotificationKind::PayoutPaid, completed.to_json()).is_err());
    }
}
