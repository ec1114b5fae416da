//! The statement of a card.

use diesel::BoolExpressionMethods as _;
use diesel::prelude::{ExpressionMethods as _, JoinOnDsl as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use jiff::civil::Date;
use ofektom_domain::ledger::AccountKind;
use ofektom_domain::money::Money;
use ofektom_domain::ports::{StatementLine, StoreResult};
use uuid::Uuid;

use super::row::EntryRow;
use crate::engine::{Col, Db};
use crate::savings::CardKey;
use crate::schema::{journal_entries, postings};

/// The lines are in the order of the business's days, and so is the running balance; a collection that was recorded late
/// stands on the day it was collected. So the lines between two days follow on one another. All of a card's postings are read, of which there are a few for each of its boxes at most.
pub(super) async fn statement_of(
    db: &Db,
    (business, card): CardKey,
    from: Option<Date>,
    to: Option<Date>,
) -> StoreResult<Vec<StatementLine>> {
    db.read(async move |conn| {
        let rows = on!(conn, |c| postings::table
            .inner_join(journal_entries::table.on(
                journal_entries::business_id.eq(postings::business_id).and(journal_entries::id.eq(postings::entry_id))
            ))
            .filter(postings::business_id.eq(Col(business)))
            .filter(postings::account_kind.eq(Col(AccountKind::Savings)))
            .filter(postings::account_id.eq(Some(Col(Uuid::from(card)))))
            .order((journal_entries::occurred_on, postings::entry_id, postings::line))
            .select((EntryRow::as_select(), postings::amount_kobo))
            .load::<(EntryRow, Col<Money>)>(c)
            .await)?;
        let mut balance = Money::ZERO;
        let mut lines = Vec::with_capacity(rows.len());
        for (entry, amount) in rows {
            balance = balance.minus(amount.0).map_err(ofektom_domain::refusal::Refusal::from)?;
            lines.push(entry.statement_line(amount.0, balance));
        }
        lines.retain(|line: &StatementLine| {
            from.is_none_or(|from| line.occurred_on >= from) && to.is_none_or(|to| line.occurred_on <= to)
        });
        Ok(lines)
    })
    .await
}
