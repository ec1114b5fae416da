//! SQLite with one commit for each contribution: what our server's group commit is held against. The same rows, on a copy
//! of the same file, with the server's settings of durability.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{BigInt, Binary, Text};
use diesel::{Connection as _, QueryResult, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use uuid::Uuid;

use crate::measured::per_second;
use crate::shape::Shape;

const BOX_KOBO: i64 = 50_000;

/// A connection, and what it writes.
pub struct OneByOne {
    conn: SqliteConnection,
    shape: Shape,
    business: Vec<u8>,
    caller: Vec<u8>,
    cards: Vec<Vec<u8>>,
    turn: usize,
}

/// A card, as far as a contribution needs it.
#[derive(QueryableByName)]
struct Card {
    #[diesel(sql_type = BigInt)]
    boxes_paid: i64,
    #[diesel(sql_type = BigInt)]
    balance_kobo: i64,
    #[diesel(sql_type = Text)]
    start_date: String,
    #[diesel(sql_type = Binary)]
    unit_id: Vec<u8>,
    #[diesel(sql_type = Binary)]
    customer_id: Vec<u8>,
}

impl OneByOne {
    /// Opens a copy of the server's file.
    ///
    /// # Errors
    /// When it is not the file of a stage.
    pub fn open(file: &Path, (business, caller): (&str, &str), cards: &[String]) -> Result<Self> {
        let shape = Shape::of_sqlite(file)?;
        let mut conn = SqliteConnection::establish(file.to_str().context("a path that is not UTF-8")?)?;
        conn.batch_execute(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; \
             PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000;",
        )?;
        let cards = cards.iter().map(|card| bytes(card)).collect::<Result<_>>()?;
        Ok(Self { conn, shape, business: bytes(business)?, caller: bytes(caller)?, cards, turn: 0 })
    }

    /// Commits one contribution after the other; gives how many a second.
    ///
    /// # Errors
    /// When SQLite refuses one.
    pub fn run(&mut self, span: Duration) -> Result<u64> {
        let (started, mut done) = (Instant::now(), 0);
        while started.elapsed() < span {
            let card = self.cards.get(self.turn % self.cards.len().max(1)).context("a card")?.clone();
            self.turn += 1;
            let Self { conn, shape, business, caller, .. } = self;
            conn.immediate_transaction(|conn| write(conn, shape, (business, caller, &card)))?;
            done += 1;
        }
        Ok(per_second(done, started.elapsed()))
    }
}

fn bytes(id: &str) -> Result<Vec<u8>> {
    Ok(id.parse::<Uuid>()?.as_bytes().to_vec())
}

#[expect(clippy::disallowed_methods, reason = "a measurement takes the time of the machine")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// An id that grows with time.
fn id(at: Timestamp, kind: u8) -> Vec<u8> {
    let nanos = u64::try_from(at.as_nanosecond()).unwrap_or(0);
    [nanos.to_be_bytes(), [0x70, 0, 0, 0, 0x80, 0, 0, kind]].concat()
}

fn write(
    conn: &mut SqliteConnection,
    shape: &Shape,
    (business, caller, card): (&Vec<u8>, &Vec<u8>, &Vec<u8>),
) -> QueryResult<()> {
    let at = now();
    let micros = at.as_microsecond();
    let today = at.to_string().chars().take(10).collect::<String>();
    let (contribution, entry) = (id(at, 1), id(at, 2));
    sql_query("INSERT INTO idempotency_keys VALUES (?, ?, ?, 201, NULL, ?, ?)")
        .bind::<Binary, _>(caller)
        .bind::<Text, _>(micros.to_string() + &today)
        .bind::<Binary, _>([contribution.as_slice(), &contribution].concat())
        .bind::<Binary, _>(shape.body.as_bytes())
        .bind::<BigInt, _>(micros)
        .execute(conn)?;
    let found: Card = sql_query(
        "SELECT boxes_paid, balance_kobo, start_date, unit_id, customer_id FROM savings_accounts \
         WHERE business_id = ? AND id = ?",
    )
    .bind::<Binary, _>(business)
    .bind::<Binary, _>(card)
    .get_result(conn)?;
    let start: Date = found.start_date.parse().unwrap_or_default();
    let day = |boxes: i64| start.checked_add(boxes.days()).unwrap_or(start).to_string();
    sql_query(
        "INSERT INTO contributions (business_id, id, savings_account_id, customer_id, unit_id, kind, amount_kobo, \
         method, collected_on, collected_by, boxes, credit_after_kobo, balance_after_kobo, commission_kobo, entry_id, \
         created_at, created_by) VALUES (?, ?, ?, ?, ?, 'collection', ?, 'cash', ?, ?, 1, 0, ?, 0, ?, ?, ?)",
    )
    .bind::<Binary, _>(business)
    .bind::<Binary, _>(&contribution)
    .bind::<Binary, _>(card)
    .bind::<Binary, _>(&found.customer_id)
    .bind::<Binary, _>(&found.unit_id)
    .bind::<BigInt, _>(BOX_KOBO)
    .bind::<Text, _>(&today)
    .bind::<Binary, _>(caller)
    .bind::<BigInt, _>(found.balance_kobo + BOX_KOBO)
    .bind::<Binary, _>(&entry)
    .bind::<BigInt, _>(micros)
    .bind::<Binary, _>(caller)
    .execute(conn)?;
    sql_query(
        "INSERT INTO markings (business_id, contribution_id, box_date, savings_account_id, amount_kobo, created_at) \
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind::<Binary, _>(business)
    .bind::<Binary, _>(&contribution)
    .bind::<Text, _>(day(found.boxes_paid))
    .bind::<Binary, _>(card)
    .bind::<BigInt, _>(BOX_KOBO)
    .bind::<BigInt, _>(micros)
    .execute(conn)?;
    books(conn, (business, caller, card), (&contribution, &entry), (micros, &today))?;
    told(conn, shape, (business, caller, &found.customer_id), (&contribution, at))?;
    sql_query(
        "UPDATE savings_accounts SET collected_kobo = collected_kobo + ?1, balance_kobo = balance_kobo + ?1, \
         boxes_paid = boxes_paid + 1, next_due_date = ?2, ever_paid = 1, version = version + 1, updated_at = ?3, \
         updated_by = ?4 WHERE business_id = ?5 AND id = ?6",
    )
    .bind::<BigInt, _>(BOX_KOBO)
    .bind::<Text, _>(day(found.boxes_paid + 1))
    .bind::<BigInt, _>(micros)
    .bind::<Binary, _>(caller)
    .bind::<Binary, _>(business)
    .bind::<Binary, _>(card)
    .execute(conn)?;
    Ok(())
}

/// The journal entry and its two postings.
fn books(
    conn: &mut SqliteConnection,
    (business, caller, card): (&Vec<u8>, &Vec<u8>, &Vec<u8>),
    (contribution, entry): (&Vec<u8>, &Vec<u8>),
    (micros, today): (i64, &str),
) -> QueryResult<()> {
    sql_query(
        "INSERT INTO journal_entries (business_id, id, event, occurred_on, savings_account_id, contribution_id, \
         created_at, created_by) VALUES (?, ?, 'cash_contribution', ?, ?, ?, ?, ?)",
    )
    .bind::<Binary, _>(business)
    .bind::<Binary, _>(entry)
    .bind::<Text, _>(today)
    .bind::<Binary, _>(card)
    .bind::<Binary, _>(contribution)
    .bind::<BigInt, _>(micros)
    .bind::<Binary, _>(caller)
    .execute(conn)?;
    for (line, kind, account, amount) in [(0, "cash", caller, BOX_KOBO), (1, "savings", card, -BOX_KOBO)] {
        sql_query(
            "INSERT INTO postings (business_id, entry_id, line, account_kind, account_id, amount_kobo) \
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind::<Binary, _>(business)
        .bind::<Binary, _>(entry)
        .bind::<BigInt, _>(line)
        .bind::<Text, _>(kind)
        .bind::<Binary, _>(account)
        .bind::<BigInt, _>(amount)
        .execute(conn)?;
    }
    Ok(())
}

/// The audit row and the notification.
fn told(
    conn: &mut SqliteConnection,
    shape: &Shape,
    (business, caller, customer): (&Vec<u8>, &Vec<u8>, &Vec<u8>),
    (contribution, at): (&Vec<u8>, Timestamp),
) -> QueryResult<()> {
    sql_query(
        "INSERT INTO audit_rows (business_id, id, actor_id, verb, entity, entity_id, state_before, state_after, \
         address, request_id, at) VALUES (?, ?, ?, 'contribution.post', 'contribution', ?, ?, ?, '127.0.0.1', ?, ?)",
    )
    .bind::<Binary, _>(business)
    .bind::<Binary, _>(id(at, 3))
    .bind::<Binary, _>(caller)
    .bind::<Binary, _>(contribution)
    .bind::<Text, _>(&shape.before)
    .bind::<Text, _>(&shape.after)
    .bind::<Text, _>(&shape.request_id)
    .bind::<BigInt, _>(at.as_microsecond())
    .execute(conn)?;
    sql_query(
        "INSERT INTO notifications (user_id, id, business_id, kind, subject_id, facts, created_at) \
         VALUES (?, ?, ?, 'contribution_posted', ?, ?, ?)",
    )
    .bind::<Binary, _>(customer)
    .bind::<Binary, _>(id(at, 4))
    .bind::<Binary, _>(business)
    .bind::<Binary, _>(contribution)
    .bind::<Text, _>(&shape.facts)
    .bind::<BigInt, _>(at.as_microsecond())
    .execute(conn)?;
    Ok(())
}
