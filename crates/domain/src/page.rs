//! Keyset pages: newest first, continued after the last id of the page before.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Most rows a page may have.
pub const LIMIT_MAX: u32 = 100;
/// Rows of a page when the caller does not say.
pub const LIMIT_DEFAULT: u32 = 20;

/// Which page of a list, newest first. Ids are UUIDv7, so their order is the order of creation.
#[derive(Clone, Copy, Debug)]
pub struct PageRequest {
    /// Rows wanted, 1 to [`LIMIT_MAX`].
    pub limit: u32,
    /// Only rows older than this one.
    pub after: Option<Uuid>,
    /// Whether to count all rows of the list, which reads them all.
    pub total: bool,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { limit: LIMIT_DEFAULT, after: None, total: false }
    }
}

/// One page of a list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows, newest first.
    pub items: Vec<T>,
    /// Where the next page starts; `None` on the last page.
    pub next: Option<Uuid>,
    /// How many rows the whole list has, whichever page this is; `None` unless it was asked for.
    pub total: Option<i64>,
}

impl<T> Page<T> {
    /// Builds a page from one row more than was asked for: the extra row only tells that there is a next page.
    #[must_use]
    pub fn from_rows(mut rows: Vec<T>, limit: u32, id_of: impl Fn(&T) -> Uuid) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(id_of) } else { None };
        Self { items: rows, next, total: None }
    }

    /// The page with the number of rows of the whole list.
    #[must_use]
    pub fn counted(self, total: Option<i64>) -> Self {
        Self { total, ..self }
    }

    /// The page with other rows in the place of its own.
    #[must_use]
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), next: self.next, total: self.total }
    }

    /// The same, of a page that others look at, too.
    #[must_use]
    pub fn map_ref<U>(&self, change: impl FnMut(&T) -> U) -> Page<U> {
        Page { items: self.items.iter().map(change).collect(), next: self.next, total: self.total }
    }

    /// The same with rows that may not be had.
    ///
    /// # Errors
    /// The first that `change` gives.
    pub fn try_map<U, E>(self, change: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        let items = self.items.into_iter().map(change).collect::<Result<_, E>>()?;
        Ok(Page { items, next: self.next, total: self.total })
    }
}
