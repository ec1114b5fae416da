//! The audit trail: rows that belong to no change, and reading it.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

use super::StoreResult;
use crate::audit::AuditRow;
use crate::ids::{AuditId, BusinessId, UserId};
use crate::page::{Page, PageRequest};
use crate::people::PersonName;
use crate::search::SearchText;

/// Which rows of a business's trail.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Only what this person did.
    pub actor: Option<UserId>,
    /// Only this verb, such as `contribution.post`.
    pub verb: Option<String>,
    /// Only what was done to things of this kind, such as `savings_account`.
    pub entity: Option<String>,
    /// Only what was done to this thing.
    pub entity_id: Option<Uuid>,
    /// Only on this day of the business or later.
    pub from: Option<Date>,
    /// Only on this day of the business or earlier.
    pub to: Option<Date>,
    /// Only by or about people with this name or phone number, or about cards with this number or what was paid or asked for on
    /// them.
    pub search: Option<SearchText>,
}

/// The instants that the days of a filter are, in the zone of its business.
#[derive(Clone, Copy, Debug, Default)]
pub struct AuditSpan {
    /// At this instant or later.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub before: Option<Timestamp>,
}

/// A row of the trail, as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// The row.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who did it; `None` when it was the program by itself.
    pub actor: Option<UserId>,
    /// His name.
    pub actor_name: Option<PersonName>,
    /// What was done.
    pub verb: String,
    /// To what kind of thing.
    pub entity: String,
    /// To which thing.
    pub entity_id: Uuid,
    /// The state before, as far as it changed.
    pub before: Option<Value>,
    /// The state after, as far as it changed.
    pub after: Option<Value>,
    /// The client's address.
    pub address: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
    /// The place of its seal in the chain of the business; `None` until it is sealed.
    pub seq: Option<u32>,
}

/// Keeps the audit trail.
#[async_trait]
pub trait AuditStore: Send + Sync {
    /// Writes rows alone, for readings that must leave a trace.
    async fn audit_append(&self, rows: Vec<AuditRow>) -> StoreResult<()>;

    /// The trail of a business, newest first. The days of the filter are given as instants.
    async fn audit_list(
        &self,
        business: BusinessId,
        filter: AuditFilter,
        span: AuditSpan,
        page: PageRequest,
    ) -> StoreResult<Page<AuditEntry>>;
}
