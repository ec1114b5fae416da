//! Opening a card.

use actix_web::web::Data;
use ofektom_app::{App, OpenInput};
use ofektom_domain::ids::BusinessId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::SavingsView;
use super::plan::PlanFields;
use crate::extract::{ApiJson, ApiPath, SignedIn};
use crate::handlers::businesses::CommissionBody;
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{AmountIn, Check, Checks, DayIn, IdIn, PlanKindIn, WholeIn, object};

/// A card to open: `box_amount` and `months`, or `target_amount` and `end_date`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavingsBody {
    /// Whose savings; a customer may leave it out for his own.
    customer_id: Option<IdIn>,
    /// The customer's unit when it is missing.
    unit_id: Option<IdIn>,
    kind: PlanKindIn,
    box_amount: Option<AmountIn>,
    months: Option<WholeIn>,
    target_amount: Option<AmountIn>,
    end_date: Option<DayIn>,
    start_date: DayIn,
    /// The business's default when it is missing. A customer cannot set it himself.
    #[serde(default, deserialize_with = "object")]
    commission: Option<CommissionBody>,
}

impl Check for SavingsBody {
    type Output = OpenInput;

    fn check(self, checks: &mut Checks) -> Option<OpenInput> {
        let customer_id = checks.take_optional_id("customer_id", self.customer_id);
        let unit_id = checks.take_optional_id("unit_id", self.unit_id);
        let Self { kind, box_amount, months, target_amount, end_date, start_date, .. } = self;
        let plan = PlanFields { kind, box_amount, months, target_amount, end_date, start_date }.check(checks);
        let commission = checks.nested_optional("commission", self.commission);
        Some(OpenInput { customer_id: customer_id?, unit_id: unit_id?, plan: plan?, commission: commission? })
    }
}

/// `POST /businesses/{id}/savings`
///
/// # Errors
/// Those of [`App::savings_open`].
pub async fn savings_open(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(business): ApiPath<BusinessId>,
    ApiJson(input): ApiJson<SavingsBody>,
) -> ApiResult {
    let account = app.savings_open(&caller, business, input).await?;
    reply::created(&format!("/api/v1/savings/{}", account.id), &SavingsView::from(&account))
}

#[cfg(test)]
mod tests {
    use ofektom_domain::savings::PlanRequest;

    use super::*;

    fn checked(json: &str) -> Result<OpenInput, Vec<(String, &'static str)>> {
        let errors = Checks::run(serde_json::from_str::<SavingsBody>(json).unwrap());
        errors.map_err(|errors| errors.into_iter().map(|error| (error.field, error.code)).collect())
    }

    #[test]
    fn each_kind_has_its_fields() {
        let daily = r#"{"kind":"daily","box_amount":"500.00","months":3,"start_date":"2025-01-01"}"#;
        assert!(matches!(checked(daily).unwrap().plan, PlanRequest::Daily { months: 3, .. }));
        let target = r#"{"kind":"target","target_amount":"5","end_date":"2025-02-01","start_date":"2025-01-01",
            "commission":{"amount":"0.00","period":{"days":10}}}"#;
        assert!(matches!(checked(target).unwrap().plan, PlanRequest::Target { .. }));
    }

    #[test]
    fn fields_of_the_other_kind_are_refused_and_missing_ones_named() {
        let mixed = r#"{"kind":"daily","box_amount":"1e3","target_amount":"5","start_date":"29 Feb"}"#;
        assert_eq!(checked(mixed).unwrap_err(), [("box_amount".into(), "format"), ("start_date".into(), "format")]);
        let mixed = r#"{"kind":"daily","box_amount":"5","target_amount":"5","start_date":"2025-01-01"}"#;
        assert_eq!(
            checked(mixed).unwrap_err(),
            [("target_amount".into(), "not_allowed"), ("months".into(), "required")]
        );
    }

    #[test]
    fn commission_is_named_with_its_path() {
        let json = r#"{"kind":"daily","box_amount":"5","months":1,"start_date":"2025-01-01",
            "commission":{"amount":"-1","period":{"days":"x"}}}"#;
        let expected = [("commission.amount".into(), "out_of_range"), ("commission.period.days".into(), "wrong_type")];
        assert_eq!(checked(json).unwrap_err(), expected);
    }
}
