//! What a batch is decided on: the cards and the collectors' cash, locked, and the answers stored before.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use futures_util::future::try_join3;
use jiff::Timestamp;
use ofektom_domain::idempotency::IdempotencyKey;
use ofektom_domain::ids::UserId;
use ofektom_domain::savings::SavingsAccount;

use crate::engine::{Conn, DbResult};
use crate::idempotency::{KeptAnswer, kept_answers, kept_answers_lite, kept_answers_pg};
use crate::rounds::{CashKey, CashState, cash_lock_pg, cash_rows_lite, cash_states};
use crate::savings::{CardKey, cards_by_keys, cards_lock_pg};

/// Stored answers by their keys.
pub(super) type Kept = HashMap<(UserId, IdempotencyKey), KeptAnswer>;

/// What a batch asks for. Cards and cash are in the order of their keys, so that two batches never wait for each other in a
/// circle.
pub(super) struct Wanted {
    pub(super) cards: Vec<CardKey>,
    pub(super) cash: Vec<CashKey>,
    pub(super) answers: Vec<(UserId, IdempotencyKey)>,
    /// From when on older answers are forgotten.
    pub(super) now: Timestamp,
}

/// What it gets. What does not exist is left out.
pub(super) struct Ground {
    pub(super) cards: HashMap<CardKey, SavingsAccount>,
    pub(super) cash: HashMap<CashKey, CashState>,
    pub(super) kept: Kept,
}

/// Locks and reads it all: one round trip on PostgreSQL, one hop to a blocking thread on SQLite.
///
/// The server runs the statements in the order in which they are sent, each on what is committed when its turn comes. So
/// answers are looked for when the cards are locked, and of two requests with one key the second finds the first one's.
pub(super) async fn ground_take_in_tx(conn: &mut Conn, wanted: Wanted) -> DbResult<Ground> {
    let (cards, cash, kept) = match conn {
        Conn::Pg(conn) => {
            let (conn, Wanted { cards, cash, answers, now }): (&AsyncPgConnection, _) = (conn, &wanted);
            let answers = kept_answers_pg(conn, answers, *now);
            try_join3(cards_lock_pg(conn, cards), cash_lock_pg(conn, cash), answers).await?
        }
        Conn::Lite(conn) => {
            let read = move |conn: &mut diesel::SqliteConnection| {
                let Wanted { cards, cash, answers, now } = &wanted;
                let rows = (cards_by_keys(conn, cards)?, cash_rows_lite(conn, cash)?);
                Ok((rows.0, rows.1, kept_answers_lite(conn, answers, *now)?))
            };
            conn.spawn_blocking(read).await?
        }
    };
    let cards = cards.into_iter().map(SavingsAccount::try_from).collect::<DbResult<Vec<_>>>()?;
    let cards = cards.into_iter().map(|card| ((card.business_id, card.id), card)).collect();
    Ok(Ground { cards, cash: cash_states(cash), kept: kept_answers(kept)? })
}
