//! The feed of changes, which triggers fill.

mod read;
mod tell;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use jiff::Timestamp;
use ofektom_domain::ports::{ChangeStore, FeedCursor, FeedPart, StoreResult};

use crate::engine::Db;

/// The changes of the platform. Cheap to clone: the clones count together.
#[derive(Clone, Debug)]
pub struct Changes {
    db: Db,
    statements: Arc<AtomicU64>,
}

impl Changes {
    /// The changes in `db`.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db, statements: Arc::default() }
    }

    /// Statements that reading the feed has sent: they are among those that [`Db::pool_status`] counts, though nobody's
    /// request sent them.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl ChangeStore for Changes {
    async fn changes_since(&self, cursor: FeedCursor) -> StoreResult<FeedPart> {
        read::changes_since(&self.db, &self.statements, cursor).await
    }

    async fn everything_changed(&self) -> StoreResult<()> {
        tell::everything_changed(&self.db).await
    }

    async fn changes_forget(&self, before: Timestamp) -> StoreResult<u64> {
        tell::changes_forget(&self.db, &self.statements, before).await
    }
}
