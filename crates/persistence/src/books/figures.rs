//! How a business stands.

use diesel::prelude::QueryDsl as _;
use diesel_async::RunQueryDsl as _;
use jiff::civil::Date;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::money::Money;
use ofektom_domain::ports::StoreResult;
use ofektom_domain::refusal::Refusal;

use super::BookFigures;
use crate::engine::{Col, Db};
use crate::reports::open_payouts_on;
use crate::rounds::{PurseState, purses_on};
use crate::schema::businesses;

pub(super) async fn businesses(db: &Db) -> StoreResult<Vec<BusinessId>> {
    db.read_list(async |conn| {
        let ids = businesses::table.select(businesses::id).order(businesses::id);
        let ids = on!(conn, |c| ids.load::<Col<BusinessId>>(c).await)?;
        Ok(ids.into_iter().map(|id| id.0).collect())
    })
    .await
}

pub(super) async fn figures(db: &Db, business: BusinessId) -> StoreResult<BookFigures> {
    db.read_list(async move |conn| {
        conn.snapshot().await?;
        let (open_payouts, open_payouts_amount) = open_payouts_on(conn, business).await?;
        let purses = purses_on(conn, (business, None), Date::MAX).await?;
        let cash = purses.values().map(PurseState::balance).collect::<Result<Vec<_>, _>>().map_err(Refusal::from)?;
        let outstanding_cash = Money::sum(cash).map_err(Refusal::from)?;
        Ok(BookFigures { outstanding_cash, open_payouts, open_payouts_amount })
    })
    .await
}
