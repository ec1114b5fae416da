//! What a refusal of the rules is on the wire.

use ofektom_domain::refusal::Refusal;

use super::{Kind, Problem, kind};

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(errors) => Self::validation(errors),
            other => Self::new(kind_of(&other)).detail(other.to_string()),
        }
    }
}

/// The kind of problem of a refusal.
const fn kind_of(refusal: &Refusal) -> Kind {
    match refusal {
        Refusal::Invalid(_) => kind::VALIDATION_FAILED,
        Refusal::BoxAlreadyPaid(_) => kind::BOX_ALREADY_PAID,
        Refusal::BoxNotOnCard(_) => kind::BOX_NOT_ON_CARD,
        Refusal::BoxesExhausted { .. } => kind::BOXES_EXHAUSTED,
        Refusal::BoxesNotCovered { .. } => kind::BOXES_NOT_COVERED,
        Refusal::CollectedInFuture(_) => kind::COLLECTED_IN_FUTURE,
        Refusal::CollectedTooLongAgo { .. } => kind::COLLECTED_TOO_LONG_AGO,
        Refusal::NotActive(_) => kind::NOT_ACTIVE,
        Refusal::NotCompleted(_) => kind::NOT_COMPLETED,
        Refusal::NotEnded(_) => kind::NOT_ENDED,
        Refusal::HasPayments => kind::HAS_PAYMENTS,
        Refusal::AlreadyReversed => kind::ALREADY_REVERSED,
        Refusal::ReversalNotReversible => kind::REVERSAL_NOT_REVERSIBLE,
        Refusal::ReversalNotYours => kind::REVERSAL_NOT_YOURS,
        Refusal::MoneyHeld => kind::MONEY_HELD,
        Refusal::MoneyPaidOut => kind::MONEY_PAID_OUT,
        Refusal::PaymentRequestOpen => kind::PAYMENT_REQUEST_OPEN,
        Refusal::InsufficientBalance { .. } => kind::INSUFFICIENT_BALANCE,
        Refusal::PayoutStatus(_) => kind::PAYMENT_REQUEST_STATUS,
        Refusal::SamePerson => kind::SAME_PERSON,
        Refusal::FourEyes => kind::FOUR_EYES,
        Refusal::CoolingOff { .. } => kind::COOLING_OFF,
        Refusal::MethodMismatch { .. } => kind::METHOD_MISMATCH,
        Refusal::RoundClosed { .. } => kind::ROUND_CLOSED,
        Refusal::RoundStatus(_) => kind::ROUND_STATUS,
        Refusal::RoundNotLatest => kind::ROUND_NOT_LATEST,
        Refusal::CommissionRaised => kind::COMMISSION_RAISED,
        Refusal::NotActivated => kind::NOT_ACTIVATED,
        Refusal::OwnAccount => kind::OWN_ACCOUNT,
        Refusal::LastSuperAdmin => kind::LAST_SUPER_ADMIN,
        Refusal::BusinessInUse { .. } => kind::BUSINESS_IN_USE,
        Refusal::Forbidden => kind::FORBIDDEN,
        Refusal::PassphraseRequired => kind::PASSPHRASE_REQUIRED,
        Refusal::BusinessNotActive => kind::BUSINESS_NOT_ACTIVE,
        Refusal::InvitationStatus(_) => kind::INVITATION_STATUS,
        Refusal::OwnerStays => kind::OWNER_STAYS,
        Refusal::MemberInUse { .. } => kind::MEMBER_IN_USE,
        Refusal::CashInHand { .. } => kind::CASH_IN_HAND,
        Refusal::MemberLeft => kind::MEMBER_LEFT,
        Refusal::DayBooked(_) => kind::DAY_BOOKED,
        Refusal::TooLarge => kind::AMOUNT_TOO_LARGE,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;
    use ofektom_domain::business::InvitationStatus;
    use ofektom_domain::money::Money;
    use ofektom_domain::payout::PayoutStatus;
    use ofektom_domain::round::RoundStatus;
    use ofektom_domain::savings::SavingsStatus;

    use super::*;

    #[test]
    fn the_wire_and_the_domain_use_the_same_codes() {
        let (day, money) = (date(2025, 1, 1), Money::ZERO);
        for refusal in [
            Refusal::Invalid(vec![]),
            Refusal::BoxAlreadyPaid(day),
            Refusal::BoxNotOnCard(day),
            Refusal::BoxesExhausted { left: money },
            Refusal::BoxesNotCovered { needed: money, available: money },
            Refusal::CollectedInFuture(day),
            Refusal::CollectedTooLongAgo { earliest: day },
            Refusal::NotActive(SavingsStatus::PaidOut),
            Refusal::NotCompleted(SavingsStatus::Active),
            Refusal::NotEnded(SavingsStatus::Active),
            Refusal::HasPayments,
            Refusal::AlreadyReversed,
            Refusal::ReversalNotReversible,
            Refusal::ReversalNotYours,
            Refusal::MoneyHeld,
            Refusal::MoneyPaidOut,
            Refusal::PaymentRequestOpen,
            Refusal::InsufficientBalance { available: money },
            Refusal::PayoutStatus(PayoutStatus::Paid),
            Refusal::SamePerson,
            Refusal::FourEyes,
            Refusal::CoolingOff { until: Timestamp::UNIX_EPOCH },
            Refusal::MethodMismatch { expected: "in cash" },
            Refusal::RoundClosed { until: day },
            Refusal::RoundStatus(RoundStatus::Accepted),
            Refusal::RoundNotLatest,
            Refusal::CommissionRaised,
            Refusal::NotActivated,
            Refusal::OwnAccount,
            Refusal::LastSuperAdmin,
            Refusal::BusinessInUse { cards: 1, requests: 0 },
            Refusal::Forbidden,
            Refusal::PassphraseRequired,
            Refusal::BusinessNotActive,
            Refusal::InvitationStatus(InvitationStatus::Expired),
            Refusal::OwnerStays,
            Refusal::MemberInUse { cards: 1, requests: 0 },
            Refusal::CashInHand { balance: money },
            Refusal::MemberLeft,
            Refusal::DayBooked(day),
            Refusal::TooLarge,
        ] {
            assert_eq!(kind_of(&refusal).code, refusal.code());
        }
    }
}
