//! Imports of customers and cards from a file.

mod cells;
mod create;
mod file;
mod read;
mod row;
mod template;
mod view;

pub use create::{ImportQuery, import_create};
pub use read::{ImportsQuery, import_get, imports_list};
pub use template::import_template;
pub use view::{ImportPreviewView, ImportView};
