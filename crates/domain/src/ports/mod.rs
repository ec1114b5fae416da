//! The seams: what the use-cases need from a database, a clock and the world outside. Methods are whole business verbs;
//! each is atomic, and transactions never cross a port.

mod audit;
mod bank_accounts;
mod businesses;
mod changes;
mod collection_sheet;
mod contributions;
mod error;
mod imports;
mod invitations;
mod ledger;
mod maturity;
mod names;
mod notifications;
mod outside;
mod payouts;
mod people;
mod platform;
mod reports;
mod rounds;
mod savings;
mod seals;
mod secrets;
mod sessions;

pub use audit::{AuditEntry, AuditFilter, AuditSpan, AuditStore};
pub use bank_accounts::BankAccountStore;
pub use businesses::{BusinessStore, Member, MemberFilter, NewBusiness};
pub use changes::{ChangeStore, Changed, FeedCursor, FeedPart};
pub use collection_sheet::{Sheet, SheetFilter, SheetPart, SheetPlace};
pub use contributions::{
    BulkItem, BulkOutcome, BulkPost, CardRef, ContributionFilter, ContributionStore, PostContribution,
    ReverseContribution,
};
pub use error::{Conflict, StoreError, StoreResult};
pub use imports::{ApplyImport, ClaimedImport, ImportStore, ImportTurn, NewImport};
pub use invitations::{AnswerInvitation, InvitationFilter, InvitationStore, NewInvitation};
pub use ledger::{
    CommissionFilter, CommissionGroup, CommissionSummaryLine, EntryFilter, LedgerStore, Progress, StatementLine,
    StatementLines,
};
pub use maturity::{MatureCards, MaturedCards, MaturingBusiness, MaturityStore};
pub use names::{NameStore, Names, NamesWanted, Naming};
pub use notifications::{NotificationFilter, NotificationStore};
pub use outside::{Clock, Message, Messenger, MessengerError, Randomness};
pub use payouts::{DecidePayout, FilePayoutOn, PayoutFilter, PayoutStore};
pub use people::{NewUser, PeopleStore, SecretHash};
pub use platform::{BusinessFilter, OwnedBusiness, PlatformStore, UserFilter};
pub use reports::{JournalLine, JournalPart, ReportStore};
pub use rounds::{CashDay, CloseRoundIn, DecideRound, NamedRound, RoundDecision, RoundFilter, RoundStore};
pub use savings::{ChangeSavings, ReadScope, SavingsFilter, SavingsStore};
pub use seals::{ChainSealed, SealChain, SealStore, VerifyTrail};
pub use secrets::{ResetOutcome, SecretChange, SecretReset, SecretStore};
pub use sessions::{NewSession, RefreshOutcome, SessionStore};
