//! Writing a batch on SQLite: synchronous statements, all in one hop to a blocking thread.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel::{QueryResult, RunQueryDsl as _, SqliteConnection};

use super::all_changed;
use super::batch::Batch;
use crate::audit;
use crate::contributions::{ContributionRow, MarkingRow};
use crate::engine::Col;
use crate::idempotency::{KeptAnswerRow, answers_insert};
use crate::ledger::{CommissionRow, EntryRow, PostingRow};
use crate::notifications::notifications_insert_lite;
use crate::savings::{CardChange, CardUpdate};
use crate::schema::{audit_rows, commissions, contributions, journal_entries, markings, postings};

/// Writes all rows and gives the number of answers that were stored.
pub(super) fn batch_write_in_tx(
    conn: &mut SqliteConnection,
    batch: Batch,
    answers: Vec<KeptAnswerRow>,
) -> QueryResult<usize> {
    for (marking, reversal) in &batch.reopened {
        let key = (Col(marking.business_id), Col(marking.contribution_id), Col(marking.box_date));
        let live = markings::table.find(key).filter(markings::reversed_by.is_null());
        let by = markings::reversed_by.eq(Some(Col(*reversal)));
        all_changed(diesel::update(live).set(by).execute(conn)?, 1)?;
    }
    for contribution in batch.contributions {
        diesel::insert_into(contributions::table).values(ContributionRow::from(contribution)).execute(conn)?;
    }
    for marking in batch.markings {
        diesel::insert_into(markings::table).values(MarkingRow::from(marking)).execute(conn)?;
    }
    for entry in &batch.entries {
        diesel::insert_into(journal_entries::table).values(EntryRow::from(entry)).execute(conn)?;
        for posting in PostingRow::of(entry) {
            diesel::insert_into(postings::table).values(posting).execute(conn)?;
        }
    }
    for movement in &batch.commissions {
        diesel::insert_into(commissions::table).values(CommissionRow::from(movement)).execute(conn)?;
    }
    for card in batch.cards {
        all_changed(CardUpdate(CardChange::from(card)).execute(conn)?, 1)?;
    }
    for row in &batch.audit {
        diesel::insert_into(audit_rows::table).values(audit::Row::from(row)).execute(conn)?;
    }
    notifications_insert_lite(conn, &batch.notifications)?;
    answers_insert(conn, answers)
}
