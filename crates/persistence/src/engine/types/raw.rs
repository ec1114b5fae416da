//! Values as they are stored, whatever somebody put there: what was tampered with must be read to be named.

use uuid::Uuid;

use super::kinds::{Instant, RawUid};
use super::{BoxError, Column};

/// Microseconds since 1970, whatever they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Micros(pub i64);

impl Column<Instant> for Micros {
    fn to_column(&self) -> i64 {
        self.0
    }

    fn from_column(raw: i64) -> Result<Self, BoxError> {
        Ok(Self(raw))
    }
}

/// The bytes of an id. On SQLite they may be of any number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RawId(Vec<u8>);

impl RawId {
    /// The bytes of an id that is one.
    pub(crate) fn of(id: impl Into<Uuid>) -> Self {
        Self(id.into().as_bytes().to_vec())
    }

    /// No bytes: on SQLite nothing is before it.
    pub(crate) const fn empty() -> Self {
        Self(Vec::new())
    }

    /// The id; `None` when the bytes are none.
    pub(crate) fn id<T: From<Uuid>>(&self) -> Option<T> {
        Uuid::from_slice(&self.0).ok().map(T::from)
    }
}

impl Column<RawUid> for RawId {
    fn to_column(&self) -> Vec<u8> {
        self.0.clone()
    }

    fn from_column(raw: Vec<u8>) -> Result<Self, BoxError> {
        Ok(Self(raw))
    }
}
