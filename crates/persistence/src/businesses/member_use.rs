//! What ties a member to a business: savings, payouts, cash.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel::sql_types::{BigInt, Nullable};
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::business::MemberUse;
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::money::Money;
use ofektom_domain::payout::PayoutStatus;
use ofektom_domain::savings::SavingsStatus;

use crate::engine::{Col, Conn, DbResult, Uid};
use crate::schema::{payment_requests, savings_accounts};

#[derive(QueryableByName)]
struct Cash {
    #[diesel(sql_type = Nullable<BigInt>)]
    balance: Option<i64>,
}

/// What ties a member to a business at this moment. Cards cannot be opened for him while his membership is locked; cash may
/// still be collected by him in the same moment.
pub(super) async fn member_use_on(conn: &mut Conn, business: BusinessId, user: UserId) -> DbResult<MemberUse> {
    let open_cards = SavingsStatus::ALL.into_iter().filter(|status| is_open(*status)).map(Col);
    let cards = savings_accounts::table
        .filter(savings_accounts::business_id.eq(Col(business)))
        .filter(savings_accounts::customer_id.eq(Col(user)))
        .filter(savings_accounts::status.eq_any(open_cards));
    let cards = on!(conn, |c| cards.count().get_result::<i64>(c).await)?;
    let open_requests = PayoutStatus::ALL.into_iter().filter(|status| status.is_open()).map(Col);
    let requests = payment_requests::table
        .filter(payment_requests::business_id.eq(Col(business)))
        .filter(payment_requests::customer_id.eq(Col(user)))
        .filter(payment_requests::status.eq_any(open_requests));
    let requests = on!(conn, |c| requests.count().get_result::<i64>(c).await)?;
    let cash = sql_query(
        "SELECT CAST(SUM(amount_kobo) AS bigint) AS balance FROM postings
         WHERE business_id = $1 AND account_kind = 'cash' AND account_id = $2",
    )
    .bind::<Uid, _>(Col(business))
    .bind::<Uid, _>(Col(user));
    let cash = on!(conn, |c| cash.get_result::<Cash>(c).await)?;
    let count = |found: i64| u64::try_from(found).unwrap_or_default();
    let balance = cash.balance.map_or(Money::ZERO, Money::from_kobo);
    Ok(MemberUse { cards: count(cards), requests: count(requests), cash: balance })
}

/// Whether money of a card may still move.
pub(crate) const fn is_open(status: SavingsStatus) -> bool {
    matches!(status, SavingsStatus::Active | SavingsStatus::Completed)
}
