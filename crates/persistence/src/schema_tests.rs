//! `schema.rs` and the two migration trees say the same: tables, columns, their types, keys and indexes.

use std::collections::BTreeMap;

use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;
use ofektom_testkit::{Engine, TestDb, run_on};

use crate::engine::{Conn, Db, DbConfig};
use crate::transfer::{ColumnKind, tables_carried, tables_declared};

/// One fact about the schema, in words.
#[derive(QueryableByName)]
struct Fact {
    #[diesel(sql_type = Text)]
    about: String,
    #[diesel(sql_type = Text)]
    said: String,
}

pub(crate) type Facts = BTreeMap<String, String>;

pub(crate) async fn facts(test: &TestDb, sql: &'static str) -> Facts {
    let db = Db::connect(DbConfig::new(&test.url)).await.unwrap();
    let work = async move |conn: &mut Conn| Ok(on!(conn, |c| sql_query(sql).load::<Fact>(c).await)?);
    let facts = db.read(work).await.unwrap();
    facts.into_iter().map(|fact| (fact.about, fact.said)).collect()
}

pub(crate) const POSTGRES_COLUMNS: &str = "
    SELECT table_name || '.' || column_name AS about,
           data_type || CASE is_nullable WHEN 'YES' THEN ' null' ELSE '' END AS said
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'";

pub(crate) const SQLITE_COLUMNS: &str = "
    SELECT m.name || '.' || c.name AS about, c.type || CASE c.\"notnull\" WHEN 0 THEN ' null' ELSE '' END AS said
    FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\'
    AND m.name NOT LIKE 'sqlite_stat%'";

pub(crate) const POSTGRES_INDEXES: &str = "
    SELECT CASE WHEN i.indisprimary THEN t.relname || ' primary key' ELSE x.relname END AS about,
           t.relname || ': ' || CASE WHEN i.indisunique THEN 'unique ' ELSE '' END
               || CASE WHEN i.indpred IS NOT NULL THEN 'partial ' ELSE '' END
               || (SELECT string_agg(a.attname, ', ' ORDER BY k.place)
                   FROM unnest(i.indkey) WITH ORDINALITY k (column_number, place)
                   JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.column_number) AS said
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
    WHERE t.relnamespace = 'public'::regnamespace AND t.relname NOT LIKE '\\_\\_%'";

pub(crate) const SQLITE_INDEXES: &str = "
    SELECT CASE i.origin WHEN 'pk' THEN m.name || ' primary key' ELSE i.name END AS about,
           m.name || ': ' || CASE i.\"unique\" WHEN 1 THEN 'unique ' ELSE '' END
               || CASE i.partial WHEN 1 THEN 'partial ' ELSE '' END
               || (SELECT group_concat(c.name, ', ' ORDER BY c.seqno) FROM pragma_index_info(i.name) c) AS said
    FROM sqlite_master m, pragma_index_list(m.name) i
    WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\'";

/// The conditions of partial indexes.
pub(crate) const POSTGRES_PREDICATES: &str = "
    SELECT x.relname AS about, pg_get_expr(i.indpred, i.indrelid) AS said
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indpred IS NOT NULL";

pub(crate) const SQLITE_PREDICATES: &str = "
    SELECT name AS about, substr(sql, instr(sql, ' WHERE ')) AS said FROM sqlite_master
    WHERE type = 'index' AND sql LIKE '% WHERE %'";

const POSTGRES_TRIGGERS: &str = "
    SELECT DISTINCT event_object_table AS about, 'append-only' AS said FROM information_schema.triggers
    WHERE trigger_name LIKE '%append_only'";

const SQLITE_TRIGGERS: &str = "
    SELECT tbl_name AS about, 'append-only' AS said FROM sqlite_master
    WHERE type = 'trigger' AND name LIKE '%\\_no\\_%' ESCAPE '\\' GROUP BY tbl_name HAVING count(*) = 2";

/// The columns as `schema.rs` has them, in the words of an engine.
fn declared(word_of: fn(ColumnKind) -> &'static str) -> Facts {
    let mut facts = Facts::new();
    for table in tables_declared() {
        for column in table.columns {
            let null = if column.nullable { " null" } else { "" };
            facts.insert(format!("{}.{}", table.name, column.name), format!("{}{null}", word_of(column.kind)));
        }
    }
    facts
}

fn postgres_word(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Uid => "uuid",
        ColumnKind::Instant => "timestamp with time zone",
        ColumnKind::Day => "date",
        ColumnKind::Whole => "bigint",
        ColumnKind::Bytes => "bytea",
        ColumnKind::Json => "jsonb",
        ColumnKind::Flag => "boolean",
        ColumnKind::Text => "text",
    }
}

fn sqlite_word(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Uid | ColumnKind::Bytes => "BLOB",
        ColumnKind::Instant | ColumnKind::Whole | ColumnKind::Flag => "INTEGER",
        ColumnKind::Day | ColumnKind::Json | ColumnKind::Text => "TEXT",
    }
}

#[test]
fn columns_are_as_declared_on_postgres() {
    run_on(Engine::Postgres, async |test: TestDb| {
        assert_eq!(facts(&test, POSTGRES_COLUMNS).await, declared(postgres_word));
    });
}

#[test]
fn columns_are_as_declared_on_sqlite() {
    run_on(Engine::Sqlite, async |test: TestDb| {
        let declared = declared(sqlite_word);
        assert!(declared.len() > 150, "schema.rs is read wrongly");
        assert_eq!(facts(&test, SQLITE_COLUMNS).await, declared);
    });
}

#[test]
fn keys_indexes_and_triggers_are_the_same_on_both() {
    run_on(Engine::Postgres, async |postgres: TestDb| {
        let sqlite = TestDb::migrated(Engine::Sqlite).await;
        let indexes = facts(&sqlite, SQLITE_INDEXES).await;
        assert!(indexes.len() > 40, "{indexes:?}");
        assert_eq!(facts(&postgres, POSTGRES_INDEXES).await, indexes);
        let guarded = facts(&sqlite, SQLITE_TRIGGERS).await;
        let tables: Vec<&str> = guarded.keys().map(String::as_str).collect();
        assert_eq!(tables, ["audit_rows", "audit_seals", "commissions", "journal_entries", "postings"]);
        assert_eq!(facts(&postgres, POSTGRES_TRIGGERS).await, guarded);
    });
}

const POSTGRES_PRIMARY_KEYS: &str = "
    SELECT t.relname::text AS about,
           (SELECT string_agg(a.attname, ', ' ORDER BY k.place) FROM unnest(i.indkey) WITH ORDINALITY k (column_number, place)
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.column_number) AS said
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
    WHERE i.indisprimary AND t.relnamespace = 'public'::regnamespace AND t.relname NOT LIKE '\\_\\_%'";

/// What is checked as soon as a row is written: those that wait for the end of the transaction keep no table from being filled
/// before another.
const POSTGRES_REFERENCES: &str = "
    SELECT conrelid::regclass || ' ' || confrelid::regclass AS about, '' AS said
    FROM pg_constraint WHERE contype = 'f' AND NOT condeferrable";

const POSTGRES_SEQUENCES: &str = "
    SELECT s.relname::text AS about, d.refobjid::regclass::text AS said FROM pg_class s
    JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') WHERE s.relkind = 'S'";

/// A backup, a restore and a copy rest on what `schema.rs` says of keys and on its order.
#[test]
fn tables_are_carried_by_their_keys_after_those_that_they_refer_to() {
    run_on(Engine::Postgres, async |test: TestDb| {
        let keys: Facts = tables_declared().into_iter().map(|table| (table.name, table.key.join(", "))).collect();
        assert_eq!(facts(&test, POSTGRES_PRIMARY_KEYS).await, keys);
        let carried: Vec<String> = tables_carried().into_iter().map(|table| table.name).collect();
        let place = |name: &str| carried.iter().position(|carried| carried == name);
        let references = facts(&test, POSTGRES_REFERENCES).await;
        assert!(references.len() > 10, "{references:?}");
        for pair in references.keys() {
            let (from, to) = pair.split_once(' ').unwrap();
            assert!(place(to).unwrap() < place(from).unwrap(), "{from} refers to {to}, which is filled later");
        }
        let numbered = facts(&test, POSTGRES_SEQUENCES).await;
        let left_behind = |table: &String| place(table).is_none();
        assert!(numbered.values().all(left_behind), "a carried table is numbered by a sequence: set it: {numbered:?}");
    });
}

/// Every key of a tenant's table begins with the tenant, so that one business can be one shard.
#[test]
fn the_business_comes_first_in_every_key_of_a_tenant() {
    // These are a person's, whatever business they tell of.
    let of_a_person = ["notifications"];
    run_on(Engine::Sqlite, async move |test: TestDb| {
        let columns = facts(&test, SQLITE_COLUMNS).await;
        for (name, index) in facts(&test, SQLITE_INDEXES).await {
            let Some((table, shape)) = index.split_once(": ") else { panic!("{index}") };
            let of_a_tenant = columns.contains_key(&format!("{table}.business_id")) && !of_a_person.contains(&table);
            if of_a_tenant && shape.starts_with("unique") {
                let keys = shape.trim_start_matches("unique ").trim_start_matches("partial ");
                assert!(keys.starts_with("business_id"), "{name}: {keys}");
            }
        }
    });
}

#[test]
fn the_books_refuse_changes() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        run_on(engine, async |test: TestDb| {
            let db = Db::connect(DbConfig::new(&test.url)).await.unwrap();
            let row = "INSERT INTO commissions (business_id, id, savings_account_id, unit_id, collector_id, period, \
                       period_start, amount_kobo, contribution_id, entry_id, occurred_on, created_at) \
                       SELECT id, id, id, id, id, 0, '2025-01-01', 5, id, id, '2025-01-01', updated_at FROM users";
            for sql in [insert_user(test.engine), row] {
                db.write(async move |conn: &mut Conn| Ok(on!(conn, |c| sql_query(sql).execute(c).await)?))
                    .await
                    .unwrap();
            }
            for sql in ["UPDATE commissions SET amount_kobo = 6", "DELETE FROM commissions"] {
                let outcome =
                    db.write(async move |conn: &mut Conn| Ok(on!(conn, |c| sql_query(sql).execute(c).await)?));
                let error = format!("{:?}", outcome.await.unwrap_err());
                assert!(error.contains("append-only"), "{error}");
            }
        });
    }
}

const fn insert_user(engine: Engine) -> &'static str {
    match engine {
        Engine::Postgres => {
            "INSERT INTO users VALUES (gen_random_uuid(), '+1', 'A', 'a', NULL, 'pin', 'none', 'pending', NULL, now(), \
             gen_random_uuid(), now(), gen_random_uuid())"
        }
        Engine::Sqlite => {
            "INSERT INTO users VALUES (randomblob(16), '+1', 'A', 'a', NULL, 'pin', 'none', 'pending', NULL, 1, \
             randomblob(16), 1, randomblob(16))"
        }
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[test]
fn migrations_have_the_same_names() {
    run_on(Engine::Postgres, async |postgres: TestDb| {
        let sqlite = TestDb::empty(Engine::Sqlite).await;
        let sqlite = Db::connect(DbConfig::new(&sqlite.url)).await.unwrap();
        let names = sqlite.migrations_pending().await.unwrap();
        assert!(names.len() >= 7);
        let empty = TestDb::empty(Engine::Postgres).await;
        let empty = Db::connect(DbConfig::new(&empty.url)).await.unwrap();
        assert_eq!(empty.migrations_pending().await.unwrap(), names);
        let migrated = Db::connect(DbConfig::new(&postgres.url)).await.unwrap();
        let applied = "SELECT count(*) AS count FROM __diesel_schema_migrations";
        let work =
            async move |conn: &mut Conn| Ok(on!(conn, |c| sql_query(applied).get_result::<Count>(c).await)?.count);
        assert_eq!(usize::try_from(migrated.read(work).await.unwrap()).unwrap(), names.len());
    });
}
