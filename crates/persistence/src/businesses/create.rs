//! Adding a business with its default unit and its owner.

use diesel_async::RunQueryDsl as _;
use ofektom_domain::ports::{Conflict, NewBusiness, StoreResult};

use super::membership::membership_insert_in_tx;
use super::row::NewBusinessRow;
use super::unit::unit_insert_in_tx;
use crate::audit::audit_append_in_tx;
use crate::engine::{Db, Means as _};
use crate::schema::businesses;

pub(super) async fn business_create(db: &Db, new: NewBusiness) -> StoreResult<()> {
    db.write(async move |conn| {
        let row = NewBusinessRow::from(new.business);
        // The id is fresh, so a unique violation is the join code's. The default unit's foreign key waits for the commit.
        on!(conn, |c| diesel::insert_into(businesses::table).values(row).execute(c).await)
            .unique_means(Conflict::JoinCode)?;
        unit_insert_in_tx(conn, new.unit).await?;
        membership_insert_in_tx(conn, &new.membership).await?;
        audit_append_in_tx(conn, &[new.audit]).await
    })
    .await
}
