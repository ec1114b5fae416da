//! Telling of a change of where a person's money goes.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::BankAccount;
use crate::context::Context;
use crate::ids::{BusinessId, UserId};
use crate::notification::{Notification, NotificationFacts, notify, warn};

/// A change of bank details for which payouts wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BankDetailsChange {
    /// Another bank account was added. A person's very first one replaces nothing, and nothing waits for it.
    Added,
    /// The details of a bank account are others.
    Changed,
    /// Another bank account is the default.
    BecameDefault,
}

impl BankDetailsChange {
    /// The name in rows and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::BecameDefault => "became_default",
        }
    }

    /// What changed between two states of a bank account, if payouts wait for it.
    #[must_use]
    pub fn between(before: &BankAccount, after: &BankAccount) -> Option<Self> {
        if before.details != after.details {
            Some(Self::Changed)
        } else if after.is_default && !before.is_default {
            Some(Self::BecameDefault)
        } else {
            None
        }
    }
}

/// A business in which the person has open cards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoutWatch {
    /// The business.
    pub business_id: BusinessId,
    /// How long its payouts wait.
    pub cooling_off_hours: u32,
    /// Who decides on its payouts.
    pub deciders: Vec<UserId>,
}

/// Tells the person, for somebody else may have done it, and those who decide on payouts where he has open cards.
#[must_use]
pub fn bank_details_notify(
    account: &BankAccount,
    change: BankDetailsChange,
    watches: &[PayoutWatch],
    context: &Context,
) -> Vec<Notification> {
    let mut ids = context.for_item(1).ids();
    let owner = account.user_id;
    let facts = NotificationFacts::BankDetailsChanged { change };
    let mut told = vec![warn(&mut ids, context.now, owner, account.id.uuid(), facts)];
    for watch in watches {
        let wait = SignedDuration::from_hours(i64::from(watch.cooling_off_hours));
        let until = context.now.saturating_add(wait).unwrap_or(context.now);
        let payouts_wait_until = (watch.cooling_off_hours > 0).then_some(until);
        let facts = NotificationFacts::CustomerBankDetailsChanged { change, payouts_wait_until };
        let deciders = watch.deciders.iter().copied().filter(|decider| *decider != owner);
        told.extend(notify(&mut ids, context, deciders, (Some(watch.business_id), owner.uuid()), &facts));
    }
    told
}
