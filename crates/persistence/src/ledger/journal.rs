//! The journal of a business.

use std::collections::HashMap;

use diesel::BoolExpressionMethods as _;
use diesel::prelude::{CombineDsl as _, ExpressionMethods as _, QueryDsl as _, SelectableHelper as _};
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::{BusinessId, EntryId};
use ofektom_domain::ledger::{AccountKind, EntryEvent, JournalEntry, Posting};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{EntryFilter, StoreResult};

use super::row::{EntryRow, PostingRow};
use crate::engine::{Clause, Col, Db, DbResult, fixed, total_on};
use crate::id_bounds::{id_after_day_recorded_late, id_of_day};
use crate::schema::{journal_entries, postings};

/// The events that are rare, as their index says it.
const RARE: &str = "event NOT IN ('cash_contribution', 'online_contribution', 'commission')";

const fn is_rare(event: EntryEvent) -> bool {
    !matches!(event, EntryEvent::CashContribution | EntryEvent::OnlineContribution | EntryEvent::Commission)
}

/// The entries of a business that a filter means.
fn wanted(business: BusinessId, filter: EntryFilter) -> Clause<journal_entries::table> {
    let side = |business| Clause::<postings::table>::all().with(postings::business_id.eq(Col(business)));
    let on = |sides: Clause<postings::table>| {
        let entries = postings::table.filter(sides).select(postings::entry_id);
        Clause::<journal_entries::table>::all().with_in(journal_entries::id, entries)
    };
    Clause::all()
        .with(journal_entries::business_id.eq(Col(business)))
        .with_some(filter.event, |event| journal_entries::event.eq(Col(event)))
        .with_some(filter.event.is_some_and(is_rare).then_some(RARE), fixed::<Bool>)
        .with_some(filter.savings_account_id, |card| journal_entries::savings_account_id.eq(Col(card)))
        .with_some(filter.savings_account_id, |card| {
            // Found by its postings, and what was paid out of the hold by its payment requests: no index of all entries by
            // card is needed.
            let booked = side(business)
                .with(postings::account_kind.eq(Col(AccountKind::Savings)))
                .with(postings::account_id.eq(Col(card.uuid())));
            let paid = Clause::<journal_entries::table>::all()
                .with(journal_entries::business_id.eq(Col(business)))
                .with(journal_entries::savings_account_id.eq(Col(card)))
                .with(journal_entries::payment_request_id.is_not_null());
            let booked = postings::table.filter(booked).select(postings::entry_id);
            let paid = journal_entries::table.filter(paid).select(journal_entries::id);
            Clause::<journal_entries::table>::all().with_in(journal_entries::id, booked.union_all(paid))
        })
        .with_some(filter.account, |kind| on(side(business).with(postings::account_kind.eq(Col(kind)))))
        .with_some(filter.collector, |collector| {
            let cash = side(business).with(postings::account_kind.eq(Col(AccountKind::Cash)));
            on(cash.with(postings::account_id.eq(Col(collector))))
        })
        .with_some(filter.from, |from| {
            journal_entries::occurred_on.ge(Col(from)).and(journal_entries::id.ge(Col(id_of_day(from))))
        })
        .with_some(filter.to, |to| {
            journal_entries::occurred_on.le(Col(to)).and(journal_entries::id.lt(Col(id_after_day_recorded_late(to))))
        })
}

pub(super) async fn entries_list(
    db: &Db,
    business: BusinessId,
    filter: EntryFilter,
    page: PageRequest,
) -> StoreResult<Page<JournalEntry>> {
    let (found, total) = db
        .read_list(async move |conn| {
            // Entries and their postings are written together and never changed, so two statements are one state.
            let meant = || wanted(business, filter);
            let total = total_on(conn, page, || journal_entries::table.filter(meant()).count()).await?;
            let entries = on!(conn, |c| journal_entries::table
                .filter(meant().with_some(page.after, |after| journal_entries::id.lt(Col(after))))
                .order(journal_entries::id.desc())
                .limit(i64::from(page.limit) + 1)
                .select(EntryRow::as_select())
                .load::<EntryRow>(c)
                .await)?;
            let ids: Vec<Col<EntryId>> = entries.iter().map(|entry| entry.id).collect();
            let rows = on!(conn, |c| postings::table
                .filter(postings::business_id.eq(Col(business)))
                .filter(postings::entry_id.eq_any(ids))
                .order((postings::entry_id, postings::line))
                .select(PostingRow::as_select())
                .load::<PostingRow>(c)
                .await)?;
            Ok((entries_with(entries, rows)?, total))
        })
        .await?;
    Ok(Page::from_rows(found, page.limit, |entry| entry.id.uuid()).counted(total))
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
