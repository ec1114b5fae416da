//! Writing a card on SQLite.
//!
//! The text of diesel's own update is put together for each card, only to find the statement that is prepared already. This one is
//! known, so it is found by its type.

use diesel::prelude::RunQueryDsl;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Bool, Nullable};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, SqliteConnection};

use super::row::CardChange;
use crate::engine::{Bytes, Day, Instant, Uid, Whole, Word};

/// The update of a card: all that a decision can change.
pub(crate) struct CardUpdate(pub(crate) CardChange);

impl RunQueryDsl<SqliteConnection> for CardUpdate {}

impl QueryId for CardUpdate {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Sqlite> for CardUpdate {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let card = &self.0;
        out.push_sql("UPDATE savings_accounts SET unit_id = ");
        out.push_bind_param::<Uid, _>(&card.unit_id)?;
        out.push_sql(", plan_amount_kobo = ");
        out.push_bind_param::<Whole, _>(&card.plan_amount_kobo)?;
        out.push_sql(", plan_months = ");
        out.push_bind_param::<Whole, _>(&card.plan_months)?;
        out.push_sql(", end_date = ");
        out.push_bind_param::<Day, _>(&card.end_date)?;
        out.push_sql(", boxes = ");
        out.push_bind_param::<Word, _>(&card.boxes)?;
        out.push_sql(", paid = ");
        out.push_bind_param::<Bytes, _>(&card.paid)?;
        out.push_sql(", boxes_paid = ");
        out.push_bind_param::<Whole, _>(&card.boxes_paid)?;
        out.push_sql(", commission_terms_kobo = ");
        out.push_bind_param::<Whole, _>(&card.commission_terms_kobo)?;
        out.push_sql(", commission_terms_days = ");
        out.push_bind_param::<Nullable<Whole>, _>(&card.commission_terms_days)?;
        self.sums(&mut out)?;
        out.push_sql(", version = ");
        out.push_bind_param::<Whole, _>(&card.version)?;
        out.push_sql(", updated_at = ");
        out.push_bind_param::<Instant, _>(&card.updated_at)?;
        out.push_sql(", updated_by = ");
        out.push_bind_param::<Uid, _>(&card.updated_by)?;
        out.push_sql(" WHERE business_id = ");
        out.push_bind_param::<Uid, _>(&card.business_id)?;
        out.push_sql(" AND id = ");
        out.push_bind_param::<Uid, _>(&card.id)
    }
}

impl CardUpdate {
    /// The status and what it holds.
    fn sums<'b>(&'b self, out: &mut AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let card = &self.0;
        out.push_sql(", status = ");
        out.push_bind_param::<Word, _>(&card.status)?;
        out.push_sql(", completion = ");
        out.push_bind_param::<Nullable<Word>, _>(&card.completion)?;
        out.push_sql(", ever_paid = ");
        out.push_bind_param::<Bool, _>(&card.ever_paid)?;
        out.push_sql(", collected_kobo = ");
        out.push_bind_param::<Whole, _>(&card.collected_kobo)?;
        out.push_sql(", credit_kobo = ");
        out.push_bind_param::<Whole, _>(&card.credit_kobo)?;
        out.push_sql(", commission_kobo = ");
        out.push_bind_param::<Whole, _>(&card.commission_kobo)?;
        out.push_sql(", balance_kobo = ");
        out.push_bind_param::<Whole, _>(&card.balance_kobo)?;
        out.push_sql(", held_kobo = ");
        out.push_bind_param::<Whole, _>(&card.held_kobo)?;
        out.push_sql(", paid_out_kobo = ");
        out.push_bind_param::<Whole, _>(&card.paid_out_kobo)?;
        out.push_sql(", next_due_date = ");
        out.push_bind_param::<Nullable<Day>, _>(&card.next_due_date)
    }
}
