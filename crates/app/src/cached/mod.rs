//! Copies of what is read often, in front of the stores.
//!
//! Each store whose changes make copies wrong has a decorator here, which ends them after the commit. A decorator implements
//! the whole port, so a new verb does not compile until somebody has thought of its copies; calls in the use-cases could be
//! forgotten. What is served from copies is decided in the same places, but for cards: a use-case says whether it shows a
//! card (a copy will do) or decides on it (never on a copy), so cards have [`CardCopies`] beside their store. Likewise lists of cards and
//! of contributions have [`CardPages`] and [`ContributionPages`], which keep a page with its names as it is shown.

mod after;
mod businesses;
mod card_pages;
mod cards;
mod contribution_pages;
mod contributions;
mod first_pages;
mod gather;
mod imports;
mod invitations;
mod keys;
mod ledger;
mod maturity;
mod names;
mod payouts;
mod people;
mod platform;
mod reports;
mod rounds;
mod savings;
mod secrets;
mod sessions;
mod shared_error;
mod summary_keys;
mod tags;

use std::sync::Arc;

use ofektom_cache::Caches;
use ofektom_domain::ports::SecretStore;

use crate::app::Stores;

pub(crate) use card_pages::CardPages;
pub(crate) use cards::{CardCopies, CardPlace};
pub use cards::{CardSchedule, Shown};
pub(crate) use contribution_pages::ContributionPages;
pub use first_pages::NamedPage;
pub use tags::changes_apply;

/// The stores with copies in front of them.
#[must_use]
pub fn stores_cached(stores: Stores, caches: &Caches) -> Stores {
    let caches = caches.clone();
    Stores {
        people: Arc::new(people::CachedPeople::new(stores.people, caches.clone())),
        sessions: Arc::new(sessions::CachedSessions::new(stores.sessions, caches.clone())),
        businesses: Arc::new(businesses::CachedBusinesses::new(stores.businesses, caches.clone())),
        invitations: Arc::new(invitations::CachedInvitations::new(stores.invitations, caches.clone())),
        savings: Arc::new(savings::CachedSavings::new(stores.savings, caches.clone())),
        maturity: Arc::new(maturity::CachedMaturity::new(stores.maturity, caches.clone())),
        contributions: Arc::new(contributions::CachedContributions::new(stores.contributions, caches.clone())),
        payouts: Arc::new(payouts::CachedPayouts::new(stores.payouts, caches.clone())),
        rounds: Arc::new(rounds::CachedRounds::new(stores.rounds, caches.clone())),
        platform: Arc::new(platform::CachedPlatform::new(stores.platform, caches.clone())),
        ledger: Arc::new(ledger::CachedLedger::new(stores.ledger, &caches)),
        reports: Arc::new(reports::CachedReports::new(stores.reports, &caches)),
        names: Arc::new(names::CachedNames::new(stores.names, &caches)),
        imports: Arc::new(imports::CachedImports::new(stores.imports, caches)),
        // Nothing of these is copied, and their changes make no copy wrong.
        bank_accounts: stores.bank_accounts,
        audit: stores.audit,
        seals: stores.seals,
        notifications: stores.notifications,
    }
}

/// The store of secrets, with what ends copies in front of it: whoever changes his secret ends sessions.
#[must_use]
pub fn secrets_cached(secrets: Arc<dyn SecretStore>, caches: &Caches) -> Arc<dyn SecretStore> {
    Arc::new(secrets::CachedSecrets::new(secrets, caches.clone()))
}
