//! The statement of a card.

use std::collections::HashMap;

use diesel::BoolExpressionMethods as _;
use diesel::NullableExpressionMethods as _;
use diesel::prelude::{ExpressionMethods as _, JoinOnDsl as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use jiff::civil::Date;
use ofektom_domain::ids::UserId;
use ofektom_domain::ledger::AccountKind;
use ofektom_domain::money::Money;
use ofektom_domain::people::PersonName;
use ofektom_domain::ports::{StatementLines, StoreResult};
use ofektom_domain::refusal::Refusal;
use uuid::Uuid;

use super::row::EntryRow;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::savings::CardKey;
use crate::schema::{contributions, journal_entries, postings, users};

/// An entry with its amount on the card, and who collected the money if someone did.
type Found = (EntryRow, Col<Money>, Option<Col<UserId>>);

/// The lines are in the order of the business's days, and so is the running balance; a collection that was recorded late
/// stands on the day it was collected. So the lines between two days follow on one another. All of a card's postings are read, of which there are a few for each of its boxes at most.
pub(super) async fn statement_of(
    db: &Db,
    card: CardKey,
    from: Option<Date>,
    to: Option<Date>,
) -> StoreResult<StatementLines> {
    db.read_list(async move |conn| {
        let rows = movements_on(conn, card).await?;
        let by = |(entry, _, collector): &Found| collector.as_ref().map_or(entry.created_by.0, |person| person.0);
        let names = names_on(conn, rows.iter().map(by).map(Col).collect()).await?;
        let (mut opening, mut balance) = (Money::ZERO, Money::ZERO);
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            let by = by(&row);
            let (entry, amount, _) = row;
            balance = balance.minus(amount.0).map_err(Refusal::from)?;
            if from.is_some_and(|from| entry.occurred_on.0 < from) {
                opening = balance;
            } else if to.is_none_or(|to| entry.occurred_on.0 <= to) {
                lines.push(entry.statement_line((amount.0, balance), (by, names.get(&by).cloned())));
            }
        }
        Ok(StatementLines { opening, lines })
    })
    .await
}

async fn movements_on(conn: &mut Conn, (business, card): CardKey) -> DbResult<Vec<Found>> {
    Ok(on!(conn, |c| postings::table
        .inner_join(
            journal_entries::table.on(journal_entries::business_id
                .eq(postings::business_id)
                .and(journal_entries::id.eq(postings::entry_id)))
        )
        .left_join(
            contributions::table.on(contributions::business_id
                .eq(journal_entries::business_id)
                .and(journal_entries::contribution_id.eq(contributions::id.nullable())))
        )
        .filter(postings::business_id.eq(Col(business)))
        .filter(postings::account_kind.eq(Col(AccountKind::Savings)))
        .filter(postings::account_id.eq(Some(Col(Uuid::from(card)))))
        .order((journal_entries::occurred_on, postings::entry_id, postings::line))
        .select((EntryRow::as_select(), postings::amount_kobo, contributions::collected_by.nullable()))
        .load::<Found>(c)
        .await)?)
}

async fn names_on(conn: &mut Conn, mut people: Vec<Col<UserId>>) -> DbResult<HashMap<UserId, PersonName>> {
    people.sort_unstable_by_key(|person| person.0);
    people.dedup_by_key(|person| person.0);
    let rows = on!(conn, |c| users::table
        .filter(users::id.eq_any(people))
        .select((users::id, users::full_name))
        .load::<(Col<UserId>, Col<PersonName>)>(c)
        .await)?;
    Ok(rows.into_iter().map(|(id, name)| (id.0, name.0)).collect())
}
