//! The text of a notification, made when it is read. Clients that speak another language make their own from the facts.

use jiff::Timestamp;

use super::NotificationFacts;
use crate::money::{Currency, Money};
use crate::payout::DisburseMethod;
use crate::people::{BankDetailsChange, Suspicion};
use crate::permission::Role;
use crate::savings::CompletionReason;

/// A notification in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationText {
    /// A few words.
    pub title: &'static str,
    /// One to three sentences.
    pub body: String,
}

impl NotificationFacts {
    /// The text, with amounts in the business's currency.
    #[must_use]
    pub fn text(&self, currency: Currency) -> NotificationText {
        let money = |amount: Money| spelled(amount, currency);
        let (title, body) = match self {
            Self::ContributionPosted { tracking_number, amount, collected_on, boxes, balance } => {
                let (amount, balance, paid) = (money(*amount), money(*balance), boxes_are(*boxes, "paid"));
                let body = format!(
                    "{amount}, collected on {collected_on}, was marked on card {tracking_number}: {paid}. The balance is {balance}."
                );
                ("Payment received", body)
            }
            Self::ContributionReversed { tracking_number, amount, collected_on, boxes, balance } => {
                let (amount, balance, open) = (money(*amount), money(*balance), boxes_are(*boxes, "open again"));
                let body = format!(
                    "{amount}, collected on {collected_on}, was taken back from card {tracking_number}: {open}. The balance is {balance}. Ask the business if you do not know why."
                );
                ("Payment reversed", body)
            }
            Self::SavingsCompleted { tracking_number, reason, balance } => {
                let why = match reason {
                    CompletionReason::AllPaid => format!("All boxes of card {tracking_number} are paid."),
                    CompletionReason::EndedEarly => format!("Card {tracking_number} was ended early."),
                    CompletionReason::Matured => format!("Card {tracking_number} has passed its end date."),
                };
                let left = if balance.is_zero() {
                    "There is nothing to pay out.".to_owned()
                } else {
                    format!("{} can be paid out.", money(*balance))
                };
                ("Savings completed", format!("{why} {left}"))
            }
            Self::PayoutFiled { tracking_number, amount } => (
                "Payout requested",
                format!(
                    "A payout of {} from card {tracking_number} was requested and waits for approval.",
                    money(*amount)
                ),
            ),
            Self::PayoutApproved { tracking_number, amount } => (
                "Payout approved",
                format!("The payout of {} from card {tracking_number} was approved.", money(*amount)),
            ),
            Self::PayoutRejected { tracking_number, amount } => (
                "Payout rejected",
                format!(
                    "The payout of {} from card {tracking_number} was rejected; the request says why. The money is back on the card.",
                    money(*amount)
                ),
            ),
            Self::PayoutPaid { tracking_number, amount, method } => {
                let how = match method {
                    DisburseMethod::BankTransfer => "by bank transfer",
                    DisburseMethod::Cash => "in cash",
                };
                ("Payout paid", format!("{} from card {tracking_number} was paid {how}.", money(*amount)))
            }
            Self::PayoutFailed { tracking_number, amount, is_final } => {
                let next = if *is_final { "The money is back on the card." } else { "It will be tried again." };
                let what = format!("The payout of {} from card {tracking_number} did not work.", money(*amount));
                ("Payout failed", format!("{what} {next}"))
            }
            Self::PayoutCancelled { tracking_number, amount } => (
                "Payout withdrawn",
                format!(
                    "The request for a payout of {} from card {tracking_number} was withdrawn. The money is back on the card.",
                    money(*amount)
                ),
            ),
            Self::RoundClosed { date, counted, difference } => {
                let differs = difference_is(*difference, money).map(|it| format!(", {it}")).unwrap_or_default();
                let body = format!("The cash of a round of {date} was counted: {}{differs}.", money(*counted));
                ("Round closed", format!("{body} It waits to be accepted."))
            }
            Self::RoundAccepted { date, handed_in, difference } => {
                let differs = difference_is(*difference, money).map(|it| format!("; the count was {it}"));
                let differs = differs.unwrap_or_default();
                ("Round accepted", format!("{} was taken over for your round of {date}{differs}.", money(*handed_in)))
            }
            Self::RoundReopened { date, counted } => (
                "Round reopened",
                format!(
                    "Your round of {date}, for which {} was counted, was given back: count it again. The round says why.",
                    money(*counted)
                ),
            ),
            Self::InvitationReceived { role, expires_at } => (
                "Invitation",
                format!(
                    "You are invited to join as {}. The message to your phone number tells how; it is good until {}.",
                    called(*role),
                    instant(*expires_at)
                ),
            ),
            Self::InvitationAccepted { role } => {
                ("Invitation accepted", format!("Whom you invited as {} has joined.", called(*role)))
            }
            Self::InvitationRejected { role } => {
                ("Invitation declined", format!("Whom you invited as {} does not want to join.", called(*role)))
            }
            Self::SuspiciousSignIn { suspicion } => ("Unusual sign-in", suspicious(*suspicion)),
            Self::BankDetailsChanged { change } => ("Bank details changed", bank_details(*change)),
            Self::CustomerBankDetailsChanged { change, payouts_wait_until } => {
                let what = match change {
                    BankDetailsChange::Added => "added a bank account",
                    BankDetailsChange::Changed => "changed the details of a bank account",
                    BankDetailsChange::BecameDefault => "made another bank account the default",
                };
                let wait = payouts_wait_until
                    .map(|until| format!(" Payouts to it wait until {}.", instant(until)))
                    .unwrap_or_default();
                ("Bank details of a customer changed", format!("A customer with open savings {what}.{wait}"))
            }
        };
        NotificationText { title, body }
    }
}

fn suspicious(suspicion: Suspicion) -> String {
    let how = match suspicion {
        Suspicion::AfterFailures { failed } => format!("after {failed} wrong attempts"),
        Suspicion::NewPlace => "from a place and with a device that were not seen before".to_owned(),
    };
    format!(
        "Somebody signed in to your account {how}. If it was not you, end that session and change your PIN or passphrase."
    )
}

fn bank_details(change: BankDetailsChange) -> String {
    let what = match change {
        BankDetailsChange::Added => "A bank account was added to yours.",
        BankDetailsChange::Changed => "The details of one of your bank accounts were changed.",
        BankDetailsChange::BecameDefault => "Another one of your bank accounts is the default now.",
    };
    format!(
        "{what} Payouts to it wait for a time. If it was not you, remove it and change your PIN or passphrase at once."
    )
}

/// A role with its article.
const fn called(role: Role) -> &'static str {
    match role {
        Role::SuperAdmin => "a super admin",
        Role::Agent => "an agent",
        Role::Admin => "an admin",
        Role::SubAgent => "a sub-agent",
        Role::Customer => "a customer",
    }
}

/// An instant as people write it, in UTC.
fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn boxes_are(count: u32, state: &str) -> String {
    match count {
        0 => format!("no box is {state}"),
        1 => format!("1 box is {state}"),
        count => format!("{count} boxes are {state}"),
    }
}

/// How a count differs from what was expected; `None` when it does not.
fn difference_is(difference: Money, money: impl Fn(Money) -> String) -> Option<String> {
    match difference.kobo() {
        0 => None,
        ..0 => Some(format!("{} less than expected", money(Money::from_kobo(difference.kobo().saturating_neg())))),
        1.. => Some(format!("{} more than expected", money(difference))),
    }
}

/// An amount as people write it: `₦43,500.00`, `GHS 43,500.00`.
fn spelled(amount: Money, currency: Currency) -> String {
    let plain = amount.to_string();
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |digits| ("-", digits));
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "00"));
    let mut grouped = String::with_capacity(whole.len() + whole.len() / 3);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if currency == Currency::NGN {
        format!("{sign}₦{grouped}.{decimals}")
    } else {
        format!("{sign}{currency} {grouped}.{decimals}")
    }
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::tracking_number::TrackingNumber;

    /// One notification's facts of each kind, in the order of the kinds.
    pub fn one_of_each() -> Vec<NotificationFacts> {
        use NotificationFacts as F;
        let at = "2025-03-02T09:00:00Z".parse().unwrap();
        let tracking_number = TrackingNumber::from_random(3_456_789);
        let (amount, balance, collected_on) = (Money::from_kobo(50_000), Money::from_kobo(4_350_000), date(2025, 3, 1));
        vec![
            F::ContributionPosted { tracking_number, amount, collected_on, boxes: 1, balance },
            F::ContributionReversed { tracking_number, amount, collected_on, boxes: 2, balance },
            F::SavingsCompleted { tracking_number, reason: CompletionReason::AllPaid, balance },
            F::PayoutFiled { tracking_number, amount },
            F::PayoutApproved { tracking_number, amount },
            F::PayoutRejected { tracking_number, amount },
            F::PayoutPaid { tracking_number, amount, method: DisburseMethod::Cash },
            F::PayoutFailed { tracking_number, amount, is_final: false },
            F::PayoutCancelled { tracking_number, amount },
            F::RoundClosed { date: collected_on, counted: amount, difference: Money::from_kobo(-5_000) },
            F::RoundAccepted { date: collected_on, handed_in: amount, difference: Money::from_kobo(100) },
            F::RoundReopened { date: collected_on, counted: amount },
            F::InvitationReceived { role: Role::SubAgent, expires_at: at },
            F::InvitationAccepted { role: Role::Admin },
            F::InvitationRejected { role: Role::Customer },
            F::SuspiciousSignIn { suspicion: Suspicion::AfterFailures { failed: 6 } },
            F::BankDetailsChanged { change: BankDetailsChange::Changed },
            F::CustomerBankDetailsChanged { change: BankDetailsChange::Added, payouts_wait_until: Some(at) },
        ]
    }

    #[test]
    fn texts_read_well() {
        let number = TrackingNumber::from_random(3_456_789);
        let texts: Vec<String> = one_of_each().iter().map(|facts| facts.text(Currency::NGN).body).collect();
        let expected = [
            format!(
                "₦500.00, collected on 2025-03-01, was marked on card {number}: 1 box is paid. The balance is ₦43,500.00."
            ),
            format!(
                "₦500.00, collected on 2025-03-01, was taken back from card {number}: 2 boxes are open again. The balance is ₦43,500.00. Ask the business if you do not know why."
            ),
            format!("All boxes of card {number} are paid. ₦43,500.00 can be paid out."),
            format!("A payout of ₦500.00 from card {number} was requested and waits for approval."),
            format!("The payout of ₦500.00 from card {number} was approved."),
            format!(
                "The payout of ₦500.00 from card {number} was rejected; the request says why. The money is back on the card."
            ),
            format!("₦500.00 from card {number} was paid in cash."),
            format!("The payout of ₦500.00 from card {number} did not work. It will be tried again."),
            format!(
                "The request for a payout of ₦500.00 from card {number} was withdrawn. The money is back on the card."
            ),
            "The cash of a round of 2025-03-01 was counted: ₦500.00, ₦50.00 less than expected. It waits to be accepted."
                .to_owned(),
            "₦500.00 was taken over for your round of 2025-03-01; the count was ₦1.00 more than expected.".to_owned(),
            "Your round of 2025-03-01, for which ₦500.00 was counted, was given back: count it again. The round says why."
                .to_owned(),
            "You are invited to join as a sub-agent. The message to your phone number tells how; it is good until 2025-03-02 09:00 UTC.".to_owned(),
            "Whom you invited as an admin has joined.".to_owned(),
            "Whom you invited as a customer does not want to join.".to_owned(),
            "Somebody signed in to your account after 6 wrong attempts. If it was not you, end that session and change your PIN or passphrase.".to_owned(),
            "The details of one of your bank accounts were changed. Payouts to it wait for a time. If it was not you, remove it and change your PIN or passphrase at once.".to_owned(),
            "A customer with open savings added a bank account. Payouts to it wait until 2025-03-02 09:00 UTC.".to_owned(),
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn amounts_are_grouped_and_named() {
        let spelled = |kobo, currency: &str| spelled(Money::from_kobo(kobo), currency.parse().unwrap());
        assert_eq!(spelled(5, "NGN"), "₦0.05");
        assert_eq!(spelled(99_999, "NGN"), "₦999.99");
        assert_eq!(spelled(100_000, "NGN"), "₦1,000.00");
        assert_eq!(spelled(100_000_000_000, "NGN"), "₦1,000,000,000.00");
        assert_eq!(spelled(-123_456, "GHS"), "-GHS 1,234.56");
    }
}
