//! What a person can be told.

use serde::{Deserialize, Serialize};

use crate::audit::AuditEntity;

/// What a notification tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// Money was received and marked on a card.
    ContributionPosted,
    /// A contribution was taken back.
    ContributionReversed,
    /// A card is full, was ended or has matured.
    SavingsCompleted,
    /// A payment request was filed.
    PayoutFiled,
    /// A payment request was approved.
    PayoutApproved,
    /// A payment request was rejected.
    PayoutRejected,
    /// A payment request was paid.
    PayoutPaid,
    /// Paying a payment request did not work.
    PayoutFailed,
    /// A payment request was withdrawn.
    PayoutCancelled,
    /// A collector has counted the cash of his round.
    RoundClosed,
    /// The business has taken over the cash of a round.
    RoundAccepted,
    /// A round was given back to be counted again.
    RoundReopened,
    /// The person is invited to a business.
    InvitationReceived,
    /// An invited person has joined.
    InvitationAccepted,
    /// An invited person does not want to join.
    InvitationRejected,
    /// Somebody signed in to the person's account in an unusual way.
    SuspiciousSignIn,
    /// It changed where the person's payouts go.
    BankDetailsChanged,
    /// It changed where the payouts of a customer with open cards go.
    CustomerBankDetailsChanged,
}

impl NotificationKind {
    /// All kinds.
    pub const ALL: [Self; 18] = [
        Self::ContributionPosted,
        Self::ContributionReversed,
        Self::SavingsCompleted,
        Self::PayoutFiled,
        Self::PayoutApproved,
        Self::PayoutRejected,
        Self::PayoutPaid,
        Self::PayoutFailed,
        Self::PayoutCancelled,
        Self::RoundClosed,
        Self::RoundAccepted,
        Self::RoundReopened,
        Self::InvitationReceived,
        Self::InvitationAccepted,
        Self::InvitationRejected,
        Self::SuspiciousSignIn,
        Self::BankDetailsChanged,
        Self::CustomerBankDetailsChanged,
    ];

    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ContributionPosted => "contribution_posted",
            Self::ContributionReversed => "contribution_reversed",
            Self::SavingsCompleted => "savings_completed",
            Self::PayoutFiled => "payout_filed",
            Self::PayoutApproved => "payout_approved",
            Self::PayoutRejected => "payout_rejected",
            Self::PayoutPaid => "payout_paid",
            Self::PayoutFailed => "payout_failed",
            Self::PayoutCancelled => "payout_cancelled",
            Self::RoundClosed => "round_closed",
            Self::RoundAccepted => "round_accepted",
            Self::RoundReopened => "round_reopened",
            Self::InvitationReceived => "invitation_received",
            Self::InvitationAccepted => "invitation_accepted",
            Self::InvitationRejected => "invitation_rejected",
            Self::SuspiciousSignIn => "suspicious_sign_in",
            Self::BankDetailsChanged => "bank_details_changed",
            Self::CustomerBankDetailsChanged => "customer_bank_details_changed",
        }
    }

    /// Whether it cannot be turned off: it warns a person of what someone else may have done to his money
    /// or in his name.
    #[must_use]
    pub const fn is_mandatory(self) -> bool {
        match self {
            Self::ContributionReversed | Self::SuspiciousSignIn | Self::BankDetailsChanged => true,
            Self::ContributionPosted
            | Self::SavingsCompleted
            | Self::PayoutFiled
            | Self::PayoutApproved
            | Self::PayoutRejected
            | Self::PayoutPaid
            | Self::PayoutFailed
            | Self::PayoutCancelled
            | Self::RoundClosed
            | Self::RoundAccepted
            | Self::RoundReopened
            | Self::InvitationReceived
            | Self::InvitationAccepted
            | Self::InvitationRejected
            | Self::CustomerBankDetailsChanged => false,
        }
    }

    /// What kind of thing it is about.
    #[must_use]
    pub const fn subject(self) -> AuditEntity {
        match self {
            Self::ContributionPosted | Self::ContributionReversed => AuditEntity::Contribution,
            Self::SavingsCompleted => AuditEntity::SavingsAccount,
            Self::PayoutFiled
            | Self::PayoutApproved
            | Self::PayoutRejected
            | Self::PayoutPaid
            | Self::PayoutFailed
            | Self::PayoutCancelled => AuditEntity::PaymentRequest,
            Self::RoundClosed | Self::RoundAccepted | Self::RoundReopened => AuditEntity::Round,
            Self::InvitationReceived | Self::InvitationAccepted | Self::InvitationRejected => AuditEntity::Invitation,
            Self::SuspiciousSignIn => AuditEntity::Session,
            Self::BankDetailsChanged => AuditEntity::BankAccount,
            // The customer is a member of the business.
            Self::CustomerBankDetailsChanged => AuditEntity::Membership,
        }
    }
}
