//! Names beside ids, for people who read lists.

use ofektom_domain::page::Page;
use ofektom_domain::ports::{Names, NamesWanted, Naming};

use crate::app::App;
use crate::error::AppResult;

/// What was read, with the names of whom and what it mentions.
#[derive(Clone, Debug)]
pub struct Named<T> {
    /// What was read.
    pub read: T,
    /// The names.
    pub names: Names,
}

impl App {
    /// A page with the names of whom and what its rows mention, in one query whatever the number of rows. The caller may read
    /// the rows: nothing is named but people, units and cards of their businesses.
    pub(crate) async fn page_named<T: Naming + Send>(&self, page: Page<T>) -> AppResult<Named<Page<T>>> {
        let names = self.stores.names.names_of(NamesWanted::of(&page.items)).await?;
        Ok(Named { read: page, names })
    }

    /// One row with the names of whom and what it mentions.
    pub(crate) async fn row_named<T: Naming + Send>(&self, row: T) -> AppResult<Named<T>> {
        let names = self.stores.names.names_of(NamesWanted::of([&row])).await?;
        Ok(Named { read: row, names })
    }
}
