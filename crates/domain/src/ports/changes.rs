//! What changed in the database, for whoever holds copies of it.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreResult;
use crate::ids::{BusinessId, SessionId, UnitId, UserId};

/// Something of which copies may be held has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Changed {
    /// More than can be named: no copy of anything is good any more.
    Everything,
    /// A session ended.
    Session(SessionId),
    /// A person changed, or a membership of his.
    User(UserId),
    /// A business changed.
    Business(BusinessId),
    /// A unit was renamed or removed.
    Unit(UnitId),
}

/// How far the feed was read. The store makes sense of it; `None` before the first reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedCursor {
    /// The oldest transaction that was under way at the last reading.
    pub horizon: Option<i64>,
    /// What was read already of that transaction and later ones.
    pub seen: Vec<i64>,
}

/// What the feed had since a cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedPart {
    /// What changed, in no order that matters.
    pub changes: Vec<Changed>,
    /// From where to read on.
    pub cursor: FeedCursor,
}

/// The feed of changes. The database fills it by itself, whoever changes something.
#[async_trait]
pub trait ChangeStore: Send + Sync {
    /// What changed since `cursor`, each change once, in one statement; with a cursor that was never used, all that is still
    /// kept. Answers [`Changed::Everything`] for more changes than are read at once, and when the cursor is
    /// not of this database.
    async fn changes_since(&self, cursor: FeedCursor) -> StoreResult<FeedPart>;

    /// Tells all servers that nothing is as their copies say.
    async fn everything_changed(&self) -> StoreResult<()>;

    /// Removes what was noted before `before`, and tells how much it was.
    async fn changes_forget(&self, before: Timestamp) -> StoreResult<u64>;
}
