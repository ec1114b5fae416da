//! The audit trail: rows are written in the transaction of the change they tell of.

mod row;

use async_trait::async_trait;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::ports::{AuditStore, StoreResult};

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
}
