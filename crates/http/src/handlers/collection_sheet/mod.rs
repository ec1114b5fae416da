//! The collection sheet of a business.

mod place;
mod query;
mod read;
mod view;

pub use query::SheetQuery;
pub use read::collection_sheet;
pub use view::CollectionSheetView;
