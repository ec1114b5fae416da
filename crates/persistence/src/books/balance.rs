//! Whether the entries of a journal sum to zero, piece by piece.

use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::{BusinessId, EntryId};
use ofektom_domain::money::Money;
use ofektom_domain::ports::StoreResult;

use super::BalancePiece;
use crate::engine::{Col, Conn, Db, DbResult, Uid, Whole};

/// The last of the next entries, and how many they are.
const PIECE: &str = "
    SELECT p.id AS last, count(*) OVER () AS found FROM (
        SELECT id FROM journal_entries WHERE business_id = $1 AND id > $2 ORDER BY id LIMIT $3
    ) p ORDER BY p.id DESC LIMIT 1";

/// Entries of a piece that do not sum to zero.
const UNBALANCED: &str = "
    SELECT entry_id AS entry, CAST(SUM(amount_kobo) AS bigint) AS amount
    FROM postings WHERE business_id = $1 AND entry_id > $2 AND entry_id <= $3
    GROUP BY entry_id HAVING SUM(amount_kobo) <> 0";

#[derive(QueryableByName)]
struct Piece {
    #[diesel(sql_type = Uid)]
    last: Col<EntryId>,
    #[diesel(sql_type = Whole)]
    found: Col<u32>,
}

#[derive(QueryableByName)]
struct Unbalanced {
    #[diesel(sql_type = Uid)]
    entry: Col<EntryId>,
    #[diesel(sql_type = Whole)]
    amount: Col<Money>,
}

pub(super) async fn balance_piece(
    db: &Db,
    business: BusinessId,
    after: EntryId,
    entries_max: u32,
) -> StoreResult<BalancePiece> {
    db.read_list(async move |conn| {
        conn.snapshot().await?;
        let query = sql_query(PIECE)
            .bind::<Uid, _>(Col(business))
            .bind::<Uid, _>(Col(after))
            .bind::<Whole, _>(Col(entries_max));
        let Some(piece) = on!(conn, |c| query.load::<Piece>(c).await)?.pop() else {
            return Ok(BalancePiece { last: None, entries: 0, unbalanced: Vec::new() });
        };
        let unbalanced = unbalanced_on(conn, business, (after, piece.last.0)).await?;
        Ok(BalancePiece { last: Some(piece.last.0), entries: piece.found.0, unbalanced })
    })
    .await
}

async fn unbalanced_on(
    conn: &mut Conn,
    business: BusinessId,
    (after, last): (EntryId, EntryId),
) -> DbResult<Vec<(EntryId, Money)>> {
    let query =
        sql_query(UNBALANCED).bind::<Uid, _>(Col(business)).bind::<Uid, _>(Col(after)).bind::<Uid, _>(Col(last));
    let rows = on!(conn, |c| query.load::<Unbalanced>(c).await)?;
    Ok(rows.into_iter().map(|row| (row.entry.0, row.amount.0)).collect())
}
