//! The outcome of a bulk in an answer.

use std::borrow::Cow;

use ofektom_domain::contribution::ContributionReceipt;
use ofektom_domain::ports::BulkOutcome;
use ofektom_domain::refusal::{FieldError, Refusal};
use serde::{Serialize, Serializer};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::ContributionDetailView;
use crate::problem::{Problem, ProblemDocument, kind};

/// What became of the items of a bulk.
#[derive(Serialize, ToSchema)]
pub struct BulkView {
    /// How many were recorded.
    posted: usize,
    /// How many were refused.
    refused: usize,
    /// One result for each item, in the order given.
    results: Vec<BulkResultView>,
}

/// What became of one item.
#[derive(Serialize, ToSchema)]
pub struct BulkResultView {
    /// The item's place in the list, 0 for the first.
    index: usize,
    /// `posted` or `refused`.
    status: &'static str,
    /// What was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    contribution: Option<ContributionDetailView>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ItemProblem>,
}

/// Why an item was refused: a problem document inside the answer.
pub struct ItemProblem(Problem);

impl BulkView {
    /// The outcome as it goes over the wire.
    pub fn of(outcome: &BulkOutcome) -> Self {
        let posted = outcome.results.iter().filter(|result| result.is_ok()).count();
        let results = outcome.results.iter().enumerate().map(|(index, result)| result_view(index, result));
        Self { posted, refused: outcome.results.len() - posted, results: results.collect() }
    }

    /// The problem of an all-or-nothing bulk of which items were refused: it names each of them.
    pub fn refusal(outcome: &BulkOutcome) -> Problem {
        let refused = outcome.results.iter().enumerate().filter_map(|(at, result)| Some((at, result.as_ref().err()?)));
        let errors: Vec<FieldError> =
            refused.clone().flat_map(|(at, refusal)| item_errors(at, refusal.as_ref())).collect();
        let detail = format!("{} of {} items are refused", refused.count(), outcome.results.len());
        Problem { errors, ..Problem::new(kind::BULK_REFUSED) }.detail(detail)
    }
}

fn result_view(index: usize, result: &Result<ContributionReceipt, Option<Refusal>>) -> BulkResultView {
    match result {
        Ok(receipt) => {
            let contribution = Some(ContributionDetailView::of_receipt(receipt));
            BulkResultView { index, status: "posted", contribution, problem: None }
        }
        Err(refusal) => {
            let problem = Some(ItemProblem(item_problem(refusal.clone())));
            BulkResultView { index, status: "refused", contribution: None, problem }
        }
    }
}

fn item_problem(refusal: Option<Refusal>) -> Problem {
    refusal
        .map_or_else(|| Problem::new(kind::NOT_FOUND).detail("the business has no such savings account"), Problem::from)
}

/// The fields of an item that are not acceptable, or the item itself, with their path in the body.
fn item_errors(at: usize, refusal: Option<&Refusal>) -> Vec<FieldError> {
    let item = format!("items[{at}]");
    let problem = item_problem(refusal.cloned());
    if problem.errors.is_empty() {
        return vec![FieldError::new(item, problem.kind.code, problem.detail)];
    }
    let path = |field: &str| if field.is_empty() { item.clone() } else { format!("{item}.{field}") };
    let errors = problem.errors.into_iter();
    errors.map(|error| FieldError { field: path(&error.field), ..error }).collect()
}

impl Serialize for ItemProblem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.document().serialize(serializer)
    }
}

impl PartialSchema for ItemProblem {
    fn schema() -> RefOr<Schema> {
        ProblemDocument::schema()
    }
}

impl ToSchema for ItemProblem {
    fn name() -> Cow<'static, str> {
        ProblemDocument::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        ProblemDocument::schemas(schemas);
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    fn outcome() -> BulkOutcome {
        let results = vec![
            Err(None),
            Err(Some(Refusal::BoxAlreadyPaid(date(2025, 1, 2)))),
            Err(Some(Refusal::field("amount", "format", "must be an amount"))),
            Err(Some(Refusal::field("", "wrong_type", "must be an object"))),
        ];
        BulkOutcome { results, written: false }
    }

    #[test]
    fn a_refused_item_has_its_problem() {
        let view = serde_json::to_value(BulkView::of(&outcome())).unwrap();
        assert_eq!((&view["posted"], &view["refused"]), (&json!(0), &json!(4)));
        assert_eq!(view["results"][0]["problem"]["code"], "not_found");
        assert_eq!(view["results"][1]["problem"]["code"], "box_already_paid");
        let item = &view["results"][2];
        assert_eq!((&item["index"], &item["status"]), (&json!(2), &json!("refused")));
        assert_eq!(
            (&item["problem"]["status"], &item["problem"]["errors"][0]["field"]),
            (&json!(422), &json!("amount"))
        );
        assert!(item.get("contribution").is_none());
    }

    #[test]
    fn the_problem_of_the_whole_names_every_refused_item() {
        let problem = BulkView::refusal(&outcome());
        assert_eq!((problem.kind.status, problem.kind.code), (422, "bulk_refused"));
        assert_eq!(problem.detail, "4 of 4 items are refused");
        let named: Vec<_> = problem.errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
        let expected = [
            ("items[0]", "not_found"),
            ("items[1]", "box_already_paid"),
            ("items[2].amount", "format"),
            ("items[3]", "wrong_type"),
        ];
        assert_eq!(named, expected);
    }
}
