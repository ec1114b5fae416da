//! How a business stands. What is of all time is summed from its cards, each of which always equals its postings; what is of
//! a day or a month from the entries of those days.

use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;
use jiff::civil::Date;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ledger::{BusinessSummary, MoneyFlow};
use ofektom_domain::money::Money;
use ofektom_domain::ports::StoreResult;
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::SavingsStatus;

use crate::engine::{Col, Conn, Day, Db, DbResult, Uid, Whole, Word};
use crate::rounds::{PurseState, purses_on};

/// The flow of a month up to a day (`$1`), and of that day. SQLite numbers parameters as they first appear.
const FLOWS: &str = "
    SELECT CAST(COALESCE(SUM(collected), 0) AS bigint) AS collected,
           CAST(COALESCE(SUM(commission), 0) AS bigint) AS commission,
           CAST(COALESCE(SUM(paid_out), 0) AS bigint) AS paid_out,
           CAST(COALESCE(SUM(CASE WHEN occurred_on = $1 THEN collected ELSE 0 END), 0) AS bigint) AS day_collected,
           CAST(COALESCE(SUM(CASE WHEN occurred_on = $1 THEN commission ELSE 0 END), 0) AS bigint) AS day_commission,
           CAST(COALESCE(SUM(CASE WHEN occurred_on = $1 THEN paid_out ELSE 0 END), 0) AS bigint) AS day_paid_out
    FROM (
        SELECT e.occurred_on,
               CASE WHEN p.account_kind = 'savings'
                         AND e.event IN ('cash_contribution', 'online_contribution', 'contribution_reversal')
                    THEN -p.amount_kobo ELSE 0 END AS collected,
               CASE WHEN p.account_kind = 'commission_income' THEN -p.amount_kobo ELSE 0 END AS commission,
               CASE WHEN p.account_kind = 'payout_hold' AND e.event = 'payout_paid'
                    THEN p.amount_kobo ELSE 0 END AS paid_out
        FROM journal_entries e
        JOIN postings p ON p.business_id = e.business_id AND p.entry_id = e.id
        WHERE e.business_id = $2 AND e.occurred_on >= $3 AND e.occurred_on <= $1
    ) flows";

const CARDS: &str = "
    SELECT status, COUNT(*) AS cards,
           CAST(SUM(collected_kobo) AS bigint) AS collected, CAST(SUM(commission_kobo) AS bigint) AS commission,
           CAST(SUM(paid_out_kobo) AS bigint) AS paid_out, CAST(SUM(balance_kobo) AS bigint) AS balance
    FROM savings_accounts WHERE business_id = $1 GROUP BY status";

const OPEN_PAYOUTS: &str = "
    SELECT COUNT(*) AS requests, CAST(COALESCE(SUM(amount_kobo), 0) AS bigint) AS amount
    FROM payment_requests WHERE business_id = $1 AND status IN ('pending', 'approved', 'failed')";

#[derive(QueryableByName)]
struct Flows {
    #[diesel(sql_type = Whole)]
    collected: Col<Money>,
    #[diesel(sql_type = Whole)]
    commission: Col<Money>,
    #[diesel(sql_type = Whole)]
    paid_out: Col<Money>,
    #[diesel(sql_type = Whole)]
    day_collected: Col<Money>,
    #[diesel(sql_type = Whole)]
    day_commission: Col<Money>,
    #[diesel(sql_type = Whole)]
    day_paid_out: Col<Money>,
}

#[derive(QueryableByName)]
struct Cards {
    #[diesel(sql_type = Word)]
    status: Col<SavingsStatus>,
    #[diesel(sql_type = Whole)]
    cards: Col<u32>,
    #[diesel(sql_type = Whole)]
    collected: Col<Money>,
    #[diesel(sql_type = Whole)]
    commission: Col<Money>,
    #[diesel(sql_type = Whole)]
    paid_out: Col<Money>,
    #[diesel(sql_type = Whole)]
    balance: Col<Money>,
}

#[derive(QueryableByName)]
struct OpenPayouts {
    #[diesel(sql_type = Whole)]
    requests: Col<u32>,
    #[diesel(sql_type = Whole)]
    amount: Col<Money>,
}

pub(super) async fn business_summary(db: &Db, business: BusinessId, today: Date) -> StoreResult<BusinessSummary> {
    db.read_list(async move |conn| {
        conn.snapshot().await?;
        let flows = flows_on(conn, business, today).await?;
        let cards = on!(conn, |c| sql_query(CARDS).bind::<Uid, _>(Col(business)).load::<Cards>(c).await)?;
        let (open_payouts, open_payouts_amount) = open_payouts_on(conn, business).await?;
        let purses = purses_on(conn, (business, None), Date::MAX).await?;
        let cash = purses.values().map(PurseState::balance).collect::<Result<Vec<_>, _>>().map_err(Refusal::from)?;
        let sum = |of: fn(&Cards) -> Money| Money::sum(cards.iter().map(of)).map_err(Refusal::from);
        Ok(BusinessSummary {
            today,
            day: MoneyFlow {
                collected: flows.day_collected.0,
                commission: flows.day_commission.0,
                paid_out: flows.day_paid_out.0,
            },
            month: MoneyFlow {
                collected: flows.collected.0,
                commission: flows.commission.0,
                paid_out: flows.paid_out.0,
            },
            all_time: MoneyFlow {
                collected: sum(|cards| cards.collected.0)?,
                commission: sum(|cards| cards.commission.0)?,
                paid_out: sum(|cards| cards.paid_out.0)?,
            },
            outstanding_cash: Money::sum(cash).map_err(Refusal::from)?,
            owed_to_customers: sum(|cards| cards.balance.0)?,
            open_payouts: open_payouts.into(),
            open_payouts_amount,
            cards: SavingsStatus::ALL.into_iter().map(|status| (status, count_of(&cards, status))).collect(),
        })
    })
    .await
}

/// How many payment requests of a business are not settled, and what they ask for.
pub(crate) async fn open_payouts_on(conn: &mut Conn, business: BusinessId) -> DbResult<(u32, Money)> {
    let query = sql_query(OPEN_PAYOUTS).bind::<Uid, _>(Col(business));
    let open = on!(conn, |c| query.get_result::<OpenPayouts>(c).await)?;
    Ok((open.requests.0, open.amount.0))
}

async fn flows_on(conn: &mut Conn, business: BusinessId, today: Date) -> DbResult<Flows> {
    let query = sql_query(FLOWS)
        .bind::<Day, _>(Col(today))
        .bind::<Uid, _>(Col(business))
        .bind::<Day, _>(Col(today.first_of_month()));
    Ok(on!(conn, |c| query.get_result::<Flows>(c).await)?)
}

fn count_of(cards: &[Cards], status: SavingsStatus) -> u64 {
    cards.iter().find(|cards| cards.status.0 == status).map_or(0, |cards| cards.cards.0.into())
}
