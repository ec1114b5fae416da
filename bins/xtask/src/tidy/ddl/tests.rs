use super::*;
use crate::tidy::tree::sample;

const EARLIER: &str = "
    CREATE TABLE users (id uuid NOT NULL, name text, PRIMARY KEY (id));
    CREATE TABLE installation (name text NOT NULL, value bytea NOT NULL, set_at timestamptz NOT NULL);
";

/// What is found in a migration that follows one that made tables.
fn found_with(sql: &str, metadata: &str) -> Vec<String> {
    let (_dir, tree) = sample(&[
        ("migrations/postgres/0001_people/up.sql", EARLIER),
        ("migrations/postgres/0002_more/up.sql", sql),
        ("migrations/postgres/0002_more/metadata.toml", metadata),
    ]);
    check(&tree).unwrap()
}

fn found(sql: &str) -> Vec<String> {
    found_with(sql, "")
}

/// That one rule, and no other, refuses a migration.
#[track_caller]
fn refused(sql: &str, rule: &str) {
    let found = found(sql);
    assert!(found.len() == 1 && found[0].ends_with(&format!("({rule})")), "{sql}: {found:?}");
    assert!(found[0].starts_with("migrations/postgres/0002_more/up.sql: "), "{found:?}");
    let allowed = format!("-- allow {rule}: the table has ten rows\n{sql}");
    assert_eq!(super::tests::found(&allowed), Vec::<String>::new(), "{sql}");
}

const FLOOR: &str = "INSERT INTO installation (name, value, set_at) VALUES ('schema_floor', '0001', now())
    ON CONFLICT (name) DO UPDATE SET value = excluded.value;";

#[test]
fn what_stops_nobody_passes() {
    for sql in [
        "",
        "ALTER TABLE users ADD COLUMN email text;",
        "ALTER TABLE users ADD COLUMN seen timestamptz NOT NULL DEFAULT now();",
        "ALTER TABLE users ADD COLUMN tries bigint NOT NULL DEFAULT 0;",
        "ALTER TABLE users ADD CONSTRAINT named CHECK (name <> '') NOT VALID;",
        "ALTER TABLE users VALIDATE CONSTRAINT named;",
        "ALTER TABLE users ALTER COLUMN name SET DEFAULT 'nobody';",
        "ALTER TABLE users ALTER COLUMN name DROP NOT NULL;",
        "ALTER TABLE users ADD CONSTRAINT one UNIQUE USING INDEX users_one;",
        "CREATE TABLE fresh (id uuid REFERENCES users (id)); CREATE INDEX fresh_id ON fresh (id);
         ALTER TABLE fresh ALTER COLUMN id SET NOT NULL; UPDATE fresh SET id = id;",
        "INSERT INTO users (id) VALUES ('00000000-0000-0000-0000-000000000000');",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE users SET name = ''; RETURN NEW; END $$;",
    ] {
        assert_eq!(found(sql), Vec::<String>::new(), "{sql}");
    }
}

#[test]
fn what_programs_use_does_not_go_at_once() {
    for sql in [
        "DROP TABLE users;",
        "ALTER TABLE users DROP COLUMN name;",
        "ALTER TABLE users RENAME COLUMN name TO full_name;",
        "ALTER TABLE users RENAME TO people;",
    ] {
        refused(sql, "contract");
        assert_eq!(found(&format!("-- contract: 0001\n{sql}\n{FLOOR}")), Vec::<String>::new(), "{sql}");
        let without_floor = found(&format!("-- contract: 0001\n{sql}"));
        assert!(without_floor.len() == 1 && without_floor[0].contains("schema_floor"), "{without_floor:?}");
        let of_nothing = found(&format!("-- contract: 0009\n{sql}\n{FLOOR}"));
        assert!(of_nothing.len() == 1 && of_nothing[0].contains("no earlier migration"), "{of_nothing:?}");
    }
    refused(FLOOR, "contract");
}

#[test]
fn what_takes_long_under_a_lock_is_refused() {
    for (sql, rule) in [
        ("ALTER TABLE users ADD COLUMN email text NOT NULL;", "not-null"),
        ("ALTER TABLE users ALTER COLUMN name SET NOT NULL;", "not-null"),
        ("ALTER TABLE users ALTER COLUMN name DROP DEFAULT;", "not-null"),
        ("ALTER TABLE users ALTER COLUMN name TYPE varchar(9);", "rewrite"),
        ("ALTER TABLE users ADD COLUMN key uuid DEFAULT gen_random_uuid();", "rewrite"),
        ("ALTER TABLE users ADD COLUMN number bigserial;", "rewrite"),
        ("ALTER TABLE users ADD COLUMN low text GENERATED ALWAYS AS (lower(name)) STORED;", "rewrite"),
        ("CREATE INDEX users_name ON users (name);", "index"),
        ("CREATE UNIQUE INDEX users_name ON Users (name);", "index"),
        ("DROP INDEX users_name;", "index"),
        ("ALTER TABLE users ADD COLUMN email text UNIQUE;", "index"),
        ("ALTER TABLE users ADD CONSTRAINT one UNIQUE (name);", "index"),
        ("ALTER TABLE users ADD CONSTRAINT named CHECK (name <> '');", "constraint"),
        ("ALTER TABLE users ADD CONSTRAINT of FOREIGN KEY (id) REFERENCES installation (name);", "constraint"),
        ("ALTER TABLE users ADD COLUMN friend uuid REFERENCES users (id);", "constraint"),
        ("UPDATE users SET name = lower(name);", "rows"),
        ("DELETE FROM users;", "rows"),
        ("TRUNCATE users;", "rows"),
        ("SET lock_timeout = '1h';", "settings"),
        ("SET LOCAL lock_timeout = 0;", "settings"),
        ("LOCK TABLE users;", "lock"),
    ] {
        refused(sql, rule);
    }
    let both = "ALTER TABLE users ADD CONSTRAINT named CHECK (name <> '') NOT VALID;
        ALTER TABLE users VALIDATE CONSTRAINT named;";
    refused(both, "constraint");
}

#[test]
fn what_is_concurrent_is_alone() {
    let (alone, index) = ("run_in_transaction = false", "CREATE INDEX CONCURRENTLY users_name ON users (name);");
    for sql in [index, "DROP INDEX CONCURRENTLY users_name;"] {
        assert_eq!(found_with(sql, alone), Vec::<String>::new(), "{sql}");
        refused(sql, "concurrently");
    }
    for sql in
        [format!("{index} {index}"), "CREATE INDEX CONCURRENTLY IF NOT EXISTS users_name ON users (name);".to_owned()]
    {
        assert_eq!(found_with(&sql, alone).len(), 1, "{sql}");
    }
}

#[test]
fn a_reason_is_needed_to_set_a_rule_aside() {
    assert_eq!(found("-- allow rows:\nUPDATE users SET name = '';").len(), 1);
    assert_eq!(found("-- allow index: why not\nUPDATE users SET name = '';").len(), 1);
}

#[test]
fn what_cannot_be_read_is_a_problem() {
    assert!(found("ALTER USERS;")[0].contains("cannot be read"));
}

/// The parser reads all that there is, and the rules find in the migrations of before them what is known to be there.
#[test]
fn the_migrations_of_before_the_rules_are_seen_through() {
    let tree = Tree::open(&crate::workspace::root().unwrap()).unwrap();
    let problems = check_beyond(&tree, &[]).unwrap();
    assert!(problems.iter().all(|problem| !problem.contains("cannot be read")), "{problems:#?}");
    let has = |name: &str, rule: &str| problems.iter().any(|problem| problem.contains(name) && problem.contains(rule));
    assert!(has("0009_secret_codes", "(index)") && has("0011_maturity", "(not-null)"), "{problems:#?}");
    assert!(has("0010_invitations", "(rows)") && !has("0001_people", "("), "{problems:#?}");
}
