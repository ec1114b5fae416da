//! Answers: one JSON document, a creation, a page, a stored answer.

mod csv;
mod etag;
mod json;
mod stored;

pub use csv::prefers_csv;
pub use etag::single;
pub use json::{accepted, created, no_content, ok};
pub use stored::{rendered, stored};
