//! The kinds of copies of sums over the books of a business.

use std::fmt;
use std::hash::Hash;
use std::time::Duration;

use jiff::civil::Date;
use ofektom_cache::{CacheKey, Tag, Trust};
use ofektom_domain::ids::{BusinessId, SavingsAccountId, UnitId, UserId};
use ofektom_domain::ledger::{BusinessSummary, TrialBalanceLine};
use ofektom_domain::ports::{CashDay, CommissionGroup, CommissionSummaryLine};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::keys::MONEY;
use super::tags::{ALL_NAMES, books_tag};

/// A question about the books of one business.
pub(super) trait Question: Clone + Copy + Eq + Hash + fmt::Debug + Send + Sync + 'static {
    /// The name of its kind.
    const KIND: &'static str;
    /// What it is answered with.
    type Answer: Serialize + DeserializeOwned + Clone + Send + Sync + 'static;
}

/// The answer to a question about the books of a business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct BooksKey<Q> {
    pub business: BusinessId,
    pub question: Q,
}

impl<Q: Question> CacheKey for BooksKey<Q> {
    const KIND: &'static str = Q::KIND;
    const VERSION: u8 = 1;
    const TRUST: Trust = Trust::Pushed;
    type Value = Q::Answer;

    fn ttl(&self, _answer: &Q::Answer) -> Duration {
        MONEY
    }

    fn tags(&self) -> impl IntoIterator<Item = Tag> {
        [books_tag(self.business), ALL_NAMES]
    }
}

impl<Q: Question> fmt::Display for BooksKey<Q> {
    /// The debug form of a question is the text of its fields: ids, days and words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{:?}", self.business, self.question)
    }
}

/// How does it stand on a day?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct SummaryOn(pub Date);

impl Question for SummaryOn {
    const KIND: &'static str = "business_summary";
    type Answer = BusinessSummary;
}

/// What are the sums of its accounts, as of a day or in all?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct BalanceAsOf(pub Option<Date>);

impl Question for BalanceAsOf {
    const KIND: &'static str = "trial_balance";
    type Answer = Vec<TrialBalanceLine>;
}

/// What have collectors in their hands on a day?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct CashOn {
    pub collector: Option<UserId>,
    pub day: Date,
}

impl Question for CashOn {
    const KIND: &'static str = "cash_day";
    type Answer = Vec<CashDay>;
}

/// What commission was earned, by what?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct CommissionBy {
    pub group: CommissionGroup,
    pub card: Option<SavingsAccountId>,
    pub collector: Option<UserId>,
    pub unit: Option<UnitId>,
    pub from: Option<Date>,
    pub to: Option<Date>,
}

impl Question for CommissionBy {
    const KIND: &'static str = "commission_summary";
    type Answer = Vec<CommissionSummaryLine>;
}
