//! The cursor of a sheet. Its order is no order of ids, so the cursor says all that the order goes by.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ofektom_domain::ids::{SavingsAccountId, UserId};
use ofektom_domain::ports::SheetPlace;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::wire::{FromWire, Input, Unfit};

/// Where a query's part of a sheet begins.
pub type SheetCursorIn = Input<SheetCursor>;

/// After which place of a sheet a page begins.
#[derive(Debug, PartialEq, Eq)]
pub struct SheetCursor(pub SheetPlace);

/// A place in the order of its columns.
type Parts = (String, String, UserId, SavingsAccountId);

impl SheetCursor {
    /// The cursor as it goes over the wire. `None` never happens: a place is made of texts and ids.
    pub fn text(place: SheetPlace) -> Option<String> {
        let parts: Parts = (place.unit_key, place.customer_key, place.customer_id, place.savings_account_id);
        serde_json::to_vec(&parts).ok().map(|json| URL_SAFE_NO_PAD.encode(json))
    }
}

impl FromWire for SheetCursor {
    const NAME: &'static str = "SheetCursor";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        ObjectBuilder::new().schema_type(Type::String).description(Some("The `next_cursor` of the page before.")).into()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        let json = URL_SAFE_NO_PAD.decode(text).ok();
        let parts = json.and_then(|json| serde_json::from_slice::<Parts>(&json).ok());
        // Names have no control characters, and no database takes all of them.
        let plain = |text: &str| !text.chars().any(char::is_control);
        let parts = parts.filter(|(unit, customer, ..)| plain(unit) && plain(customer));
        let (unit_key, customer_key, customer_id, savings_account_id) =
            parts.ok_or_else(|| Unfit::format("must be the next_cursor of the page before"))?;
        Ok(Self(SheetPlace { unit_key, customer_key, customer_id, savings_account_id }))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_cursor_comes_back_as_the_place_it_named() {
        let id = Uuid::from_u128(0x0189_0a5d_ac96_774b_bcce_b302_099a_8057);
        let place = SheetPlace {
            unit_key: "ọjà \"oke\"".to_owned(),
            customer_key: " olanrewaju ade".to_owned(),
            customer_id: id.into(),
            savings_account_id: id.into(),
        };
        let text = SheetCursor::text(place.clone()).unwrap();
        assert_eq!(SheetCursor::from_text(&text), Ok(SheetCursor(place.clone())));
        assert!(!format!("{place:?}").contains("olanrewaju"));
        let forged = SheetCursor::text(SheetPlace { customer_key: "a\0".to_owned(), ..place }).unwrap();
        for text in ["", "x", "AAAA", "W10", "not base64!", &forged, &text[..text.len() - 4]] {
            assert!(SheetCursor::from_text(text).is_err(), "{text}");
        }
    }
}
