//! The seams: what the use-cases need from a database, a clock and the world outside. Methods are whole business verbs;
//! each is atomic, and transactions never cross a port.

mod audit;
mod bank_accounts;
mod businesses;
mod contributions;
mod error;
mod ledger;
mod outside;
mod payouts;
mod people;
mod savings;
mod sessions;

pub use audit::AuditStore;
pub use bank_accounts::BankAccountStore;
pub use businesses::{BusinessStore, Member, MemberChange, MemberFilter, NewBusiness};
pub use contributions::{
    BulkItem, BulkOutcome, BulkPost, CardRef, ContributionFilter, ContributionStore, PostContribution,
    ReverseContribution,
};
pub use error::{Conflict, StoreError, StoreResult};
pub use ledger::{
    CommissionFilter, CommissionGroup, CommissionSummaryLine, EntryFilter, LedgerStore, Progress, StatementLine,
};
pub use outside::{Clock, Message, Messenger, MessengerError, Randomness};
pub use payouts::{DecidePayout, FilePayoutOn, PayoutFilter, PayoutStore};
pub use people::{NewUser, PeopleStore, SecretHash};
pub use savings::{ChangeSavings, ReadScope, SavingsFilter, SavingsStore};
pub use sessions::{RefreshOutcome, SessionStore};
