//! The audit trail: rows that belong to no change, and what is made of the others.

use async_trait::async_trait;

use super::StoreResult;
use crate::audit::AuditRow;

/// Keeps the audit trail.
#[async_trait]
pub trait AuditStore: Send + Sync {
    /// Writes rows alone, for readings that must leave a trace.
    async fn audit_append(&self, rows: Vec<AuditRow>) -> StoreResult<()>;
}
