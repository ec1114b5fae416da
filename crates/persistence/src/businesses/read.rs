//! Looking businesses up.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::business::{Business, JoinCode};
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ports::StoreResult;

use super::row::BusinessRow;
use crate::engine::{Col, Db};
use crate::schema::businesses;

pub(super) async fn business_by_id(db: &Db, id: BusinessId) -> StoreResult<Option<Business>> {
    db.read(async move |conn| {
        let found = on!(conn, |c| businesses::table
            .find(Col(id))
            .select(BusinessRow::as_select())
            .first::<BusinessRow>(c)
            .await
            .optional())?;
        Ok(found.map(Business::from))
    })
    .await
}

pub(super) async fn business_by_code(db: &Db, code: JoinCode) -> StoreResult<Option<Business>> {
    db.read(async move |conn| {
        let found = on!(conn, |c| businesses::table
            .filter(businesses::join_code.eq(Col(code)))
            .select(BusinessRow::as_select())
            .first::<BusinessRow>(c)
            .await
            .optional())?;
        Ok(found.map(Business::from))
    })
    .await
}

pub(super) async fn businesses_by_ids(db: &Db, ids: Vec<BusinessId>) -> StoreResult<Vec<Business>> {
    db.read(async move |conn| {
        let wanted: Vec<_> = ids.into_iter().map(Col).collect();
        let found = on!(conn, |c| businesses::table
            .filter(businesses::id.eq_any(wanted))
            .order(businesses::id.desc())
            .select(BusinessRow::as_select())
            .load::<BusinessRow>(c)
            .await)?;
        Ok(found.into_iter().map(Business::from).collect())
    })
    .await
}
