//! A row of the trail in an answer.

use ofektom_domain::ports::AuditEntry;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::state::shown;
use crate::wire::{Id, Moment};

/// A row of the trail: who did what to which thing, when and from where.
#[derive(Serialize, ToSchema)]
pub struct AuditEntryView {
    id: Id,
    at: Moment,
    /// Who did it; `null` when it was the program by itself.
    actor: Option<AuditActorView>,
    #[schema(example = "contribution.post")]
    verb: String,
    /// What kind of thing it was done to.
    #[schema(example = "contribution")]
    entity: String,
    entity_id: Id,
    /// The state before, as far as it changed.
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// The state after, as far as it changed.
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
    /// The client's address.
    address: Option<String>,
    /// The request, as the answer to it named it.
    request_id: Option<String>,
    /// The place of its seal in the chain of the business; `null` until it is sealed.
    #[schema(minimum = 1)]
    seq: Option<u32>,
}

/// Who did it.
#[derive(Serialize, ToSchema)]
pub struct AuditActorView {
    id: Id,
    name: Option<String>,
}

impl From<AuditEntry> for AuditEntryView {
    fn from(entry: AuditEntry) -> Self {
        let name = entry.actor_name.map(|name| name.to_string());
        Self {
            id: entry.id.into(),
            at: entry.at.into(),
            actor: entry.actor.map(|actor| AuditActorView { id: actor.into(), name }),
            verb: entry.verb,
            entity: entry.entity,
            entity_id: Id::from(entry.entity_id),
            before: entry.before.map(shown),
            after: entry.after.map(shown),
            address: entry.address,
            request_id: entry.request_id,
            seq: entry.seq,
        }
    }
}
