//! Adding people.

use diesel::ExpressionMethods as _;
use diesel_async::RunQueryDsl as _;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::people::{Activation, User};
use ofektom_domain::ports::{Conflict, NewUser, SecretHash, StoreResult};

use super::row::NewUserRow;
use crate::audit::audit_append_in_tx;
use crate::businesses::{business_join_in_tx, membership_insert_in_tx};
use crate::engine::{Col, Conn, Db, DbResult, Means as _};
use crate::schema::{activations, users};

pub(super) async fn user_create(db: &Db, new: NewUser) -> StoreResult<()> {
    db.write(async move |conn| {
        // The business before the person, as everywhere.
        if let Some(membership) = &new.membership {
            business_join_in_tx(conn, membership.business_id, new.code).await?;
        }
        user_insert_in_tx(conn, new.user, new.secret).await?;
        if let Some(membership) = &new.membership {
            membership_insert_in_tx(conn, membership).await?;
        }
        if let Some(activation) = new.activation {
            activation_insert_in_tx(conn, activation).await?;
        }
        audit_append_in_tx(conn, &new.audit).await
    })
    .await
}

pub(super) async fn super_admin_create(db: &Db, user: User, secret: SecretHash, audit: AuditRow) -> StoreResult<()> {
    db.write(async move |conn| {
        user_insert_in_tx(conn, user, Some(secret)).await?;
        audit_append_in_tx(conn, &[audit]).await
    })
    .await
}

async fn user_insert_in_tx(conn: &mut Conn, user: User, secret: Option<SecretHash>) -> DbResult<()> {
    let row = NewUserRow::new(user, secret.map(|secret| secret.0));
    // The id is fresh, so a unique violation is the phone number's.
    on!(conn, |c| diesel::insert_into(users::table).values(row).execute(c).await).unique_means(Conflict::Phone)?;
    Ok(())
}

pub(super) async fn activation_insert_in_tx(conn: &mut Conn, activation: Activation) -> DbResult<()> {
    let row = (
        activations::token_hash.eq(Col(activation.hash)),
        activations::user_id.eq(Col(activation.user_id)),
        activations::created_at.eq(Col(activation.created_at)),
        activations::expires_at.eq(Col(activation.expires_at)),
    );
    on!(conn, |c| diesel::insert_into(activations::table).values(row).execute(c).await)?;
    Ok(())
}
