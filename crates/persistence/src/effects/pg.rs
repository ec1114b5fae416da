//! Writing a batch on PostgreSQL: one statement a table, all in one round trip.

use diesel::QueryResult;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel_async::AsyncPgConnection;
use futures_util::future::{try_join, try_join_all};
use ofektom_domain::commission::CommissionMovement;
use ofektom_domain::contribution::{Contribution, Marking};
use ofektom_domain::ids::ContributionId;
use ofektom_domain::ledger::JournalEntry;
use ofektom_domain::savings::SavingsAccount;

use super::all_changed;
use super::batch::Batch;
use super::unnest::Unnest;
use crate::audit;
use crate::engine::{Bytes, Col, Day, Instant, Uid, Whole, Word};
use crate::idempotency::{KeptAnswerRow, answers_insert_pg};
use crate::ledger::PostingRow;
use crate::notifications;
use crate::savings::CardChange;

/// Sends all statements at once and then waits for their answers. The server runs them in this order; after one that
/// fails it refuses the rest, so the first error is the one that tells why.
///
/// Gives the number of answers that were stored.
pub(super) async fn batch_write_in_tx(
    conn: &AsyncPgConnection,
    batch: &Batch,
    answers: Vec<KeptAnswerRow>,
) -> QueryResult<usize> {
    let (reopened, written) = (batch.reopened.len(), batch.cards.len());
    let statements = [
        (reopened > 0).then(|| (reopen(&batch.reopened), Some(reopened))),
        (!batch.contributions.is_empty()).then(|| (contributions(&batch.contributions), None)),
        (!batch.markings.is_empty()).then(|| (markings(&batch.markings), None)),
        (!batch.entries.is_empty()).then(|| (entries(&batch.entries), None)),
        (!batch.entries.is_empty()).then(|| (postings(&batch.entries), None)),
        (!batch.commissions.is_empty()).then(|| (commissions(&batch.commissions), None)),
        (written > 0).then(|| (cards(&batch.cards), Some(written))),
        (!batch.audit.is_empty()).then(|| (audit::insert_many(&batch.audit), None)),
        (!batch.notifications.is_empty()).then(|| (notifications::insert_many(&batch.notifications), None)),
    ];
    let run = async |(statement, wanted): (Unnest<'_>, Option<usize>)| {
        let rows = statement.execute_on(conn).await?;
        wanted.map_or(Ok(()), |wanted| all_changed(rows, wanted))
    };
    let keep = async { if answers.is_empty() { Ok(0) } else { answers_insert_pg(conn, answers).await } };
    let ((), stored) =
        try_join(async { try_join_all(statements.into_iter().flatten().map(run)).await.map(drop) }, keep).await?;
    Ok(stored)
}

fn reopen(rows: &[(Marking, ContributionId)]) -> Unnest<'static> {
    Unnest::new(
        "UPDATE markings SET reversed_by = reopened.reversal FROM",
        "AS reopened (business_id, contribution_id, box_date, reversal)
         WHERE markings.business_id = reopened.business_id
           AND markings.contribution_id = reopened.contribution_id
           AND markings.box_date = reopened.box_date
           AND markings.reversed_by IS NULL",
    )
    .column::<Uid, _>(rows.iter().map(|(marking, _)| Col(marking.business_id)))
    .column::<Uid, _>(rows.iter().map(|(marking, _)| Col(marking.contribution_id)))
    .column::<Day, _>(rows.iter().map(|(marking, _)| Col(marking.box_date)))
    .column::<Uid, _>(rows.iter().map(|(_, reversal)| Col(*reversal)))
}

fn contributions(rows: &[Contribution]) -> Unnest<'_> {
    Unnest::new(
        "INSERT INTO contributions (business_id, id, savings_account_id, customer_id, unit_id, kind, amount_kobo, method,
             collected_on, collected_by, note, boxes, credit_after_kobo, balance_after_kobo, commission_kobo, entry_id,
             reverses, created_at, created_by)
         SELECT * FROM",
        "",
    )
    .column::<Uid, _>(rows.iter().map(|row| Col(row.business_id)))
    .column::<Uid, _>(rows.iter().map(|row| Col(row.id)))
    .column::<Uid, _>(rows.iter().map(|row| Col(row.savings_account_id)))
    .column::<Uid, _>(rows.iter().map(|row| Col(row.customer_id)))
    .column::<Uid, _>(rows.iter().map(|row| Col(row.unit_id)))
    .column::<Word, _>(rows.iter().map(|row| Col(row.kind)))
    .column::<Whole, _>(rows.iter().map(|row| Col(row.amount)))
    .column::<Word, _>(rows.iter().map(|row| Col(row.method)))
    .column::<Day, _>(rows.iter().map(|row| Col(row.collected_on)))
    .column::<Uid, _>(rows.iter().map(|row| Col(row.collected_by)))
    .column::<Nullable<Text>, _>(rows.iter().map(|row| row.note.as_deref()))
    .column::<Whole, _>(rows.iter().map(|row| Col(row.boxes)))
    .column::<Whole, _>(rows.iter().map(|row| Col(row.credit_after)))
    .column::<Whole, _>(rows.iter().map(|row| Col(row.balance_after)))
    .column::<Whole, _>(rows.iter().map(|row| Col(row.commission)))
    .column::<Uid, _>(rows.iter().map(|row| Col(row.entry_id)))
    .column::<Nullable<Uid>, _>(rows.iter().map(|row| row.reverses.map(Col)))
    .column::<Instant, _>(rows.iter().map(|row| Col(row.created_at)))
    .column::<Uid, _>(rows.iter().map(|row| Col(row.created_by)))
}

fn markings(rows: &[Marking]) -> Unnest<'static> {
    Unnest::new(
        "INSERT INTO markings
             (business_id, contribution_id, box_date, savings_account_id, amount_kobo, created_at)
         SELECT * FROM",
        "",
    )
    .column::<Uid, _>(rows.iter().map(|row| Col(row.business_id)))
    .column::<Uid, _>(rows.iter().map(|row| Col(row.contribution_id)))
    .column::<Day, _>(rows.iter().map(|row| Col(row.box_date)))
    .column::<Uid, _>(rows.iter().map(|row| Col(row.savings_account_id)))
    .column::<Whole, _>(rows.iter().map(|row| Col(row.amount)))
    .column::<Instant, _>(rows.iter().map(|row| Col(row.created_at)))
}

fn entries(rows: &[JournalEntry]) -> Unnest<'static> {
    Unnest::new(
        "INSERT INTO journal_entries (business_id, id, event, occurred_on, savings_account_id, contribution_id,
             payment_request_id, reverses, created_at, created_by, round_id)
         SELECT * FROM",
        "",
    )
    .column::<Uid, _>(rows.iter().map(|row| Col(row.business_id)))
    .column::<Uid, _>(rows.iter().map(|row| Col(row.id)))
    .column::<Word, _>(rows.iter().map(|row| Col(row.event)))
    .column::<Day, _>(rows.iter().map(|row| Col(row.occurred_on)))
    .column::<Nullable<Uid>, _>(rows.iter().map(|row| row.link.savings_account_id.map(Col)))
    .column::<Nullable<Uid>, _>(rows.iter().map(|row| row.link.contribution_id.map(Col)))
    .column::<Nullable<Uid>, _>(rows.iter().map(|row| row.link.payment_request_id.map(Col)))
    .column::<Nullable<Uid>, _>(rows.iter().map(|row| row.link.reverses.map(Col)))
    .column::<Instant, _>(rows.iter().map(|row| Col(row.created_at)))
    .column::<Uid, _>(rows.iter().map(|row| Col(row.created_by)))
    .column::<Nullable<Uid>, _>(rows.iter().map(|row| row.link.round_id.map(Col)))
}

fn postings(entries: &[JournalEntry]) -> Unnest<'static> {
    let rows: Vec<PostingRow> = entries.iter().flat_map(PostingRow::of).collect();
    Unnest::new(
        "INSERT INTO postings (business_id, entry_id, line, account_kind, account_id, amount_kobo) SELECT * FROM",
        "",
    )
    .column::<Uid, _>(rows.iter().map(|row| row.business_id))
    .column::<Uid, _>(rows.iter().map(|row| row.entry_id))
    .column::<Whole, _>(rows.iter().map(|row| row.line))
    .column::<Word, _>(rows.iter().map(|row| row.account_kind))
    .column::<Nullable<Uid>, _>(rows.iter().map(|row| row.account_id))
    .column::<Whole, _>(rows.iter().map(|row| row.amount_kobo))
}

fn commissions(rows: &[CommissionMovement]) -> Unnest<'static> {
    Unnest::new(
        "INSERT INTO commissions (business_id, id, savings_account_id, unit_id, collector_id, period, period_start,
             amount_kobo, contribution_id, entry_id, occurred_on, created_at)
         SELECT * FROM",
        "",
    )
    .column::<Uid, _>(rows.iter().map(|row| Col(row.business_id)))
    .column::<Uid, _>(rows.iter().map(|row| Col(row.id)))
    .column::<Uid, _>(rows.iter().map(|row| Col(row.savings_account_id)))
    .column::<Uid, _>(rows.iter().map(|row| Col(row.unit_id)))
    .column::<Uid, _>(rows.iter().map(|row| Col(row.collector)))
    .column::<Whole, _>(rows.iter().map(|row| Col(row.period)))
    .column::<Day, _>(rows.iter().map(|row| Col(row.period_start)))
    .column::<Whole, _>(rows.iter().map(|row| Col(row.amount)))
    .column::<Uid, _>(rows.iter().map(|row| Col(row.contribution_id)))
    .column::<Uid, _>(rows.iter().map(|row| Col(row.entry_id)))
    .column::<Day, _>(rows.iter().map(|row| Col(row.occurred_on)))
    .column::<Instant, _>(rows.iter().map(|row| Col(row.created_at)))
}

fn cards(cards: &[SavingsAccount]) -> Unnest<'static> {
    let rows: Vec<CardChange> = cards.iter().cloned().map(CardChange::from).collect();
    Unnest::new(
        "UPDATE savings_accounts AS card SET
             unit_id = new.unit_id, plan_amount_kobo = new.plan_amount_kobo, plan_months = new.plan_months,
             end_date = new.end_date, boxes = new.boxes, paid = new.paid, boxes_paid = new.boxes_paid,
             commission_terms_kobo = new.commission_terms_kobo, commission_terms_days = new.commission_terms_days,
             status = new.status, completion = new.completion, ever_paid = new.ever_paid,
             collected_kobo = new.collected_kobo, credit_kobo = new.credit_kobo, commission_kobo = new.commission_kobo,
             balance_kobo = new.balance_kobo, held_kobo = new.held_kobo, paid_out_kobo = new.paid_out_kobo,
             next_due_date = new.next_due_date, version = new.version,
             updated_at = new.updated_at, updated_by = new.updated_by
         FROM",
        "AS new (business_id, id, unit_id, plan_amount_kobo, plan_months, end_date, boxes, paid, boxes_paid,
             commission_terms_kobo, commission_terms_days, status, completion, ever_paid, collected_kobo, credit_kobo,
             commission_kobo, balance_kobo, held_kobo, paid_out_kobo, next_due_date, version, updated_at, updated_by)
         WHERE card.business_id = new.business_id AND card.id = new.id",
    )
    .column::<Uid, _>(rows.iter().map(|row| row.business_id))
    .column::<Uid, _>(rows.iter().map(|row| row.id))
    .column::<Uid, _>(rows.iter().map(|row| row.unit_id))
    .column::<Whole, _>(rows.iter().map(|row| row.plan_amount_kobo))
    .column::<Whole, _>(rows.iter().map(|row| row.plan_months))
    .column::<Day, _>(rows.iter().map(|row| row.end_date))
    .column::<Word, _>(rows.iter().map(|row| row.boxes.clone()))
    .column::<Bytes, _>(rows.iter().map(|row| row.paid.clone()))
    .column::<Whole, _>(rows.iter().map(|row| row.boxes_paid))
    .column::<Whole, _>(rows.iter().map(|row| row.commission_terms_kobo))
    .column::<Nullable<Whole>, _>(rows.iter().map(|row| row.commission_terms_days))
    .column::<Word, _>(rows.iter().map(|row| row.status))
    .column::<Nullable<Word>, _>(rows.iter().map(|row| row.completion))
    .column::<Bool, _>(rows.iter().map(|row| row.ever_paid))
    .column::<Whole, _>(rows.iter().map(|row| row.collected_kobo))
    .column::<Whole, _>(rows.iter().map(|row| row.credit_kobo))
    .column::<Whole, _>(rows.iter().map(|row| row.commission_kobo))
    .column::<Whole, _>(rows.iter().map(|row| row.balance_kobo))
    .column::<Whole, _>(rows.iter().map(|row| row.held_kobo))
    .column::<Whole, _>(rows.iter().map(|row| row.paid_out_kobo))
    .column::<Nullable<Day>, _>(rows.iter().map(|row| row.next_due_date))
    .column::<Whole, _>(rows.iter().map(|row| row.version))
    .column::<Instant, _>(rows.iter().map(|row| row.updated_at))
    .column::<Uid, _>(rows.iter().map(|row| row.updated_by))
}
