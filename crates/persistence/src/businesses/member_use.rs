//! What ties a member to a business: savings, payouts, cash.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use jiff::civil::Date;
use ofektom_domain::business::MemberUse;
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::payout::PayoutStatus;
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::SavingsStatus;

use crate::engine::{Col, Conn, DbResult};
use crate::rounds::purses_on;
use crate::schema::{payment_requests, savings_accounts};

/// What ties a member to a business at this moment. While his membership is locked no card is opened for him, and none
/// of his cash moves.
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
    let purses = purses_on(conn, (business, Some(user)), Date::MAX).await?;
    let cash = purses.get(&user).copied().unwrap_or_default().balance().map_err(Refusal::from)?;
    let count = |found: i64| u64::try_from(found).unwrap_or_default();
    Ok(MemberUse { cards: count(cards), requests: count(requests), cash })
}

/// Whether money of a card may still move.
pub(crate) const fn is_open(status: SavingsStatus) -> bool {
    matches!(status, SavingsStatus::Active | SavingsStatus::Completed)
}
