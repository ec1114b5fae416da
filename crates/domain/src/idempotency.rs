//! Exactly-once money requests: the key, the request's hash and the answer are stored in the transaction of the effect.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::ids::UserId;

/// How long a stored answer is kept, in hours.
pub const KEPT_HOURS: i64 = 72;

/// The value of an `Idempotency-Key` header: 1 to 255 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdempotencyKey(Arc<str>);

/// The text is not an idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 255 visible ASCII characters")]
pub struct InvalidIdempotencyKey;

impl IdempotencyKey {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IdempotencyKey {
    type Err = InvalidIdempotencyKey;

    fn from_str(text: &str) -> Result<Self, InvalidIdempotencyKey> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.is_empty() || text.len() > 255 || !visible { Err(InvalidIdempotencyKey) } else { Ok(Self(text.into())) }
    }
}

/// SHA-256 of what makes two requests the same: method, path and body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestHash(pub [u8; 32]);

/// An answer as it was given, to be given again byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The `Location` header of a creation.
    pub location: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// Turns an outcome into the answer that is stored with it. Called inside the transaction, so it must be pure and quick.
pub type Render<O> = Arc<dyn Fn(&O) -> StoredAnswer + Send + Sync>;

/// What makes a money command exactly-once.
pub struct Idempotency<O: ?Sized> {
    /// Whose key it is. Keys of different callers never meet.
    pub caller: UserId,
    /// The key.
    pub key: IdempotencyKey,
    /// The request's hash.
    pub request_hash: RequestHash,
    /// Makes the answer to store.
    pub render: Render<O>,
}

impl<O: ?Sized> Clone for Idempotency<O> {
    fn clone(&self) -> Self {
        Self {
            caller: self.caller,
            key: self.key.clone(),
            request_hash: self.request_hash,
            render: Arc::clone(&self.render),
        }
    }
}

impl<O: ?Sized> fmt::Debug for Idempotency<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idempotency").field("caller", &self.caller).field("key", &self.key).finish_non_exhaustive()
    }
}

/// The result of an exactly-once command.
#[derive(Clone, Debug)]
pub enum Answer<O> {
    /// It was carried out now.
    Fresh {
        /// What it did.
        outcome: O,
        /// The answer that was stored.
        stored: StoredAnswer,
    },
    /// It was carried out before; this is the answer of then.
    Replayed(StoredAnswer),
}

impl<O> Answer<O> {
    /// The answer to give.
    #[must_use]
    pub const fn stored(&self) -> &StoredAnswer {
        match self {
            Self::Fresh { stored, .. } | Self::Replayed(stored) => stored,
        }
    }
}
