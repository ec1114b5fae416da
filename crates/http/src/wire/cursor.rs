//! Pages: how many rows, after which row, and the answer with its opaque cursor.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ofektom_domain::page::{LIMIT_DEFAULT, LIMIT_MAX, Page, PageRequest};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use uuid::Uuid;

use super::{Checks, FromWire, Input, Unfit};

/// How many rows a query wants.
pub type LimitIn = Input<Limit>;
/// Where a query's page starts.
pub type CursorIn = Input<Cursor>;

/// Whether a query wants to know how many rows the whole list has.
pub type TotalIn = Input<Total>;

/// A number of rows, 1 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(u32);

/// After which row a page starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor(Uuid);

/// Whether the rows of the whole list are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total(bool);

impl Cursor {
    fn text(id: Uuid) -> String {
        URL_SAFE_NO_PAD.encode(id.as_bytes())
    }
}

impl FromWire for Limit {
    const NAME: &'static str = "Limit";
    const EXPECTED: &'static str = "a whole number";

    fn wire_schema() -> Schema {
        let number = ObjectBuilder::new().schema_type(Type::Integer);
        number.minimum(Some(1)).maximum(Some(LIMIT_MAX)).default(Some(LIMIT_DEFAULT.into())).into()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let limit = digits.then(|| text.parse().ok()).flatten().filter(|limit| (1..=LIMIT_MAX).contains(limit));
        limit.map(Self).ok_or_else(|| Unfit {
            code: "out_of_range",
            message: format!("must be a whole number from 1 to {LIMIT_MAX}").into(),
        })
    }
}

impl FromWire for Cursor {
    const NAME: &'static str = "Cursor";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        ObjectBuilder::new().schema_type(Type::String).description(Some("The `next_cursor` of the page before.")).into()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| Uuid::from_slice(&bytes).ok());
        bytes.map(Self).ok_or_else(|| Unfit::format("must be the next_cursor of the page before"))
    }
}

impl FromWire for Total {
    const NAME: &'static str = "Total";
    const EXPECTED: &'static str = "true or false";

    fn wire_schema() -> Schema {
        let flag = ObjectBuilder::new().schema_type(Type::Boolean).default(Some(false.into()));
        flag.description(Some("Whether the answer says how many rows the whole list has.")).into()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        match text {
            "true" => Ok(Self(true)),
            "false" => Ok(Self(false)),
            _ => Err(Unfit::format("must be true or false")),
        }
    }
}

/// The page that a query asks for.
pub fn page_of(
    checks: &mut Checks,
    limit: Option<LimitIn>,
    cursor: Option<CursorIn>,
    total: Option<TotalIn>,
) -> Option<PageRequest> {
    let limit = checks.take_optional("limit", limit);
    let after = checks.take_optional("cursor", cursor);
    let total = checks.take_optional("total", total);
    Some(PageRequest {
        limit: limit?.map_or(LIMIT_DEFAULT, |limit| limit.0),
        after: after?.map(|cursor| cursor.0),
        total: total?.is_some_and(|total| total.0),
    })
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageView<T> {
    /// The rows, newest first.
    pub items: Vec<T>,
    /// Where the next page starts; `null` on the last page.
    pub next_cursor: Option<String>,
    /// How many rows the whole list has, whichever page this is; only when `total=true` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
}

impl<T> PageView<T> {
    /// A page of rows as they go over the wire.
    pub fn of<R>(page: Page<R>, view: impl FnMut(R) -> T) -> Self {
        let (next_cursor, total) = (page.next.map(Cursor::text), page.total);
        Self { items: page.items.into_iter().map(view).collect(), next_cursor, total }
    }

    /// A page as it goes over the wire, of rows that others look at, too.
    pub fn of_ref<'r, R>(page: &'r Page<R>, view: impl FnMut(&'r R) -> T) -> Self {
        let (next_cursor, total) = (page.next.map(Cursor::text), page.total);
        Self { items: page.items.iter().map(view).collect(), next_cursor, total }
    }

    /// A list that is never longer than one page.
    pub fn whole<R>(rows: Vec<R>, view: impl FnMut(R) -> T) -> Self {
        Self { items: rows.into_iter().map(view).collect(), next_cursor: None, total: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_the_row_it_named() {
        let id = Uuid::from_u128(0x0189_0a5d_ac96_774b_bcce_b302_099a_8057);
        let page = PageView::of(Page { items: vec![1], next: Some(id), total: None }, |row| row);
        assert!(!serde_json::to_string(&page).unwrap().contains("total"));
        assert_eq!(Cursor::from_text(&page.next_cursor.unwrap()), Ok(Cursor(id)));
        for text in ["", "x", "not base64!", "AAAA", &"A".repeat(100)] {
            assert!(Cursor::from_text(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_total_is_asked_for_in_one_form() {
        assert_eq!((Total::from_text("true"), Total::from_text("false")), (Ok(Total(true)), Ok(Total(false))));
        for text in ["", "1", "yes", "TRUE"] {
            assert!(Total::from_text(text).is_err(), "{text}");
        }
        let page = PageView::of(Page { items: Vec::<u8>::new(), next: None, total: Some(5) }, |row| row);
        assert_eq!(serde_json::to_string(&page).unwrap(), r#"{"items":[],"next_cursor":null,"total":5}"#);
    }

    #[test]
    fn limits_are_1_to_100() {
        assert_eq!(Limit::from_text("100"), Ok(Limit(100)));
        for text in ["0", "101", "-1", "+5", "1.0", "", "ten", "99999999999"] {
            assert!(Limit::from_text(text).is_err(), "{text}");
        }
    }
}
