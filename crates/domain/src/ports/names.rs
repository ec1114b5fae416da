//! Names for what lists show: rows hold ids, people read names.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::StoreResult;
use crate::commission::CommissionMovement;
use crate::contribution::Contribution;
use crate::ids::{BusinessId, SavingsAccountId, UnitId, UserId};
use crate::payout::PaymentRequest;
use crate::savings::SavingsAccount;

/// What is to be named: ids of rows that the caller may read, and the businesses of those rows. Nobody and nothing outside of
/// the businesses is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamesWanted {
    /// The businesses of the rows.
    pub businesses: BTreeSet<BusinessId>,
    /// People who belong or belonged to the businesses.
    pub people: BTreeSet<UserId>,
    /// Units of the businesses.
    pub units: BTreeSet<UnitId>,
    /// Cards of the businesses; they are named by their numbers.
    pub cards: BTreeSet<SavingsAccountId>,
}

impl NamesWanted {
    /// What is to be named in rows.
    #[must_use]
    pub fn of<'rows, T: Naming + 'rows>(rows: impl IntoIterator<Item = &'rows T>) -> Self {
        let mut wanted = Self::default();
        for row in rows {
            row.wants(&mut wanted);
        }
        wanted
    }
}

/// Names by id. What was not found has none.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Names(HashMap<Uuid, String>);

impl Names {
    /// The name of a person or a unit, or the number on a card.
    #[must_use]
    pub fn get(&self, id: impl Into<Uuid>) -> Option<&str> {
        self.0.get(&id.into()).map(String::as_str)
    }
}

impl FromIterator<(Uuid, String)> for Names {
    fn from_iter<I: IntoIterator<Item = (Uuid, String)>>(names: I) -> Self {
        Self(names.into_iter().collect())
    }
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Names").field("count", &self.0.len()).finish()
    }
}

/// A row that is shown with names beside its ids.
pub trait Naming {
    /// Adds what is to be named.
    fn wants(&self, wanted: &mut NamesWanted);
}

impl Naming for SavingsAccount {
    fn wants(&self, wanted: &mut NamesWanted) {
        wanted.businesses.insert(self.business_id);
        wanted.people.insert(self.customer_id);
        wanted.units.insert(self.unit_id);
    }
}

impl Naming for Contribution {
    fn wants(&self, wanted: &mut NamesWanted) {
        wanted.businesses.insert(self.business_id);
        wanted.people.extend([self.customer_id, self.collected_by]);
        wanted.units.insert(self.unit_id);
        wanted.cards.insert(self.savings_account_id);
    }
}

impl Naming for PaymentRequest {
    fn wants(&self, wanted: &mut NamesWanted) {
        wanted.businesses.insert(self.business_id);
        wanted.people.extend([self.customer_id, self.filed_by]);
        wanted.people.extend([self.approved_by, self.paid_by].into_iter().flatten());
        wanted.units.insert(self.unit_id);
        wanted.cards.insert(self.savings_account_id);
    }
}

impl Naming for CommissionMovement {
    fn wants(&self, wanted: &mut NamesWanted) {
        wanted.businesses.insert(self.business_id);
        wanted.people.insert(self.collector);
        wanted.units.insert(self.unit_id);
        wanted.cards.insert(self.savings_account_id);
    }
}

/// Knows names.
#[async_trait]
pub trait NameStore: Send + Sync {
    /// The names of people, units and cards, in one query however many there are.
    async fn names_of(&self, wanted: NamesWanted) -> StoreResult<Names>;
}
