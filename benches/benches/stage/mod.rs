//! What the benches of the larger layers stand on: a server's parts on a database of their own, with a business.

use std::env;
use std::io::{Write as _, stderr};

use ofektom_testkit::{Engine, Person, TestApp, TestDb};
use tokio::runtime::{Builder, Runtime};

/// The parts, and whose business is in the database.
pub struct Stage {
    /// Runs everything, like the server's.
    pub runtime: Runtime,
    /// The parts of the server.
    pub app: TestApp,
    /// The owner of the business.
    pub owner: Person,
}

/// The engines that can be measured here: PostgreSQL only when one is told of.
pub fn engines() -> Vec<Engine> {
    if env::var_os("OFEKTOM_TEST_POSTGRES_URL").is_some() {
        return vec![Engine::Sqlite, Engine::Postgres];
    }
    let _ = writeln!(stderr(), "PostgreSQL is left out: OFEKTOM_TEST_POSTGRES_URL is not set");
    vec![Engine::Sqlite]
}

impl Stage {
    /// A business with so many cards, of five years each, on a server with these settings; and the ids of the cards.
    pub fn make(engine: Engine, cards: usize, settings: &[(&str, &str)]) -> (Self, Vec<String>) {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (app, owner, cards) = runtime.block_on(async {
            let app = TestApp::spawn_with(TestDb::migrated(engine).await, settings).await;
            let owner = app.api.agent().await;
            let business = app.api.business(&owner).await;
            let customer = app.api.customer(Some(&business)).await;
            let mut made = Vec::with_capacity(cards);
            for _ in 0..cards {
                let terms = ("500.00", 60, app.api.today());
                made.push(app.api.daily_card(&owner, (&business, &customer), terms).await);
            }
            (app, owner, made)
        });
        (Self { runtime, app, owner }, cards)
    }
}

/// A name in the figures.
pub const fn name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    }
}
