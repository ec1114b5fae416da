//! The audit trail: rows are written in the transaction of the change they tell of.

mod list;
mod row;

use async_trait::async_trait;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{AuditEntry, AuditFilter, AuditSpan, AuditStore, StoreResult};

use crate::engine::Db;

pub(crate) use row::{Row, audit_append_in_tx, insert_many};

/// The audit trail of all businesses.
#[derive(Clone, Debug)]
pub struct AuditTrail {
    db: Db,
}

impl AuditTrail {
    /// The trail in `db`.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }
}

#[async_trait]
impl AuditStore for AuditTrail {
    async fn audit_append(&self, rows: Vec<AuditRow>) -> StoreResult<()> {
        self.db.write(async move |conn| audit_append_in_tx(conn, &rows).await).await
    }

    async fn audit_list(
        &self,
        business: BusinessId,
        filter: AuditFilter,
        span: AuditSpan,
        page: PageRequest,
    ) -> StoreResult<Page<AuditEntry>> {
        list::audit_list(&self.db, business, (filter, span), page).await
    }
}
