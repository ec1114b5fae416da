//! What recording and reversing a contribution takes.

use ofektom_app::ContributionInput;
use ofektom_domain::contribution::ContributionMethod;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::wire::{AmountIn, Check, Checks, ContributionMethodIn, DayIn, TextIn};

/// Cash that was collected on one card.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContributionBody {
    amount: AmountIn,
    /// How it was collected: only `cash` is recorded here. `cash` when it is missing.
    method: Option<ContributionMethodIn>,
    /// The business's day on which it was collected; today when it is missing.
    collected_on: Option<DayIn>,
    /// The days of the boxes to pay; the oldest unpaid ones when they are missing.
    boxes: Option<Vec<DayIn>>,
    note: Option<TextIn>,
}

impl Check for ContributionBody {
    type Output = ContributionInput;

    fn check(self, checks: &mut Checks) -> Option<ContributionInput> {
        let method = checks.take_optional("method", self.method);
        if let Some(Some(ContributionMethod::Card | ContributionMethod::BankTransfer)) = method {
            checks.refuse("method", "not_allowed", "must be cash: other money is recorded by its provider");
        }
        collected(checks, self.amount, self.collected_on, (self.boxes, self.note))
    }
}

/// What a contribution states, alone or in a bulk.
pub(super) fn collected(
    checks: &mut Checks,
    amount: AmountIn,
    collected_on: Option<DayIn>,
    (boxes, note): (Option<Vec<DayIn>>, Option<TextIn>),
) -> Option<ContributionInput> {
    let amount = checks.take("amount", amount);
    let collected_on = checks.take_optional("collected_on", collected_on);
    let boxes = checks.take_each("boxes", boxes.unwrap_or_default());
    let note = checks.take_optional("note", note);
    Some(ContributionInput { amount: amount?, collected_on: collected_on?, boxes: boxes?, note: note? })
}

/// Why a contribution is reversed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReversalBody {
    /// Why, in 3 characters or more.
    reason: TextIn,
}

impl Check for ReversalBody {
    type Output = String;

    fn check(self, checks: &mut Checks) -> Option<String> {
        checks.take("reason", self.reason)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use ofektom_domain::money::Money;

    use super::*;

    fn refused(json: &str) -> Vec<(String, &'static str)> {
        let errors = Checks::run(serde_json::from_str::<ContributionBody>(json).unwrap()).unwrap_err();
        errors.into_iter().map(|error| (error.field, error.code)).collect()
    }

    #[test]
    fn an_amount_is_enough() {
        for json in [r#"{"amount":"500.00"}"#, r#"{"amount":"500","method":"cash","boxes":null}"#] {
            let input = Checks::run(serde_json::from_str::<ContributionBody>(json).unwrap()).unwrap();
            assert_eq!((input.amount, input.collected_on), (Money::from_kobo(50_000), None), "{json}");
            assert!(input.boxes.is_empty() && input.note.is_none(), "{json}");
        }
    }

    #[test]
    fn named_boxes_keep_their_order() {
        let json = r#"{"amount":"1.50","collected_on":"2025-01-03","boxes":["2025-01-02","2025-01-01"],"note":"gate"}"#;
        let input = Checks::run(serde_json::from_str::<ContributionBody>(json).unwrap()).unwrap();
        assert_eq!(input.collected_on, Some(date(2025, 1, 3)));
        assert_eq!(input.boxes, [date(2025, 1, 2), date(2025, 1, 1)]);
        assert_eq!(input.note.as_deref(), Some("gate"));
    }

    #[test]
    fn only_cash_is_recorded_and_every_bad_field_is_named() {
        assert_eq!(refused(r#"{"amount":"1","method":"card"}"#), [("method".into(), "not_allowed")]);
        assert_eq!(refused(r#"{"amount":"1","method":"cowries"}"#), [("method".into(), "unknown_value")]);
        let json = r#"{"amount":"0","collected_on":"2025-02-30","boxes":["2025-01-01",7],"note":5}"#;
        let named = refused(json);
        let expected = [
            ("amount", "out_of_range"),
            ("collected_on", "format"),
            ("boxes[1]", "wrong_type"),
            ("note", "wrong_type"),
        ];
        assert_eq!(named.iter().map(|(field, code)| (field.as_str(), *code)).collect::<Vec<_>>(), expected);
    }
}
