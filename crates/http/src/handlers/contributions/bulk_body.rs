//! What recording a round of contributions takes. Each item is read on its own: one that is not acceptable is refused in
//! its place, and the others are not.

use ofektom_app::{BulkInput, BulkItemInput};
use ofektom_domain::ports::CardRef;
use ofektom_domain::refusal::Refusal;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::body::collected;
use crate::extract::body_of;
use crate::wire::{AmountIn, Check, Checks, DayIn, FlagIn, IdIn, TextIn, TrackingNumberIn};

/// Cash that was collected on many cards of one business.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkBody {
    /// The contributions, recorded in this order.
    #[schema(value_type = Vec<BulkItemBody>, min_items = 1, max_items = 500)]
    items: Vec<Box<RawValue>>,
    /// Whether one refused item refuses them all; `false` when it is missing.
    all_or_nothing: Option<FlagIn>,
}

impl Check for BulkBody {
    type Output = BulkInput;

    fn check(self, checks: &mut Checks) -> Option<BulkInput> {
        let all_or_nothing = checks.take_optional("all_or_nothing", self.all_or_nothing);
        let items = self.items.iter().map(|item| item_of(item)).collect();
        Some(BulkInput { items, all_or_nothing: all_or_nothing?.unwrap_or(false) })
    }
}

fn item_of(item: &RawValue) -> Result<BulkItemInput, Refusal> {
    let item = body_of::<BulkItemBody>(item.get().as_bytes()).map_err(|problem| match problem.errors {
        errors if errors.is_empty() => Refusal::field("", "format", problem.detail),
        errors => Refusal::Invalid(errors),
    })?;
    Checks::run(item).map_err(Refusal::Invalid)
}

/// Cash that was collected on one card, named by its id or by the number on it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkItemBody {
    savings_id: Option<IdIn>,
    /// The number on the card, instead of its id.
    tracking_number: Option<TrackingNumberIn>,
    amount: AmountIn,
    /// The business's day on which it was collected; today when it is missing.
    collected_on: Option<DayIn>,
    /// The days of the boxes to pay; the oldest unpaid ones when they are missing.
    boxes: Option<Vec<DayIn>>,
    note: Option<TextIn>,
}

impl Check for BulkItemBody {
    type Output = BulkItemInput;

    fn check(self, checks: &mut Checks) -> Option<BulkItemInput> {
        let card = card_of(checks, self.savings_id, self.tracking_number);
        let contribution = collected(checks, self.amount, self.collected_on, (self.boxes, self.note));
        Some(BulkItemInput { card: card?, contribution: contribution? })
    }
}

fn card_of(checks: &mut Checks, id: Option<IdIn>, tracking: Option<TrackingNumberIn>) -> Option<CardRef> {
    match (id, tracking) {
        (Some(id), None) => checks.take_id("savings_id", id).map(CardRef::Id),
        (None, Some(number)) => checks.take("tracking_number", number).map(CardRef::Tracking),
        (None, None) => {
            checks.refuse("savings_id", "required", "must be given, or tracking_number instead");
            None
        }
        (Some(_), Some(_)) => {
            checks.refuse("tracking_number", "not_allowed", "must not be given together with savings_id");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARD: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    fn read(items: &str) -> Vec<Result<BulkItemInput, Vec<(String, &'static str)>>> {
        let body = body_of::<BulkBody>(format!("{{\"items\":[{items}]}}").as_bytes()).unwrap();
        let named = |refusal| match refusal {
            Refusal::Invalid(errors) => errors.into_iter().map(|error| (error.field, error.code)).collect(),
            other => panic!("{other}"),
        };
        Checks::run(body).unwrap().items.into_iter().map(|item| item.map_err(named)).collect()
    }

    fn refused(item: &str) -> Vec<(String, &'static str)> {
        read(item).remove(0).unwrap_err()
    }

    #[test]
    fn a_bad_item_is_refused_in_its_place() {
        let good = format!("{{\"savings_id\":\"{CARD}\",\"amount\":\"5\"}}");
        let items = read(&format!("{good},{{\"amount\":\"x\"}},7,{good}"));
        assert_eq!(items.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, false, true]);
    }

    #[test]
    fn all_bad_fields_of_an_item_are_named() {
        let expected = [("savings_id".into(), "required"), ("amount".into(), "format")];
        assert_eq!(refused(r#"{"amount":"x"}"#), expected);
        assert_eq!(refused(r#"{"tracking_number":"1","amount":"5"}"#), [("tracking_number".into(), "format")]);
        assert_eq!(
            refused(r#"{"tracking_number":"1","amount":"5","colour":"red"}"#),
            [("colour".into(), "unknown_field")]
        );
        assert_eq!(refused(r#"{"amount":"5","amount":"6"}"#), [("amount".into(), "duplicate")]);
        assert_eq!(refused(r#"{"amount":"5","boxes":"today"}"#), [("boxes".into(), "wrong_type")]);
        assert_eq!(refused(r#"{}"#), [("amount".into(), "required")]);
        assert_eq!(refused("7"), [(String::new(), "wrong_type")]);
        assert_eq!(refused("null"), [(String::new(), "wrong_type")]);
        let both = format!("{{\"savings_id\":\"{CARD}\",\"tracking_number\":\"4539578763\",\"amount\":\"5\"}}");
        assert_eq!(refused(&both), [("tracking_number".into(), "not_allowed")]);
    }

    #[test]
    fn what_only_the_item_shows_to_be_malformed_is_refused_in_its_place() {
        assert_eq!(refused(r#"{"amount":"\ud800"}"#), [("amount".into(), "wrong_type")]);
        let deep = format!("{{\"amount\":\"5\",\"savings_id\":{}5{}}}", "[".repeat(1_000), "]".repeat(1_000));
        assert_eq!(refused(&deep), [("savings_id".into(), "wrong_type")]);
    }

    #[test]
    fn a_body_without_a_list_of_items_is_refused_as_a_whole() {
        for (json, field, code) in [
            ("{}", "items", "required"),
            (r#"{"items":{}}"#, "items", "wrong_type"),
            (r#"{"items":[],"x":1}"#, "x", "unknown_field"),
        ] {
            let errors = body_of::<BulkBody>(json.as_bytes()).err().unwrap().errors;
            assert_eq!((errors[0].field.as_str(), errors[0].code), (field, code), "{json}");
        }
        let body = body_of::<BulkBody>(br#"{"items":[],"all_or_nothing":"yes"}"#).unwrap();
        assert_eq!(Checks::run(body).unwrap_err()[0].field, "all_or_nothing");
    }
}
