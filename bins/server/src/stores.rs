//! The stores, each on the database.

use std::sync::Arc;

use ofektom_app::Stores;
use ofektom_persistence::{
    AuditTrail, BankAccounts, Businesses, Contributions, Db, Imports, Invitations, Ledger, Maturity, NameBook,
    Notifications, Payouts, People, Platform, Reports, Rounds, Savings, Seals, Sessions,
};

/// All of them; those that have threads or keys of their own are given.
pub(crate) fn stores(db: &Db, contributions: &Contributions, seals: Seals) -> Stores {
    Stores {
        people: Arc::new(People::new(db.clone())),
        sessions: Arc::new(Sessions::new(db.clone())),
        bank_accounts: Arc::new(BankAccounts::new(db.clone())),
        businesses: Arc::new(Businesses::new(db.clone())),
        invitations: Arc::new(Invitations::new(db.clone())),
        savings: Arc::new(Savings::new(db.clone())),
        maturity: Arc::new(Maturity::new(db.clone())),
        contributions: Arc::new(contributions.clone()),
        payouts: Arc::new(Payouts::new(db.clone())),
        rounds: Arc::new(Rounds::new(db.clone())),
        platform: Arc::new(Platform::new(db.clone())),
        ledger: Arc::new(Ledger::new(db.clone())),
        audit: Arc::new(AuditTrail::new(db.clone())),
        seals: Arc::new(seals),
        reports: Arc::new(Reports::new(db.clone())),
        names: Arc::new(NameBook::new(db.clone())),
        imports: Arc::new(Imports::new(db.clone())),
        notifications: Arc::new(Notifications::new(db.clone())),
    }
}
