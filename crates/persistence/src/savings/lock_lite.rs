//! Finding many cards on SQLite: synchronous statements, all in one hop to a blocking thread.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel::{QueryResult, RunQueryDsl as _, SqliteConnection};
use ofektom_domain::ids::BusinessId;
use ofektom_domain::tracking_number::TrackingNumber;

use super::lock::{CardKey, NUMBER_COLUMNS, NumberRow};
use super::row::CardRow;
use crate::engine::Col;
use crate::schema::savings_accounts as cards;

pub(crate) fn cards_by_keys(conn: &mut SqliteConnection, keys: &[CardKey]) -> QueryResult<Vec<CardRow>> {
    let mut rows = Vec::with_capacity(keys.len());
    for (business, card) in keys {
        let query = cards::table.find((Col(*business), Col(*card))).select(CardRow::as_select());
        rows.extend(query.first::<CardRow>(conn).optional()?);
    }
    Ok(rows)
}

pub(super) fn ids_by_numbers(
    conn: &mut SqliteConnection,
    numbers: Vec<(BusinessId, TrackingNumber)>,
) -> QueryResult<Vec<NumberRow>> {
    let mut rows = Vec::with_capacity(numbers.len());
    for (business, number) in numbers {
        let card =
            cards::table.filter(cards::business_id.eq(Col(business))).filter(cards::tracking_number.eq(Col(number)));
        rows.extend(card.select(NUMBER_COLUMNS).first::<NumberRow>(conn).optional()?);
    }
    Ok(rows)
}
