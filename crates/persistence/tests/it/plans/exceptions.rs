//! What is permitted, and why.
#![expect(dead_code, reason = "reasons are for whoever reads this")]

use ofektom_testkit::Engine;

/// A statement that may look through a table.
#[derive(Debug)]
pub struct Scanned {
    pub engine: Option<Engine>,
    pub table: &'static str,
    /// What the statement contains.
    pub statement: &'static str,
    pub reason: &'static str,
}

impl Scanned {
    pub fn means(&self, engine: Engine, statement: &str, table: &str) -> bool {
        self.engine.is_none_or(|only| only == engine) && self.table == table && statement.contains(self.statement)
    }
}

const fn postgres(table: &'static str, statement: &'static str, reason: &'static str) -> Scanned {
    Scanned { engine: Some(Engine::Postgres), table, statement, reason }
}

const fn sqlite(table: &'static str, statement: &'static str, reason: &'static str) -> Scanned {
    Scanned { engine: Some(Engine::Sqlite), table, statement, reason }
}

const OF_ALL: &str = "a list over all businesses, for whoever runs the platform and names none";
const SEARCH: &str =
    "the planner compares the members of a business with the people of the platform, and these are few here";
const ALL_BUSINESSES: &str = r#""business_id" IN (SELECT "businesses"."id" FROM "businesses")) ORDER BY"#;

pub const SCANNED: &[Scanned] = &[
    postgres("commissions", ALL_BUSINESSES, OF_ALL),
    postgres("contributions", ALL_BUSINESSES, OF_ALL),
    postgres("payment_requests", ALL_BUSINESSES, OF_ALL),
    postgres("rounds", ALL_BUSINESSES, OF_ALL),
    postgres("savings_accounts", ALL_BUSINESSES, OF_ALL),
    postgres("users", r#""users"."name_search" LIKE"#, SEARCH),
    sqlite(
        "users",
        "FROM `users` WHERE (1=1)",
        "everybody, newest first, in the order of the table: it ends with the page",
    ),
    sqlite("users", "FROM `users` WHERE (1=0)", "nobody is asked for, and no row is read"),
    sqlite("users", "`users`.`name_search` LIKE", "a search over the people of the platform, by whoever runs it"),
    sqlite("savings_accounts", "SELECT COUNT(*) FROM `savings_accounts`", "how much `ledger verify` has to do"),
];

/// A statement that may find many rows in vain.
pub struct ThrownAway {
    pub statement: &'static str,
    pub reason: &'static str,
}

const fn in_vain(statement: &'static str, reason: &'static str) -> ThrownAway {
    ThrownAway { statement, reason }
}

pub const THROWN_AWAY: &[ThrownAway] = &[
    in_vain(" LIKE ", "a search reads the members of a business, and what they have is told by them"),
    in_vain(r#""savings_accounts"."tracking_number" = $"#, "a search for a number that may be a phone number, too"),
    in_vain(r#""contributions"."collected_on" <= "#, "what was recorded up to a year later may be of the day"),
    in_vain(r#""journal_entries"."occurred_on" <= "#, "what was recorded up to a year later may be of the day"),
    in_vain(r#""postings"."account_kind" = $"#, "the planner compares the entries with the postings of the account"),
];

/// An index that no statement looks anything up in.
pub struct Unused {
    pub engine: Option<Engine>,
    pub index: &'static str,
    pub reason: &'static str,
}

const fn unique(index: &'static str) -> Unused {
    Unused { engine: None, index, reason: "it refuses what must not be there twice" }
}

const fn on_sqlite(index: &'static str, reason: &'static str) -> Unused {
    Unused { engine: Some(Engine::Sqlite), index, reason }
}

pub const UNUSED: &[Unused] = &[
    unique("contributions_one_reversal"),
    unique("imported_cards_reference"),
    unique("journal_entries_one_mirror"),
    Unused {
        engine: Some(Engine::Postgres),
        index: "journal_entries_round",
        reason: "`ledger verify` is carried out on SQLite alone here",
    },
    on_sqlite(
        "bank_accounts_default",
        "it refuses a second default account; PostgreSQL also looks there for the first",
    ),
    on_sqlite(
        "rounds_status",
        "SQLite decides by the status that is bound; explained without it, it goes by the average",
    ),
];
