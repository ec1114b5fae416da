//! The use-cases' holder: stores, sign-in service, and what is injected.

use std::sync::Arc;

use jiff::Timestamp;
use ofektom_auth::{Authenticator, HasherStats, LockoutStats, SignIn, VerifiedStats};
use ofektom_cache::Caches;
use ofektom_domain::ports::{
    AuditStore, BankAccountStore, BusinessStore, Clock, ContributionStore, ImportStore, InvitationStore, LedgerStore,
    MaturityStore, Messenger, NameStore, NotificationStore, PayoutStore, PeopleStore, PlatformStore, Randomness,
    ReportStore, RoundStore, SavingsStore, SealStore, SessionStore,
};

use crate::cached::{CardCopies, CardPages, ContributionPages};
use crate::delivery::Deliveries;
use crate::idempotency::InFlight;
use crate::savings::MaturityRuns;

/// The stores, each behind its port.
#[derive(Clone)]
pub struct Stores {
    /// People.
    pub people: Arc<dyn PeopleStore>,
    /// Sign-ins.
    pub sessions: Arc<dyn SessionStore>,
    /// Bank accounts.
    pub bank_accounts: Arc<dyn BankAccountStore>,
    /// Businesses, units, members.
    pub businesses: Arc<dyn BusinessStore>,
    /// Invitations.
    pub invitations: Arc<dyn InvitationStore>,
    /// Cards.
    pub savings: Arc<dyn SavingsStore>,
    /// Cards that mature.
    pub maturity: Arc<dyn MaturityStore>,
    /// Contributions.
    pub contributions: Arc<dyn ContributionStore>,
    /// Payment requests.
    pub payouts: Arc<dyn PayoutStore>,
    /// Rounds.
    pub rounds: Arc<dyn RoundStore>,
    /// The platform's people and businesses.
    pub platform: Arc<dyn PlatformStore>,
    /// The books.
    pub ledger: Arc<dyn LedgerStore>,
    /// The audit trail.
    pub audit: Arc<dyn AuditStore>,
    /// Its seals.
    pub seals: Arc<dyn SealStore>,
    /// What is told of them.
    pub reports: Arc<dyn ReportStore>,
    /// Names for lists.
    pub names: Arc<dyn NameStore>,
    /// Imports of customers and cards.
    pub imports: Arc<dyn ImportStore>,
    /// What people are told.
    pub notifications: Arc<dyn NotificationStore>,
}

/// What comes from outside: time, randomness, delivery.
#[derive(Clone)]
pub struct Outside {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bits.
    pub randomness: Arc<dyn Randomness>,
    /// Delivers messages.
    pub messenger: Arc<dyn Messenger>,
}

/// All use-cases. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub(crate) stores: Stores,
    pub(crate) sign_in: Arc<SignIn>,
    pub(crate) authenticator: Authenticator,
    pub(crate) outside: Outside,
    pub(crate) cards: CardCopies,
    pub(crate) card_pages: CardPages,
    pub(crate) contribution_pages: ContributionPages,
    pub(crate) in_flight: InFlight,
    pub(crate) deliveries: Deliveries,
    pub(crate) maturity_runs: MaturityRuns,
}

impl App {
    /// Puts the use-cases together, on stores that have copies of what is read often in front of them
    /// ([`crate::stores_cached`]). Call it on the runtime that lives as long as the process.
    ///
    /// # Panics
    /// Outside of a runtime.
    #[must_use]
    pub fn new(stores: Stores, sign_in: Arc<SignIn>, outside: Outside, caches: &Caches) -> Self {
        let authenticator = sign_in.authenticator();
        let deliveries = Deliveries::new(Arc::clone(&outside.messenger));
        let (in_flight, maturity_runs) = (InFlight::default(), MaturityRuns::default());
        let cards = CardCopies::new(Arc::clone(&stores.savings), caches);
        let card_pages = CardPages::new(Arc::clone(&stores.savings), Arc::clone(&stores.names), caches);
        let contribution_pages =
            ContributionPages::new(Arc::clone(&stores.contributions), Arc::clone(&stores.names), caches);
        Self {
            stores,
            sign_in,
            authenticator,
            outside,
            cards,
            card_pages,
            contribution_pages,
            in_flight,
            deliveries,
            maturity_runs,
        }
    }

    /// Waits for messages that are being handed over.
    pub async fn deliveries_finish(&self) {
        self.deliveries.finish().await;
    }

    /// How access tokens were recognised so far.
    #[must_use]
    pub fn tokens_stats(&self) -> VerifiedStats {
        self.authenticator.tokens_stats()
    }

    /// How secrets were hashed so far.
    #[must_use]
    pub fn hasher_stats(&self) -> HasherStats {
        self.sign_in.hasher_stats()
    }

    /// How often somebody was kept from signing in so far.
    #[must_use]
    pub fn lockout_stats(&self) -> LockoutStats {
        self.sign_in.lockout_stats()
    }

    /// The instant, by the injected clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.outside.clock.now()
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").finish_non_exhaustive()
    }
}
