//! Audit rows of signing in and out.

use jiff::Timestamp;
use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::ids::{IdFactory, SessionId, UserId};
use ofektom_domain::people::TokenHash;
use serde_json::json;
use uuid::Uuid;

use crate::origin::Origin;

fn row(
    ids: &mut IdFactory,
    origin: &Origin,
    now: Timestamp,
    actor: Option<UserId>,
    verb: &'static str,
    (entity, entity_id): (AuditEntity, Uuid),
) -> AuditRow {
    AuditRow {
        id: ids.make(),
        business_id: None,
        actor,
        verb,
        entity,
        entity_id,
        before: None,
        after: None,
        address: origin.address,
        request_id: origin.request_id.clone(),
        at: now,
    }
}

/// A person signed in.
pub(crate) fn signed_in(
    ids: &mut IdFactory,
    origin: &Origin,
    now: Timestamp,
    user: UserId,
    session: SessionId,
) -> AuditRow {
    row(ids, origin, now, Some(user), "session.login", (AuditEntity::Session, session.uuid()))
}

/// Too many attempts failed. A number that nobody has is named by bits of its keyed hash (a UUID of version 8), so that
/// its locks can be seen to be one number's.
pub(crate) fn locked(
    ids: &mut IdFactory,
    origin: &Origin,
    now: Timestamp,
    user: Option<UserId>,
    phone_key: TokenHash,
) -> AuditRow {
    let start = phone_key.0.first_chunk().copied().unwrap_or_default();
    let entity_id = user.map_or_else(|| uuid::Builder::from_custom_bytes(start).into_uuid(), UserId::uuid);
    row(ids, origin, now, None, "user.lock", (AuditEntity::User, entity_id))
        .after(json!({ "person_exists": user.is_some() }))
}

/// Too many attempts failed from one address, over all numbers. The row's address tells which.
pub(crate) fn address_locked(ids: &mut IdFactory, origin: &Origin, now: Timestamp) -> AuditRow {
    row(ids, origin, now, None, "address.lock", (AuditEntity::Session, Uuid::nil()))
}

/// A used refresh token came back. Which session it was of only the store knows: it puts that in as the entity.
pub(crate) fn refresh_reused(ids: &mut IdFactory, origin: &Origin, now: Timestamp) -> AuditRow {
    row(ids, origin, now, None, "session.reuse", (AuditEntity::Session, Uuid::nil()))
}

/// A person ended one of his sessions.
pub(crate) fn signed_out(
    ids: &mut IdFactory,
    origin: &Origin,
    now: Timestamp,
    user: UserId,
    session: SessionId,
) -> AuditRow {
    row(ids, origin, now, Some(user), "session.logout", (AuditEntity::Session, session.uuid()))
}

/// A person ended all his sessions.
pub(crate) fn signed_out_everywhere(ids: &mut IdFactory, origin: &Origin, now: Timestamp, user: UserId) -> AuditRow {
    row(ids, origin, now, Some(user), "session.logout_all", (AuditEntity::User, user.uuid()))
}
