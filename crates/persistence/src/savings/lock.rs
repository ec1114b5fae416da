//! Locking cards: whoever changes a card holds its row from here to the end of the transaction.

use diesel::QueryResult;
use diesel::prelude::{QueryDsl as _, SelectableHelper as _};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use ofektom_domain::ids::{BusinessId, SavingsAccountId};
use ofektom_domain::savings::SavingsAccount;
use ofektom_domain::tracking_number::TrackingNumber;

use super::lock_lite;
use super::row::CardRow;
use crate::effects::Among;
use crate::engine::{Col, Conn, DbResult, Uid, Word};
use crate::schema::savings_accounts as cards;

/// Names a card within all businesses.
pub(crate) type CardKey = (BusinessId, SavingsAccountId);

/// A business, a number on one of its cards, and the card.
pub(super) type NumberRow = (Col<BusinessId>, Col<TrackingNumber>, Col<SavingsAccountId>);

/// The columns of a [`NumberRow`].
pub(super) const NUMBER_COLUMNS: (cards::business_id, cards::tracking_number, cards::id) =
    (cards::business_id, cards::tracking_number, cards::id);

/// Locks a card. `None` when the business has no such card.
pub(crate) async fn card_lock_in_tx(conn: &mut Conn, key: CardKey) -> DbResult<Option<SavingsAccount>> {
    Ok(cards_lock_in_tx(conn, vec![key]).await?.pop())
}

/// Locks cards, always in the order of their keys, so that two who lock several never wait for each other in a circle.
/// Cards that do not exist are left out. On SQLite the write transaction is the lock.
pub(crate) async fn cards_lock_in_tx(conn: &mut Conn, keys: Vec<CardKey>) -> DbResult<Vec<SavingsAccount>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows = match conn {
        Conn::Pg(conn) => cards_lock_pg(conn, &keys).await?,
        Conn::Lite(conn) => conn.spawn_blocking(move |conn| lock_lite::cards_by_keys(conn, &keys)).await?,
    };
    rows.into_iter().map(SavingsAccount::try_from).collect()
}

/// The statement of [`cards_lock_in_tx`] on PostgreSQL, which may be one of several on their way.
pub(crate) async fn cards_lock_pg(mut conn: &AsyncPgConnection, keys: &[CardKey]) -> QueryResult<Vec<CardRow>> {
    let query = cards::table.filter(among(keys)).order((cards::business_id, cards::id)).select(CardRow::as_select());
    query.for_update().load::<CardRow>(&mut conn).await
}

/// The cards with some keys, as they are now. Those that do not exist are left out.
pub(super) async fn cards_by_keys_on(conn: &mut Conn, keys: Vec<CardKey>) -> DbResult<Vec<SavingsAccount>> {
    let rows = match conn {
        Conn::Pg(conn) => {
            let query = cards::table.filter(among(&keys)).select(CardRow::as_select());
            query.load::<CardRow>(&mut **conn).await?
        }
        Conn::Lite(conn) => conn.spawn_blocking(move |conn| lock_lite::cards_by_keys(conn, &keys)).await?,
    };
    rows.into_iter().map(SavingsAccount::try_from).collect()
}

fn among(keys: &[CardKey]) -> Among<'_> {
    Among::new("(savings_accounts.business_id, savings_accounts.id)")
        .column::<Uid, _>(keys.iter().map(|(business, _)| Col(*business)))
        .column::<Uid, _>(keys.iter().map(|(_, card)| Col(*card)))
}

/// The cards with some tracking numbers. Without a lock: a card keeps its number for ever.
pub(crate) async fn cards_by_tracking_on(
    conn: &mut Conn,
    numbers: Vec<(BusinessId, TrackingNumber)>,
) -> DbResult<Vec<((BusinessId, TrackingNumber), SavingsAccountId)>> {
    let rows: Vec<NumberRow> = match conn {
        Conn::Pg(conn) => {
            let among = Among::new("(savings_accounts.business_id, savings_accounts.tracking_number)")
                .column::<Uid, _>(numbers.iter().map(|(business, _)| Col(*business)))
                .column::<Word, _>(numbers.iter().map(|(_, number)| Col(*number)));
            cards::table.filter(among).select(NUMBER_COLUMNS).load(&mut **conn).await?
        }
        Conn::Lite(conn) => conn.spawn_blocking(move |conn| lock_lite::ids_by_numbers(conn, numbers)).await?,
    };
    Ok(rows.into_iter().map(|(business, number, card)| ((business.0, number.0), card.0)).collect())
}
