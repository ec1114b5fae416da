//! Puts the parts together: configuration → database → stores → sign-in → use-cases → what HTTP works with.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use ofektom_app::{App, Outside, Stores};
use ofektom_auth::{HashConfig, Limits, OsRandomness, SecretKey, SignIn, SignInParts};
use ofektom_cache::LocalCache;
use ofektom_domain::ports::{Clock, Messenger};
use ofektom_http::HttpState;
use ofektom_persistence::{
    AuditTrail, BankAccounts, Businesses, Contributions, Db, Imports, Invitations, Ledger, Maturity, NameBook,
    Notifications, Payouts, People, Platform, Reports, Rounds, Savings, Seals, Secrets, Sessions, WriterConfig,
};
use secrecy::SecretString;

use crate::config::{Config, Delivery};
use crate::outside::{Outbox, SystemClock};
use crate::probe::Probe;
use crate::sealing::Sealing;
use crate::secret_key::secret_key_load;

/// Addresses whose failed sign-ins are remembered.
const ADDRESSES_MAX: u64 = 100_000;

/// The parts of a running system.
#[derive(Clone, Debug)]
pub struct System {
    /// The use-cases.
    pub app: App,
    /// The database.
    pub db: Db,
    contributions: Contributions,
    pub(crate) sealing: Arc<Sealing>,
}

/// What is different from one program to the next: time and delivery.
#[derive(Clone)]
pub struct Injected {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Delivers messages.
    pub messenger: Arc<dyn Messenger>,
}

impl std::fmt::Debug for Injected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Injected").finish_non_exhaustive()
    }
}

impl Injected {
    /// The machine's clock, and the outbox in the data folder.
    #[must_use]
    pub fn default_of(config: &Config) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let outbox = Outbox::new(&config.data_folder, Arc::clone(&clock));
        let messenger = Arc::new(match config.messages.delivery {
            Delivery::Log => outbox.announced(),
            Delivery::Outbox => outbox,
        });
        Self { clock, messenger }
    }
}

impl System {
    /// Puts a system together on an open database that has its schema. Call it on the runtime that lives as long as the
    /// process.
    ///
    /// # Errors
    /// When the secret key cannot be had, or the hashing threads cannot be started.
    pub fn start(config: &Config, db: Db, injected: Injected) -> Result<Self> {
        Self::start_with(secret_key_load(config)?, config.secrets.address_limits(), db, injected)
    }

    /// The same with a secret key and limits that do not come from the configuration.
    ///
    /// # Errors
    /// When the key is too short, or the hashing threads cannot be started.
    pub fn start_with(
        secret_key: SecretString,
        address_limits: Limits,
        db: Db,
        Injected { clock, messenger }: Injected,
    ) -> Result<Self> {
        let contributions = Contributions::new(db.clone(), WriterConfig::default());
        let secret_key = SecretKey::new(secret_key)?;
        let seals = Seals::new(db.clone(), Arc::new(secret_key.derive().audit_seal_key()));
        let stores = stores(&db, &contributions, seals);
        let randomness = Arc::new(OsRandomness);
        let parts = SignInParts {
            people: Arc::clone(&stores.people),
            sessions: Arc::clone(&stores.sessions),
            clock: Arc::clone(&clock),
            randomness: Arc::<OsRandomness>::clone(&randomness),
            secrets: Arc::new(Secrets::new(db.clone())),
            address_attempts: LocalCache::new(ADDRESSES_MAX),
            address_limits,
        };
        let sign_in = SignIn::start(parts, &secret_key, HashConfig::default());
        let sign_in = Arc::new(sign_in.context("sign-in cannot be started")?);
        let app = App::new(stores, sign_in, Outside { clock, randomness, messenger });
        Ok(Self { app, db, contributions, sealing: Arc::default() })
    }

    /// What HTTP works with.
    #[must_use]
    pub fn http_state(&self) -> HttpState {
        let probe = Probe::new(self.db.clone(), self.contributions.clone(), Arc::clone(&self.sealing));
        HttpState::new(self.app.clone(), Arc::new(probe))
    }

    /// Lets what is under way finish, and closes the database.
    pub async fn close(&self) {
        self.app.deliveries_finish().await;
        self.contributions.close().await;
        self.db.close().await;
    }
}

fn stores(db: &Db, contributions: &Contributions, seals: Seals) -> Stores {
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
