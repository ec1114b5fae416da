//! The facts of a notification in an answer.

use ofektom_domain::money::Money;
use ofektom_domain::notification::NotificationFacts;
use ofektom_domain::people::Suspicion;
use ofektom_domain::tracking_number::TrackingNumber;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{Amount, Day, Moment};

/// The facts of a notification. Which there are depends on its kind; the others are left out.
#[derive(Default, Serialize, ToSchema)]
pub struct FactsView {
    /// The number on the card.
    #[serde(skip_serializing_if = "Option::is_none")]
    tracking_number: Option<String>,
    /// How much was received, taken back, asked for, counted or handed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Amount>,
    /// The business's day on which the money was collected.
    #[serde(skip_serializing_if = "Option::is_none")]
    collected_on: Option<Day>,
    /// How many boxes were paid or reopened.
    #[serde(skip_serializing_if = "Option::is_none")]
    boxes: Option<u32>,
    /// The card's balance afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    balance: Option<Amount>,
    /// Why the card completed: `all_paid`, `ended_early` or `matured`; or what is unusual about a sign-in: `after_failures`,
    /// `new_place`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// How it was paid: `bank_transfer` or `cash`.
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'static str>,
    /// Whether a failure is final.
    #[serde(rename = "final", skip_serializing_if = "Option::is_none")]
    is_final: Option<bool>,
    /// The day of the round.
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<Day>,
    /// What was left over when the round was counted, or missing when below zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<Amount>,
    /// As what somebody is invited: `admin`, `sub_agent` or `customer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    /// Until when the invitation can be answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Moment>,
    /// How many attempts failed before the sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<u32>,
    /// How bank details changed: `added`, `changed` or `became_default`.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'static str>,
    /// Until when the business's payouts to them wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    payouts_wait_until: Option<Moment>,
}

impl FactsView {
    /// The facts of a notification.
    pub fn of(facts: &NotificationFacts) -> Self {
        match facts {
            NotificationFacts::ContributionPosted { tracking_number, amount, collected_on, boxes, balance }
            | NotificationFacts::ContributionReversed { tracking_number, amount, collected_on, boxes, balance } => {
                Self {
                    tracking_number: Some(tracking_number.to_string()),
                    amount: Some(Amount(*amount)),
                    collected_on: Some(Day(*collected_on)),
                    boxes: Some(*boxes),
                    balance: Some(Amount(*balance)),
                    ..Self::default()
                }
            }
            NotificationFacts::SavingsCompleted { tracking_number, reason, balance } => Self {
                tracking_number: Some(tracking_number.to_string()),
                reason: Some(reason.as_str()),
                balance: Some(Amount(*balance)),
                ..Self::default()
            },
            NotificationFacts::PayoutFiled { tracking_number, amount }
            | NotificationFacts::PayoutApproved { tracking_number, amount }
            | NotificationFacts::PayoutRejected { tracking_number, amount }
            | NotificationFacts::PayoutCancelled { tracking_number, amount } => {
                Self::of_payout(tracking_number, *amount)
            }
            NotificationFacts::PayoutPaid { tracking_number, amount, method } => {
                Self { method: Some(method.as_str()), ..Self::of_payout(tracking_number, *amount) }
            }
            NotificationFacts::PayoutFailed { tracking_number, amount, is_final } => {
                Self { is_final: Some(*is_final), ..Self::of_payout(tracking_number, *amount) }
            }
            NotificationFacts::RoundClosed { date, counted: amount, difference }
            | NotificationFacts::RoundAccepted { date, handed_in: amount, difference } => Self {
                date: Some(Day(*date)),
                amount: Some(Amount(*amount)),
                difference: Some(Amount(*difference)),
                ..Self::default()
            },
            NotificationFacts::RoundReopened { date, counted } => {
                Self { date: Some(Day(*date)), amount: Some(Amount(*counted)), ..Self::default() }
            }
            NotificationFacts::InvitationReceived { role, expires_at } => {
                Self { role: Some(role.as_str()), expires_at: Some(Moment(*expires_at)), ..Self::default() }
            }
            NotificationFacts::InvitationAccepted { role } | NotificationFacts::InvitationRejected { role } => {
                Self { role: Some(role.as_str()), ..Self::default() }
            }
            NotificationFacts::SuspiciousSignIn { suspicion } => Self::of_sign_in(*suspicion),
            NotificationFacts::BankDetailsChanged { change } => {
                Self { change: Some(change.as_str()), ..Self::default() }
            }
            NotificationFacts::CustomerBankDetailsChanged { change, payouts_wait_until } => Self {
                change: Some(change.as_str()),
                payouts_wait_until: payouts_wait_until.map(Moment),
                ..Self::default()
            },
        }
    }

    fn of_sign_in(suspicion: Suspicion) -> Self {
        let failed = match suspicion {
            Suspicion::AfterFailures { failed } => Some(failed),
            Suspicion::NewPlace => None,
        };
        Self { reason: Some(suspicion.as_str()), failed, ..Self::default() }
    }

    fn of_payout(tracking_number: &TrackingNumber, amount: Money) -> Self {
        Self { tracking_number: Some(tracking_number.to_string()), amount: Some(Amount(amount)), ..Self::default() }
    }
}
