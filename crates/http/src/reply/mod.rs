//! Answers: one JSON document, a creation, a page, a stored answer, a table, a paper.

mod accept;
mod csv;
mod etag;
mod json;
mod pdf;
mod stored;

pub use accept::{Form, wanted};
pub use csv::{CsvLines, csv_answer, csv_file};
pub use etag::{if_match, is_conditional, single, tagged};
pub use json::{accepted, created, no_content, ok};
pub use pdf::Printer;
pub use stored::{rendered, stored};
