//! One step over the cards of a business.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _, SelectableHelper as _};
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::contribution::Marking;
use ofektom_domain::ids::{BusinessId, SavingsAccountId};
use ofektom_domain::money::Money;
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::SavingsAccount;
use uuid::Uuid;

use super::sums::{SUM_CHECKS, SumCheck};
use super::{Difference, Step, compare};
use crate::contributions::MarkingRow;
use crate::engine::{Col, Conn, DbResult, Uid, Whole};
use crate::savings::CardRow;
use crate::schema::{markings, savings_accounts};

/// Cards of one step.
const CARDS: i64 = 200;

/// Ids of cards above the first, up to the second.
type IdRange = (Uuid, Uuid);

/// Verifies the next cards. `None` when there are no more.
pub(super) async fn step_on(conn: &mut Conn, business: BusinessId, after: Uuid) -> DbResult<Option<Step>> {
    conn.snapshot().await?;
    let cards = cards_on(conn, business, after).await?;
    let Some(last) = cards.last().map(|card| card.id.uuid()) else { return Ok(None) };
    let mut differences = Vec::new();
    for check in &SUM_CHECKS {
        sums_compare_on(conn, business, (after, last), (check, &cards), &mut differences).await?;
    }
    let mut marked: HashMap<SavingsAccountId, Vec<Marking>> = HashMap::new();
    for marking in live_markings_on(conn, business, (after, last)).await? {
        marked.entry(marking.savings_account_id).or_default().push(marking);
    }
    for card in &cards {
        let live = marked.remove(&card.id).unwrap_or_default();
        boxes_compare(card, &live, &mut differences)?;
    }
    // Whatever is left is of no card at all.
    differences.extend(marked.into_keys().map(|card| Difference {
        check: MARKED_CARD_EXISTS,
        id: card.uuid(),
        stored: "no card".to_owned(),
        computed: "live markings".to_owned(),
    }));
    Ok(Some(Step { looked_at: u64::try_from(cards.len()).unwrap_or(0), last, differences }))
}

const MARKED_CARD_EXISTS: &str = "the card of a marking exists";
const BOXES_MARKED: &str = "paid boxes are the live markings";
const BOXES_PRICED: &str = "live markings have the amounts of their boxes";
const MARKINGS_PAID: &str = "collected less credit equals the live markings";

async fn cards_on(conn: &mut Conn, business: BusinessId, after: Uuid) -> DbResult<Vec<SavingsAccount>> {
    let rows = on!(conn, |c| savings_accounts::table
        .filter(savings_accounts::business_id.eq(Col(business)))
        .filter(savings_accounts::id.gt(Col(after)))
        .order(savings_accounts::id)
        .limit(CARDS)
        .select(CardRow::as_select())
        .load::<CardRow>(c)
        .await)?;
    rows.into_iter().map(SavingsAccount::try_from).collect()
}

#[derive(QueryableByName)]
struct SumRow {
    #[diesel(sql_type = Uid)]
    card: Col<Uuid>,
    #[diesel(sql_type = Whole)]
    amount: Col<Money>,
}

async fn sums_compare_on(
    conn: &mut Conn,
    business: BusinessId,
    (after, last): IdRange,
    (check, cards): (&SumCheck, &[SavingsAccount]),
    differences: &mut Vec<Difference>,
) -> DbResult<()> {
    let sums = on!(conn, |c| sql_query(check.sql)
        .bind::<Uid, _>(Col(business))
        .bind::<Uid, _>(Col(after))
        .bind::<Uid, _>(Col(last))
        .load::<SumRow>(c)
        .await)?;
    let mut sums: BTreeMap<Uuid, Money> = sums.into_iter().map(|row| (row.card.0, row.amount.0)).collect();
    for card in cards {
        let computed = sums.remove(&card.id.uuid()).unwrap_or(Money::ZERO);
        compare((check.name, card.id.uuid()), (check.stored)(card), computed, differences);
    }
    for (id, computed) in sums {
        compare((check.name, id), Money::ZERO, computed, differences);
    }
    Ok(())
}

async fn live_markings_on(conn: &mut Conn, business: BusinessId, (after, last): IdRange) -> DbResult<Vec<Marking>> {
    let rows = on!(conn, |c| markings::table
        .filter(markings::business_id.eq(Col(business)))
        .filter(markings::savings_account_id.gt(Col(after)))
        .filter(markings::savings_account_id.le(Col(last)))
        .filter(markings::reversed_by.is_null())
        .order((markings::savings_account_id, markings::box_date))
        .select(MarkingRow::as_select())
        .load::<MarkingRow>(c)
        .await)?;
    Ok(rows.into_iter().map(Marking::from).collect())
}

/// Compares the set of paid boxes on the card with its live markings, and each marking with the plan.
fn boxes_compare(card: &SavingsAccount, live: &[Marking], differences: &mut Vec<Difference>) -> Result<(), Refusal> {
    let id = card.id.uuid();
    for marking in live {
        let index = card.plan.index_of(marking.box_date);
        if !index.is_some_and(|index| card.paid.contains(index)) {
            let (stored, computed) = (format!("{} unpaid", marking.box_date), "marked".to_owned());
            differences.push(Difference { check: BOXES_MARKED, id, stored, computed });
        }
        let price = index.and_then(|index| card.plan.boxes.amount_at(index)).unwrap_or(Money::ZERO);
        compare((BOXES_PRICED, id), marking.amount, price, differences);
    }
    let count = u32::try_from(live.len()).unwrap_or(u32::MAX);
    if card.paid.count() != count {
        let (stored, computed) = (format!("{} boxes", card.paid.count()), format!("{count} markings"));
        differences.push(Difference { check: BOXES_MARKED, id, stored, computed });
    }
    let marked = Money::sum(live.iter().map(|marking| marking.amount))?;
    compare((MARKINGS_PAID, id), card.paid_amount()?, marked, differences);
    Ok(())
}
