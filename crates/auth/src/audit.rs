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

/// The same sign-in, when the person should hear of it. The store adds why.
pub(crate) fn suspicious(
    ids: &mut IdFactory,
    origin: &Origin,
    now: Timestamp,
    user: UserId,
    session: SessionId,
) -> AuditRow {
    row(ids, origin, now, Some(user), "session.suspicious", (AuditEntity::Session, session.uuid()))
}

/// A person changed his secret.
pub(crate) fn secret_changed(ids: &mut IdFactory, origin: &Origin, now: Timestamp, user: UserId) -> AuditRow {
    row(ids, origin, now, Some(user), "secret.change", (AuditEntity::User, user.uuid()))
}

/// Someone asked for a reset code. A number that nobody has is named like a locked one.
pub(crate) fn code_requested(
    ids: &mut IdFactory,
    origin: &Origin,
    now: Timestamp,
    user: Option<UserId>,
    phone_key: TokenHash,
) -> AuditRow {
    let about = (AuditEntity::User, entity_of(user, phone_key));
    row(ids, origin, now, None, "secret.reset_request", about).after(json!({ "person_exists": user.is_some() }))
}

/// Too many reset codes were asked for one number.
pub(crate) fn codes_locked(ids: &mut IdFactory, origin: &Origin, now: Timestamp, phone_key: TokenHash) -> AuditRow {
    row(ids, origin, now, None, "secret.reset_limit", (AuditEntity::User, entity_of(None, phone_key)))
}

/// A person set a new secret by a code. The store names him, as the actor and the entity.
pub(crate) fn secret_reset(ids: &mut IdFactory, origin: &Origin, now: Timestamp) -> AuditRow {
    row(ids, origin, now, None, "secret.reset", (AuditEntity::User, Uuid::nil()))
}

/// A person, or bits of the keyed hash of a number that nobody has (a UUID of version 8).
fn entity_of(user: Option<UserId>, phone_key: TokenHash) -> Uuid {
    let start = phone_key.0.first_chunk().copied().unwrap_or_default();
    user.map_or_else(|| uuid::Builder::from_custom_bytes(start).into_uuid(), UserId::uuid)
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
    row(ids, origin, now, None, "user.lock", (AuditEntity::User, entity_of(user, phone_key)))
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
