//! The server in this process, on a free port.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::Arc;

use ofektom_domain::ports::{Clock, Message};
use ofektom_persistence::Db;
use ofektom_server::config::Config;
use ofektom_server::{Injected, System, SystemClock, http_server};
use tempfile::TempDir;

use super::SECRET_KEY;
use super::api::Api;
use super::cache_mode::CacheMode;
use super::clock::TestClock;
use super::messages::Messages;
use crate::engine::TestDb;

/// A server on a database of its own. It is the one that is shipped, but for the clock, if the test gives one, and the
/// messages, which are kept for the test. It goes away with this.
pub struct TestApp {
    /// Requests to it.
    pub api: Api,
    /// Its parts: use-cases and database.
    pub system: System,
    messages: Arc<Messages>,
    handle: actix_web::dev::ServerHandle,
    _cache_mode: CacheMode,
    _folder: TempDir,
    db: TestDb,
}

impl std::fmt::Debug for TestApp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestApp").field("api", &self.api).finish_non_exhaustive()
    }
}

impl TestApp {
    /// A server with the machine's clock.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn spawn(db: TestDb) -> Self {
        Self::start(db, Arc::new(SystemClock), &[]).await
    }

    /// A server with a clock that the test moves.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn spawn_at(db: TestDb, clock: &Arc<TestClock>) -> Self {
        Self::start(db, Arc::<TestClock>::clone(clock), &[]).await
    }

    /// A server with the machine's clock and some settings, by their names in the environment.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn spawn_with(db: TestDb, settings: &[(&str, &str)]) -> Self {
        Self::start(db, Arc::new(SystemClock), settings).await
    }

    /// A server with a clock that the test moves and some settings.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn spawn_at_with(db: TestDb, clock: &Arc<TestClock>, settings: &[(&str, &str)]) -> Self {
        Self::start(db, Arc::<TestClock>::clone(clock), settings).await
    }

    async fn start(db: TestDb, clock: Arc<dyn Clock>, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("no temporary folder");
        let cache_mode = CacheMode::of_run(settings).await;
        let settings: Vec<_> = settings.iter().copied().chain(cache_mode.settings()).collect();
        let config = config(&db.url, &folder, &settings);
        let opened = Db::connect(config.database.db.clone()).await.expect("the test database cannot be reached");
        let messages = Arc::new(Messages::default());
        let injected = Injected { clock: Arc::clone(&clock), messenger: Arc::<Messages>::clone(&messages) };
        let system = System::start(&config, opened, injected).expect("the system does not start");
        let listener = TcpListener::bind("127.0.0.1:0").expect("no free port");
        let address = listener.local_addr().expect("the port has an address");
        let server = http_server(&config.server, &system, listener).expect("the server does not start");
        let handle = server.handle();
        tokio::spawn(server);
        let api = Api::new(format!("http://{address}"), clock);
        Self { api, system, messages, handle, _cache_mode: cache_mode, _folder: folder, db }
    }

    /// Its database.
    #[must_use]
    pub const fn db(&self) -> &TestDb {
        &self.db
    }

    /// The messages to people so far, oldest first; they are forgotten.
    #[must_use]
    pub fn messages_take(&self) -> Vec<Message> {
        self.messages.take()
    }
}

impl TestApp {
    /// The oldest message to a person; it is forgotten. Waits for one that is on its way.
    ///
    /// # Panics
    /// When none comes.
    pub async fn message_next(&self) -> Message {
        self.messages.next().await
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // The request to stop is on its way when this returns; nobody has to wait for it.
        drop(self.handle.stop(false));
    }
}

fn config(url: &str, folder: &TempDir, settings: &[(&str, &str)]) -> Config {
    let folder = folder.path().display().to_string();
    // A test that sends much is to be slowed down only if it asks for that.
    let ours = [
        ("DATABASE_URL", url),
        ("SECRET_KEY", SECRET_KEY),
        ("OFEKTOM_DATA", &folder),
        ("OFEKTOM_WORKERS", "2"),
        ("RATE_LIMITS", "off"),
    ];
    let all = ours.iter().chain(settings).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::from_environment(all.collect::<BTreeMap<_, _>>()).expect("the settings of a test are acceptable")
}
