//! What a query searches for.

use ofektom_domain::search::{SEARCH_MAX, SearchText};
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::{FromWire, Input, Unfit};

/// A search that a query states.
pub type SearchIn = Input<SearchText>;

impl FromWire for SearchText {
    const NAME: &'static str = "Search";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(SEARCH_MAX));
        let says = "Beginnings of the words of a name, in any order and without regard to case and marks; or a phone number, the \
                    number on a card, or a part of one.";
        text.description(Some(says)).examples(["ngozi ok"]).into()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        text.parse().map_err(|error: ofektom_domain::search::InvalidSearch| Unfit::format(error.to_string()))
    }
}
