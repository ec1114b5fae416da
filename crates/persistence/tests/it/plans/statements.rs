//! Keeps the statements that are sent to SQLite databases: the engine logs each of them at the level `trace`.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Debug;
use std::sync::{Mutex, OnceLock};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::{Layer, Registry};

type Statements = Mutex<HashMap<String, BTreeSet<String>>>;

/// By the path of their database: other tests run at the same time.
fn kept() -> &'static Statements {
    static KEPT: OnceLock<Statements> = OnceLock::new();
    KEPT.get_or_init(Mutex::default)
}

/// Begins to keep the statements that are sent to a database.
pub fn keep(path: &str) {
    static BEGUN: OnceLock<()> = OnceLock::new();
    BEGUN.get_or_init(|| {
        let of_the_engine = filter_fn(|metadata| metadata.target().starts_with("ofektom_persistence::engine"));
        tracing::subscriber::set_global_default(Registry::default().with(Keeper.with_filter(of_the_engine))).unwrap();
    });
    kept().lock().unwrap().insert(path.to_owned(), BTreeSet::new());
}

/// The different statements that were sent to a database.
pub fn take(path: &str) -> BTreeSet<String> {
    kept().lock().unwrap().remove(path).unwrap_or_default()
}

struct Keeper;

impl<S: Subscriber> Layer<S> for Keeper {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut seen = Seen::default();
        event.record(&mut seen);
        if let (Some(database), Some(statement)) = (seen.database, seen.statement)
            && let Some(statements) = kept().lock().unwrap().get_mut(&database)
        {
            statements.insert(statement);
        }
    }
}

#[derive(Default)]
struct Seen {
    database: Option<String>,
    statement: Option<String>,
}

impl Visit for Seen {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "db.name" => self.database = Some(value.to_owned()),
            "db.statement" => self.statement = Some(value.to_owned()),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
