//! The tenant is in every key: a business's tables have `business_id` first in each primary and each unique key, so that they can be
//! spread over shards by business. What is different is named here, with its reason; `docs/adr/0026-shards-by-business.md` says what
//! becomes of it.

use std::collections::{BTreeMap, BTreeSet};

use ofektom_testkit::{Engine, TestDb, run_on};

use crate::schema_tests::{Facts, POSTGRES_COLUMNS, POSTGRES_INDEXES, SQLITE_COLUMNS, SQLITE_INDEXES, facts};

const TENANT: &str = "business_id";

/// Tables that belong to no business, and why.
const OF_NO_BUSINESS: [(&str, &str); 13] = [
    ("activations", "a person who is not active yet, whatever businesses he joins"),
    ("bank_accounts", "a person's, whichever business pays to them"),
    ("businesses", "the tenants themselves: their id is what the others call business_id"),
    ("change_feed", "news of people and businesses for all servers"),
    ("idempotency_keys", "a caller's, who may have none or several businesses"),
    ("installation", "the installation's"),
    ("notification_mutes", "a person's"),
    ("refresh_tokens", "a session's"),
    ("secret_codes", "a person's who cannot sign in"),
    ("sessions", "a person's"),
    ("sign_in_attempts", "a number's or an address's"),
    ("users", "a person, who may be in several businesses"),
    ("notifications", "a person's, who reads those of all his businesses together; business_id may be missing"),
];

/// Unique keys of all tenants together, and why.
const ACROSS_BUSINESSES: [(&str, &str); 1] =
    [("businesses_join_code", "who joins knows the code alone, so no two businesses have one")];

/// The columns of each primary or unique key, by table.
type Keys = BTreeMap<String, BTreeMap<String, Vec<String>>>;

fn keys_of(indexes: Facts) -> Keys {
    let mut keys = Keys::new();
    for (name, said) in indexes {
        let (table, rest) = said.split_once(": ").unwrap();
        let is_primary = name.ends_with(" primary key");
        let Some(columns) = rest.strip_prefix("unique ").or_else(|| is_primary.then_some(rest)) else { continue };
        let columns = columns.strip_prefix("partial ").unwrap_or(columns);
        let columns = columns.split(", ").map(str::to_owned).collect();
        keys.entry(table.to_owned()).or_default().insert(name, columns);
    }
    keys
}

fn the_tenant_is_in_every_key(engine: Engine) {
    run_on(engine, async |test: TestDb| {
        let (columns, indexes) = match engine {
            Engine::Postgres => (POSTGRES_COLUMNS, POSTGRES_INDEXES),
            Engine::Sqlite => (SQLITE_COLUMNS, SQLITE_INDEXES),
        };
        let columns = facts(&test, columns).await;
        let tables = columns.keys().filter_map(|column| Some(column.split_once('.')?.0));
        let tables: BTreeSet<&str> = tables.filter(|table| !table.starts_with("sqlite_")).collect();
        let keys = keys_of(facts(&test, indexes).await);
        let without: BTreeSet<&str> = OF_NO_BUSINESS.iter().map(|(table, _)| *table).collect();
        let across: BTreeSet<&str> = ACROSS_BUSINESSES.iter().map(|(key, _)| *key).collect();
        assert!(without.is_subset(&tables), "named, and not there: {:?}", &without - &tables);

        let (mut of_businesses, mut seen_across, none) = (0, BTreeSet::new(), BTreeMap::new());
        for table in tables {
            // What SQLite keeps for itself, or calls by the number of its row.
            let keys = keys.get(table).unwrap_or(&none);
            if table == "businesses" {
                let is_across = |columns: &[String]| columns.first().is_none_or(|column| column != "id");
                seen_across
                    .extend(keys.iter().filter(|(_, columns)| is_across(columns)).map(|(name, _)| name.as_str()));
            }
            if without.contains(table) {
                continue;
            }
            of_businesses += 1;
            let tenant = columns.get(&format!("{table}.{TENANT}"));
            assert!(
                tenant.is_some_and(|said| !said.ends_with(" null")),
                "{table} has no {TENANT} in each row: {tenant:?}"
            );
            assert!(!keys.is_empty(), "{table} has no key");
            for (name, columns) in keys {
                assert_eq!(columns.first().map(String::as_str), Some(TENANT), "{name} of {table}: {columns:?}");
            }
        }
        assert_eq!(seen_across, across);
        assert_eq!(of_businesses, OF_BUSINESSES);
    });
}

/// So many tables are a business's.
const OF_BUSINESSES: usize = 17;

#[test]
fn the_tenant_is_in_every_key_of_postgres() {
    the_tenant_is_in_every_key(Engine::Postgres);
}

#[test]
fn the_tenant_is_in_every_key_of_sqlite() {
    the_tenant_is_in_every_key(Engine::Sqlite);
}

/// References between the tables of businesses carry the tenant on both sides, so that both rows are on one shard.
#[test]
fn references_stay_within_a_tenant() {
    run_on(Engine::Postgres, async |test: TestDb| {
        let references = facts(&test, REFERENCES).await;
        let without: BTreeSet<&str> = OF_NO_BUSINESS.iter().map(|(table, _)| *table).collect();
        let mut within = 0;
        for (name, said) in references {
            let [from, to, from_column, to_column] = said.split(' ').collect::<Vec<_>>()[..] else { panic!("{said}") };
            if without.contains(to) && to != "businesses" {
                continue;
            }
            within += 1;
            let tenant_of = |table| if table == "businesses" { "id" } else { TENANT };
            assert_eq!((from_column, to_column), (tenant_of(from), tenant_of(to)), "{name}");
        }
        assert!(within >= 10, "{within}");
    });
}

/// Each foreign key: its tables, and the first column on both sides.
const REFERENCES: &str = "
    SELECT c.conname || ' of ' || f.relname AS about,
           f.relname || ' ' || t.relname || ' ' || a.attname || ' ' || b.attname AS said
    FROM pg_constraint c JOIN pg_class f ON f.oid = c.conrelid JOIN pg_class t ON t.oid = c.confrelid
    JOIN pg_attribute a ON a.attrelid = f.oid AND a.attnum = c.conkey[1]
    JOIN pg_attribute b ON b.attrelid = t.oid AND b.attnum = c.confkey[1]
    WHERE c.contype = 'f' AND f.relnamespace = 'public'::regnamespace";
