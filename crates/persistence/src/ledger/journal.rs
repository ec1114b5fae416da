//! The journal of a business.

use std::collections::HashMap;

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::{BusinessId, EntryId};
use ofektom_domain::ledger::{JournalEntry, Posting};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::StoreResult;

use super::row::{EntryRow, PostingRow};
use crate::engine::{Col, Db, DbResult};
use crate::schema::{journal_entries, postings};

pub(super) async fn entries_list(db: &Db, business: BusinessId, page: PageRequest) -> StoreResult<Page<JournalEntry>> {
    let found = db
        .read(async move |conn| {
            // Entries and their postings are written together and never changed, so two statements are one state.
            let entries = on!(conn, |c| {
                let mut query = journal_entries::table
                    .filter(journal_entries::business_id.eq(Col(business)))
                    .order(journal_entries::id.desc())
                    .limit(i64::from(page.limit) + 1)
                    .select(EntryRow::as_select())
                    .into_boxed();
                if let Some(after) = page.after {
                    query = query.filter(journal_entries::id.lt(Col(after)));
                }
                query.load::<EntryRow>(c).await
            })?;
            let ids: Vec<Col<EntryId>> = entries.iter().map(|entry| entry.id).collect();
            let rows = on!(conn, |c| postings::table
                .filter(postings::business_id.eq(Col(business)))
                .filter(postings::entry_id.eq_any(ids))
                .order((postings::entry_id, postings::line))
                .select(PostingRow::as_select())
                .load::<PostingRow>(c)
                .await)?;
            entries_with(entries, rows)
        })
        .await?;
    Ok(Page::from_rows(found, page.limit, |entry| entry.id.uuid()))
}

fn entries_with(entries: Vec<EntryRow>, rows: Vec<PostingRow>) -> DbResult<Vec<JournalEntry>> {
    let mut postings: HashMap<EntryId, Vec<Posting>> = HashMap::new();
    for row in rows {
        postings.entry(row.entry_id.0).or_default().push(row.try_into()?);
    }
    let with_its_postings = |entry: EntryRow| {
        let its = postings.remove(&entry.id.0).unwrap_or_default();
        entry.with(its)
    };
    entries.into_iter().map(with_its_postings).collect()
}
