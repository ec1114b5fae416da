//! Activation: a person who was registered by someone else sets his own secret.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::business::{Membership, MembershipStatus};
use ofektom_domain::ids::UserId;
use ofektom_domain::people::{Activation, PersonName, TokenHash, User, UserStatus};
use ofektom_domain::ports::{Conflict, SecretHash, StoreError, StoreResult};
use ofektom_domain::search::name_key;

use super::create::activation_insert_in_tx;
use super::read::{user_by_id_on, user_lock_in_tx};
use super::row::UserRow;
use crate::audit::audit_append_in_tx;
use crate::businesses::{business_join_in_tx, membership_create_in_tx, memberships_of_on};
use crate::engine::{Col, Conn, Db, DbResult};
use crate::schema::{activations, users};

pub(super) async fn activation_user(db: &Db, token: TokenHash, now: Timestamp) -> StoreResult<Option<User>> {
    db.read(async move |conn| {
        let found = on!(conn, |c| activations::table
            .inner_join(users::table)
            .filter(activations::token_hash.eq(Col(token)))
            .filter(activations::used_at.is_null())
            .filter(activations::expires_at.gt(Col(now)))
            .filter(users::status.eq(Col(UserStatus::Pending)))
            .select(UserRow::as_select())
            .first::<UserRow>(c)
            .await
            .optional())?;
        Ok(found.map(User::from))
    })
    .await
}

pub(super) async fn user_activate(
    db: &Db,
    token: TokenHash,
    secret: SecretHash,
    full_name: Option<PersonName>,
    audit: AuditRow,
) -> StoreResult<User> {
    db.write(async move |conn| {
        let id = activation_use_in_tx(conn, token, audit.at).await?.ok_or(StoreError::NotFound)?;
        let by_him = (users::updated_at.eq(Col(audit.at)), users::updated_by.eq(Col(id)));
        let pending = users::table.find(Col(id)).filter(users::status.eq(Col(UserStatus::Pending)));
        let active = (users::status.eq(Col(UserStatus::Active)), users::secret_hash.eq(Some(secret.0)), by_him);
        if on!(conn, |c| diesel::update(pending).set(active).execute(c).await)? == 0 {
            return Err(StoreError::NotFound.into());
        }
        if let Some(name) = full_name {
            let named = (users::name_search.eq(name_key(name.as_str())), users::full_name.eq(Col(name)));
            on!(conn, |c| diesel::update(users::table.find(Col(id))).set(named).execute(c).await)?;
        }
        audit_append_in_tx(conn, &[audit]).await?;
        Ok(user_by_id_on(conn, id).await?.ok_or(StoreError::NotFound)?)
    })
    .await
}

/// The token is new; those before it are worth nothing from now on.
pub(super) async fn activation_renew(
    db: &Db,
    activation: Activation,
    membership: Membership,
    audit: AuditRow,
) -> StoreResult<()> {
    db.write(async move |conn| {
        business_join_in_tx(conn, membership.business_id, None).await?;
        user_lock_in_tx(conn, activation.user_id).await?;
        let user = user_by_id_on(conn, activation.user_id).await?.ok_or(StoreError::NotFound)?;
        if user.status != UserStatus::Pending {
            return Err(StoreError::Conflict(Conflict::Phone).into());
        }
        let earlier =
            activations::table.filter(activations::user_id.eq(Col(user.id))).filter(activations::used_at.is_null());
        on!(conn, |c| diesel::update(earlier).set(activations::used_at.eq(Col(audit.at))).execute(c).await)?;
        activation_insert_in_tx(conn, activation).await?;
        let known = memberships_of_on(conn, user.id).await?;
        let belongs =
            |known: &Membership| known.business_id == membership.business_id && known.status != MembershipStatus::Left;
        // One who was removed before he activated himself is registered anew.
        if !known.iter().any(belongs) {
            membership_create_in_tx(conn, &membership).await?;
        }
        audit_append_in_tx(conn, &[audit]).await
    })
    .await
}

/// Uses the token up, if it may be used: of two who try at once, the update finds one row once.
async fn activation_use_in_tx(conn: &mut Conn, token: TokenHash, now: Timestamp) -> DbResult<Option<UserId>> {
    let usable = activations::table
        .find(Col(token))
        .filter(activations::used_at.is_null())
        .filter(activations::expires_at.gt(Col(now)));
    let id = on!(conn, |c| diesel::update(usable)
        .set(activations::used_at.eq(Col(now)))
        .returning(activations::user_id)
        .get_result::<Col<UserId>>(c)
        .await
        .optional())?;
    Ok(id.map(|id| id.0))
}
