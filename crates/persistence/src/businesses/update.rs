//! Changing a business.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::business::Business;
use ofektom_domain::ports::{StoreError, StoreResult};

use super::row::name_search;
use crate::audit::audit_append_in_tx;
use crate::engine::{Col, Db};
use crate::schema::businesses;

pub(super) async fn business_update(db: &Db, business: Business, audit: AuditRow) -> StoreResult<()> {
    db.write(async move |conn| {
        let change = (
            businesses::name_search.eq(name_search(&business.name)),
            businesses::name.eq(business.name),
            businesses::time_zone.eq(business.time_zone),
            businesses::policy.eq(Col(business.policy)),
            businesses::status.eq(Col(business.status)),
            businesses::updated_at.eq(Col(business.updated_at)),
            businesses::updated_by.eq(Col(business.updated_by)),
        );
        let it = businesses::table.find(Col(business.id));
        if on!(conn, |c| diesel::update(it).set(change).execute(c).await)? == 0 {
            return Err(StoreError::NotFound.into());
        }
        audit_append_in_tx(conn, &[audit]).await
    })
    .await
}
