//! Answers: one JSON document, a creation, a page, a stored answer, a table, a paper.

mod accept;
mod csv;
mod csv_stream;
mod etag;
mod json;
mod page;
mod pdf;
mod stored;

pub use accept::{Form, ranked, wanted};
pub use csv::csv_file;
pub use csv_stream::{TablePart, csv_of_list, csv_streamed};
pub use etag::{has_tag, if_match, is_conditional, shown, single, single_shown, tag_of, tagged};
pub use json::{accepted, created, no_content, ok};
pub use page::named_page;
pub use pdf::Printer;
pub use stored::{rendered, stored};
