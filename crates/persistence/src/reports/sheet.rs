//! The collection sheet. The database finds the cards and puts them in order; what is due on each the domain says.

use std::collections::HashMap;

use diesel::BoolExpressionMethods as _;
use diesel::dsl::{And, Eq, InnerJoinQuerySource};
use diesel::prelude::{ExpressionMethods as _, JoinOnDsl as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use jiff::civil::Date;
use ofektom_domain::contribution::ContributionKind;
use ofektom_domain::ids::{BusinessId, SavingsAccountId};
use ofektom_domain::money::Money;
use ofektom_domain::people::PersonName;
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::plan::{BoxRuns, DueBoxes, PaidBoxes};
use ofektom_domain::ports::{Sheet, SheetFilter, SheetPart, SheetPlace, StoreResult};
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::{SavingsAccount, SavingsStatus, SheetLine, SheetTotals};

use crate::engine::{Bytewise, Clause, Col, Conn, Day, Db, DbError, DbResult, fixed};
use crate::savings::{CardRow, Reach};
use crate::schema::{contributions, savings_accounts as cards, units, users};
use crate::search::customer_or_card_meant;

/// Cards that are summed at once.
const SUMMED_AT_ONCE: u32 = 1_000;

/// Cards with their customers and units.
type Cards = InnerJoinQuerySource<InnerJoinQuerySource<cards::table, users::table, OfCustomer>, units::table, OfUnit>;
type OfCustomer = Eq<users::id, cards::customer_id>;
type OfUnit = And<Eq<units::business_id, cards::business_id>, Eq<units::id, cards::unit_id>>;

/// A card, its customer's name, number and key, its unit's name and key.
type Found = (CardRow, Col<PersonName>, Col<PhoneNumber>, String, String, String);

/// What of a card is needed to sum up what is due on it.
type Sum = (Col<SavingsAccountId>, Col<Date>, Col<BoxRuns>, Col<PaidBoxes>, Col<Money>);

/// The cards that are due and meant: no column has more than the first unpaid box of an active card, and no more is needed.
fn wanted(filter: &SheetFilter) -> Clause<Cards> {
    let reach = Reach::Business(Col(filter.business_id));
    Clause::all()
        .with(cards::business_id.eq(Col(filter.business_id)))
        .with(cards::status.eq(Col(SavingsStatus::Active)))
        .with(cards::next_due_date.le(Col(filter.day)))
        .with_some(filter.unit_id, |unit| cards::unit_id.eq(Col(unit)))
        .with_some(filter.customer_id, |customer| cards::customer_id.eq(Col(customer)))
        .with_some(filter.search.as_ref(), |text| -> Clause<Cards> {
            customer_or_card_meant(&reach, text, cards::customer_id, cards::id)
        })
}

/// The cards that come after a place, column by column of the order.
fn after(place: &SheetPlace) -> Clause<Cards> {
    let (unit, customer) = (Bytewise(units::name_key), Bytewise(users::name_search));
    let of_unit = || Clause::all().with(unit.eq(place.unit_key.clone()));
    let of_name = || of_unit().with(customer.eq(place.customer_key.clone()));
    let of_customer = || of_name().with(cards::customer_id.eq(Col(place.customer_id)));
    Clause::any_of([
        Clause::all().with(unit.gt(place.unit_key.clone())),
        of_unit().with(customer.gt(place.customer_key.clone())),
        of_name().with(cards::customer_id.gt(Col(place.customer_id))),
        of_customer().with(cards::id.gt(Col(place.savings_account_id))),
    ])
}

pub(super) async fn collection_sheet(db: &Db, part: SheetPart) -> StoreResult<Sheet> {
    db.read_list(async move |conn| {
        conn.snapshot().await?;
        let totals = if part.totals { Some(totals_on(conn, &part.filter).await?) } else { None };
        let mut found = found_on(conn, &part).await?;
        let more = u32::try_from(found.len()).is_ok_and(|count| count > part.lines_max);
        if more {
            found.pop();
        }
        let next = if more { found.last().map(|(place, _)| place.clone()) } else { None };
        let ids = found.iter().map(|(_, line)| Col(line.account.id)).collect();
        let last = last_collected_on(conn, part.filter.business_id, ids).await?;
        let with_last = |(_, line): (SheetPlace, SheetLine)| {
            let last_collected_on = last.get(&line.account.id).copied();
            SheetLine { last_collected_on, ..line }
        };
        Ok(Sheet { lines: found.into_iter().map(with_last).collect(), next, totals })
    })
    .await
}

/// The lines of a part, with their places; one line more than is wanted when there is one.
async fn found_on(conn: &mut Conn, part: &SheetPart) -> DbResult<Vec<(SheetPlace, SheetLine)>> {
    let meant = || wanted(&part.filter).with_some(part.after.as_ref(), after);
    let rows = on!(conn, |c| cards::table
        .inner_join(users::table.on(users::id.eq(cards::customer_id)))
        .inner_join(units::table.on(units::business_id.eq(cards::business_id).and(units::id.eq(cards::unit_id))))
        .filter(meant())
        .order((Bytewise(units::name_key), Bytewise(users::name_search), cards::customer_id, cards::id))
        .limit(i64::from(part.lines_max) + 1)
        .select((
            CardRow::as_select(),
            users::full_name,
            users::phone,
            users::name_search,
            units::name,
            units::name_key
        ))
        .load::<Found>(c)
        .await)?;
    rows.into_iter().map(|row| line_of(row, part.filter.day)).collect()
}

fn line_of(row: Found, day: Date) -> DbResult<(SheetPlace, SheetLine)> {
    let (card, name, phone, customer_key, unit_name, unit_key) = row;
    let account = SavingsAccount::try_from(card)?;
    let due = account.due_on(day).map_err(Refusal::from)?;
    // The day that is stored says that a box is due: it is derived from the same boxes when the card is written.
    let due = due.ok_or_else(|| DbError::Corrupt(format!("the next due day of card {}", account.id)))?;
    let amount_due = due.amount(account.credit).map_err(Refusal::from)?;
    let (customer_id, savings_account_id) = (account.customer_id, account.id);
    let place = SheetPlace { unit_key, customer_key, customer_id, savings_account_id };
    let (customer_name, customer_phone) = (name.0, phone.0);
    let line =
        SheetLine { account, customer_name, customer_phone, unit_name, last_collected_on: None, due, amount_due };
    Ok((place, line))
}

/// The last day of which money stands on each card. Cards without such money are left out.
async fn last_collected_on(
    conn: &mut Conn,
    business: BusinessId,
    of: Vec<Col<SavingsAccountId>>,
) -> DbResult<HashMap<SavingsAccountId, Date>> {
    let rows = on!(conn, |c| contributions::table
        .group_by(contributions::savings_account_id)
        .select((contributions::savings_account_id, fixed::<Day>("MAX(collected_on)")))
        .filter(contributions::business_id.eq(Col(business)))
        .filter(contributions::savings_account_id.eq_any(of))
        .filter(contributions::kind.eq(Col(ContributionKind::Collection)))
        .filter(contributions::reversed_by.is_null())
        .load::<(Col<SavingsAccountId>, Col<Date>)>(c)
        .await)?;
    Ok(rows.into_iter().map(|(card, day)| (card.0, day.0)).collect())
}

/// The sums of the whole sheet. Its cards are read some at a time, in the order of their key.
async fn totals_on(conn: &mut Conn, filter: &SheetFilter) -> DbResult<SheetTotals> {
    let (mut totals, mut last) = (SheetTotals::NONE, None);
    loop {
        let meant = || wanted(filter).with_some(last, |last| cards::id.gt(last));
        let rows = on!(conn, |c| cards::table
            .inner_join(users::table.on(users::id.eq(cards::customer_id)))
            .inner_join(units::table.on(units::business_id.eq(cards::business_id).and(units::id.eq(cards::unit_id))))
            .filter(meant())
            .order(cards::id)
            .limit(i64::from(SUMMED_AT_ONCE))
            .select((cards::id, cards::start_date, cards::boxes, cards::paid, cards::credit_kobo))
            .load::<Sum>(c)
            .await)?;
        for (_, start, boxes, paid, credit) in &rows {
            let due = DueBoxes::on(filter.day, (start.0, &boxes.0), &paid.0).map_err(Refusal::from)?;
            totals = totals.with(&due, credit.0).map_err(Refusal::from)?;
        }
        let full = u32::try_from(rows.len()).is_ok_and(|count| count >= SUMMED_AT_ONCE);
        last = rows.last().map(|row| row.0);
        if !full {
            return Ok(totals);
        }
    }
}
