//! How a business stands.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::savings::SavingsStatus;

/// What came in, was earned and went out in a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoneyFlow {
    /// Collected on cards, less what was reversed.
    pub collected: Money,
    /// Commission earned, less what was given back.
    pub commission: Money,
    /// Paid out to customers.
    pub paid_out: Money,
}

/// How a business stands on a day of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessSummary {
    /// The day.
    pub today: Date,
    /// What was booked for the day.
    pub day: MoneyFlow,
    /// What was booked for its calendar month, up to and with the day.
    pub month: MoneyFlow,
    /// What was booked ever.
    pub all_time: MoneyFlow,
    /// Cash in the hands of collectors.
    pub outstanding_cash: Money,
    /// What the business owes the holders of cards: their balances, without what is held for payouts.
    pub owed_to_customers: Money,
    /// Payment requests whose money is held.
    pub open_payouts: u64,
    /// The money held for them.
    pub open_payouts_amount: Money,
    /// How many cards there are of each status.
    pub cards: Vec<(SavingsStatus, u64)>,
}
