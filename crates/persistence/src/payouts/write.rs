//! Adding and changing a payment request.

use diesel::prelude::QueryDsl as _;
use diesel::result::{DatabaseErrorKind, Error as Diesel};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::payout::PaymentRequest;
use ofektom_domain::refusal::Refusal;

use super::row::PaymentRequestRow;
use crate::effects::all_changed;
use crate::engine::{Conn, DbResult};
use crate::schema::payment_requests;

/// Writes a payment request as a decision left it: the first version is added, a later one replaces the one before.
pub(crate) async fn payment_request_write_in_tx(conn: &mut Conn, request: PaymentRequest) -> DbResult<()> {
    let is_new = request.version == 1;
    let row = PaymentRequestRow::from(request);
    if !is_new {
        let it = payment_requests::table.find((row.business_id, row.id));
        let rows = on!(conn, |c| diesel::update(it).set(&row).execute(c).await)?;
        return Ok(all_changed(rows, 1)?);
    }
    match on!(conn, |c| diesel::insert_into(payment_requests::table).values(&row).execute(c).await) {
        Ok(_) => Ok(()),
        // The id is fresh, so it is the index that lets a card have one open request.
        Err(Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Err(Refusal::PaymentRequestOpen.into()),
        Err(error) => Err(error.into()),
    }
}
