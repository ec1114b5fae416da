//! Which notifications a list is to have.

use ofektom_domain::page::PageRequest;
use ofektom_domain::ports::NotificationFilter;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::Schema;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::wire::{Check, Checks, CursorIn, FromWire, Input, LimitIn, NotificationKindIn, TotalIn, Unfit, page_of};

/// Which notifications.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotificationQuery {
    /// Only unread or only read ones.
    status: Option<ReadStatusIn>,
    kind: Option<NotificationKindIn>,
    limit: Option<LimitIn>,
    cursor: Option<CursorIn>,
    total: Option<TotalIn>,
}

impl Check for NotificationQuery {
    type Output = (NotificationFilter, PageRequest);

    fn check(self, checks: &mut Checks) -> Option<Self::Output> {
        let status = checks.take_optional("status", self.status);
        let kind = checks.take_optional("kind", self.kind);
        let page = page_of(checks, self.limit, self.cursor, self.total);
        let filter = NotificationFilter { read: status?.map(|status| status == ReadStatus::Read), kind: kind? };
        Some((filter, page?))
    }
}

/// Whether it was read, as a query states it.
type ReadStatusIn = Input<ReadStatus>;

/// Whether a notification was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadStatus {
    /// Not yet.
    Unread,
    /// It was.
    Read,
}

impl FromWire for ReadStatus {
    const NAME: &'static str = "NotificationStatus";
    const EXPECTED: &'static str = "a string";

    fn wire_schema() -> Schema {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["unread", "read"])).into()
    }

    fn from_text(text: &str) -> Result<Self, Unfit> {
        match text {
            "unread" => Ok(Self::Unread),
            "read" => Ok(Self::Read),
            _ => Err(Unfit { code: "unknown_value", message: "must be one of unread, read".into() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use ofektom_domain::notification::NotificationKind;

    use super::*;

    fn read(query: &str) -> Result<NotificationFilter, Vec<String>> {
        let checked = Checks::run(serde_urlencoded::from_str::<NotificationQuery>(query).unwrap());
        checked.map(|(filter, _)| filter).map_err(|errors| errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn filters_are_read_and_bad_ones_named() {
        assert_eq!(read("").unwrap().read, None);
        assert_eq!(read("status=unread").unwrap().read, Some(false));
        assert_eq!(read("status=read").unwrap().read, Some(true));
        assert_eq!(read("kind=payout_paid").unwrap().kind, Some(NotificationKind::PayoutPaid));
        assert_eq!(read("status=new&kind=gossip&limit=0").unwrap_err(), ["status", "kind", "limit"]);
    }
}
