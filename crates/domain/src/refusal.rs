//! Why a command is refused: one closed list, each with a stable code that the API documents.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::business::InvitationStatus;
use crate::money::{Money, MoneyError};
use crate::payout::PayoutStatus;
use crate::round::RoundStatus;
use crate::savings::SavingsStatus;

/// One field of a command that is not acceptable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name as the API spells it, with a path for nested ones (`items[3].amount`).
    pub field: String,
    /// A stable code, such as `out_of_range`.
    pub code: &'static str,
    /// What would be right, for a person.
    pub message: String,
}

impl FieldError {
    /// Names a field, a stable code and what would be right.
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.into(), code, message: message.into() }
    }
}

/// A command that may not be carried out. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Fields that are not acceptable, each named.
    #[error("the request has fields that are not acceptable")]
    Invalid(Vec<FieldError>),
    /// A box that the caller names is paid.
    #[error("the box of {0} is already paid")]
    BoxAlreadyPaid(Date),
    /// A box that the caller names does not exist on the card.
    #[error("the card has no box for {0}")]
    BoxNotOnCard(Date),
    /// More money than the card can still take.
    #[error("the card can take {left} more")]
    BoxesExhausted {
        /// What the card can still take.
        left: Money,
    },
    /// The money does not pay all the boxes that the caller names.
    #[error("the named boxes cost {needed}, the amount and the card's credit make {available}")]
    BoxesNotCovered {
        /// What the named boxes cost together.
        needed: Money,
        /// The amount and the credit on the card.
        available: Money,
    },
    /// Collected on a day that has not come.
    #[error("{0} is in the future")]
    CollectedInFuture(Date),
    /// Collected longer ago than the business allows to record.
    #[error("the business records collections back to {earliest} only")]
    CollectedTooLongAgo {
        /// The earliest day that may still be recorded.
        earliest: Date,
    },
    /// The verb needs an active card.
    #[error("the savings account is {0}, not active")]
    NotActive(SavingsStatus),
    /// The verb needs a completed card.
    #[error("the savings account is {0}, not completed")]
    NotCompleted(SavingsStatus),
    /// A renewal needs a card that has ended.
    #[error("the savings account is {0}: only a completed or paid-out one can be renewed")]
    NotEnded(SavingsStatus),
    /// A card with payments cannot be cancelled.
    #[error("something was paid on the savings account: end it instead of cancelling it")]
    HasPayments,
    /// The contribution was reversed before.
    #[error("the contribution is already reversed")]
    AlreadyReversed,
    /// The contribution is itself a reversal.
    #[error("a reversal cannot be reversed")]
    ReversalNotReversible,
    /// A sub-agent may reverse only what he collected himself, on the business day on which he collected it.
    #[error("a sub-agent may reverse only his own contributions of the same business day")]
    ReversalNotYours,
    /// Money of the card is held for a payout.
    #[error("money of the savings account is held for a payment request")]
    MoneyHeld,
    /// Money of the card was paid out.
    #[error("money of the savings account was already paid out")]
    MoneyPaidOut,
    /// Another payment request of the card is open.
    #[error("the savings account has an open payment request")]
    PaymentRequestOpen,
    /// There is less money than the verb needs.
    #[error("the available balance is {available}")]
    InsufficientBalance {
        /// What is available.
        available: Money,
    },
    /// The verb does not follow on the request's status.
    #[error("the payment request is {0}")]
    PayoutStatus(PayoutStatus),
    /// Whoever files a payment request, or is to be paid by it, may not decide on it; nor accepts whoever counted it a round.
    #[error("somebody else must decide: not who filed it, counted it or is to be paid")]
    SamePerson,
    /// Above the business's four-eyes amount, whoever collected on the card may not approve.
    #[error("above the four-eyes amount the approver may not have collected on this card")]
    FourEyes,
    /// The bank details changed a short time ago.
    #[error("the bank details changed: payouts to them wait until {until}")]
    CoolingOff {
        /// From when they may be used.
        until: Timestamp,
    },
    /// The way of paying does not fit the request's destination.
    #[error("the payment request is to be paid {expected}")]
    MethodMismatch {
        /// `in cash` or `by bank transfer`.
        expected: &'static str,
    },
    /// The collector's cash of the day is counted.
    #[error("the collector's cash is counted up to {until}: that day and those before it are closed")]
    RoundClosed {
        /// The last day that his rounds cover.
        until: Date,
    },
    /// The verb needs a closed round that is not accepted.
    #[error("the round is {0}, not closed")]
    RoundStatus(RoundStatus),
    /// A later round of the collector builds on this one.
    #[error("the collector has closed a later round, which builds on this one")]
    RoundNotLatest,
    /// The new terms would take more commission than was agreed.
    #[error("the change would raise the commission that was agreed")]
    CommissionRaised,
    /// The person has not activated his account, so there is nothing to suspend.
    #[error("the person has not activated his account")]
    NotActivated,
    /// Nobody suspends himself.
    #[error("nobody suspends himself")]
    OwnAccount,
    /// Somebody must run the platform.
    #[error("nobody else runs the platform")]
    LastSuperAdmin,
    /// A business with open cards or payment requests cannot be closed.
    #[error("the business has {cards} open savings accounts and {requests} open payment requests")]
    BusinessInUse {
        /// Cards that are active, or completed and not paid out.
        cards: u64,
        /// Payment requests that are not decided for good.
        requests: u64,
    },
    /// The role, or the person it is about, is not below whoever gives the command.
    #[error("the role may not do this")]
    Forbidden,
    /// Whoever works for a business signs in with a passphrase; the person has a PIN.
    #[error("whoever works for a business needs an account with a passphrase")]
    PassphraseRequired,
    /// The business does not trade: reading only.
    #[error("the business is not active")]
    BusinessNotActive,
    /// The invitation has been answered, withdrawn, or is too old.
    #[error("the invitation is {0}")]
    InvitationStatus(InvitationStatus),
    /// Whoever owns a business stays in it.
    #[error("the owner does not leave his business")]
    OwnerStays,
    /// The member has savings in the business.
    #[error("the member has {cards} open savings accounts and {requests} open payment requests")]
    MemberInUse {
        /// His cards that are active, or completed and not paid out.
        cards: u64,
        /// Payment requests on them that are not decided for good.
        requests: u64,
    },
    /// The member has cash of the business.
    #[error("the member's cash account has a balance of {balance}: it must be handed in and accepted first")]
    CashInHand {
        /// What he has; below zero when he paid out more than he had.
        balance: Money,
    },
    /// Whoever has left comes back by himself.
    #[error("the member has left the business: he joins again by its code or an invitation")]
    MemberLeft,
    /// In the new time zone a day on which money is booked has not come.
    #[error("money is booked on {0}, which has not come in that time zone: try again when it has")]
    DayBooked(Date),
    /// A sum left the range of the books.
    #[error("the amounts are too large to calculate with")]
    TooLarge,
}

impl Refusal {
    /// A refusal that names one field.
    pub fn field(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, code, message)])
    }

    /// A change that changes nothing: the first of the fields that it could have named is told, with all of them.
    #[must_use]
    pub fn nothing_to_change(fields: &[&str]) -> Self {
        let first = fields.first().copied().unwrap_or_default();
        Self::field(first, "required", format!("name at least one of {}", fields.join(", ")))
    }

    /// The stable code that the API documents.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "validation_failed",
            Self::BoxAlreadyPaid(_) => "box_already_paid",
            Self::BoxNotOnCard(_) => "box_not_on_card",
            Self::BoxesExhausted { .. } => "boxes_exhausted",
            Self::BoxesNotCovered { .. } => "boxes_not_covered",
            Self::CollectedInFuture(_) => "collected_in_future",
            Self::CollectedTooLongAgo { .. } => "collected_too_long_ago",
            Self::NotActive(_) => "not_active",
            Self::NotCompleted(_) => "not_completed",
            Self::NotEnded(_) => "not_ended",
            Self::HasPayments => "has_payments",
            Self::AlreadyReversed => "already_reversed",
            Self::ReversalNotReversible => "reversal_not_reversible",
            Self::ReversalNotYours => "reversal_not_yours",
            Self::MoneyHeld => "money_held",
            Self::MoneyPaidOut => "money_paid_out",
            Self::PaymentRequestOpen => "payment_request_open",
            Self::InsufficientBalance { .. } => "insufficient_balance",
            Self::PayoutStatus(_) => "payment_request_status",
            Self::SamePerson => "same_person",
            Self::FourEyes => "four_eyes",
            Self::CoolingOff { .. } => "cooling_off",
            Self::MethodMismatch { .. } => "method_mismatch",
            Self::RoundClosed { .. } => "round_closed",
            Self::RoundStatus(_) => "round_status",
            Self::RoundNotLatest => "round_not_latest",
            Self::CommissionRaised => "commission_raised",
            Self::NotActivated => "not_activated",
            Self::OwnAccount => "own_account",
            Self::LastSuperAdmin => "last_super_admin",
            Self::BusinessInUse { .. } => "business_in_use",
            Self::Forbidden => "forbidden",
            Self::PassphraseRequired => "passphrase_required",
            Self::BusinessNotActive => "business_not_active",
            Self::InvitationStatus(_) => "invitation_status",
            Self::OwnerStays => "owner_stays",
            Self::MemberInUse { .. } => "member_in_use",
            Self::CashInHand { .. } => "cash_in_hand",
            Self::MemberLeft => "member_left",
            Self::DayBooked(_) => "day_booked",
            Self::TooLarge => "amount_too_large",
        }
    }
}

impl From<MoneyError> for Refusal {
    fn from(_: MoneyError) -> Self {
        Self::TooLarge
    }
}
