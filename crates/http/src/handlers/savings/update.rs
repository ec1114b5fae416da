//! Changing what was agreed on a card.

use actix_web::HttpRequest;
use actix_web::web::Data;
use ofektom_app::App;
use ofektom_domain::ids::SavingsAccountId;
use ofektom_domain::savings::SavingsEdit;
use serde::Deserialize;
use utoipa::ToSchema;

use super::SavingsView;
use crate::extract::{ApiJson, ApiPath, SignedIn};
use crate::handlers::businesses::CommissionBody;
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{AmountIn, Check, Checks, DayIn, IdIn, PlanKindIn, WholeIn, object};

/// What to change of a card; what is missing stays. Everything may be changed before the first paid box. Afterwards the unit, and
/// what is unpaid: of a daily card its months, and the box amount from today on; of a target card the target and the last day.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavingsPatch {
    unit_id: Option<IdIn>,
    /// Before the first paid box only. Another kind needs the fields of that kind.
    kind: Option<PlanKindIn>,
    /// Before the first paid box only.
    start_date: Option<DayIn>,
    /// Of a daily card. Paid boxes and those of days that have passed keep their amounts.
    box_amount: Option<AmountIn>,
    /// Of a daily card: all its months. It does not end before today or a paid box.
    months: Option<WholeIn>,
    /// Of a target card. The unpaid remainder is spread over all unpaid days.
    target_amount: Option<AmountIn>,
    /// Of a target card. It does not end before today or a paid box.
    end_date: Option<DayIn>,
    /// Before the first paid box only. When it is missing, a commission of one box stays one box.
    #[serde(default, deserialize_with = "object")]
    commission: Option<CommissionBody>,
}

impl Check for SavingsPatch {
    type Output = SavingsEdit;

    fn check(self, checks: &mut Checks) -> Option<SavingsEdit> {
        let unit_id = checks.take_optional_id("unit_id", self.unit_id);
        let kind = checks.take_optional("kind", self.kind);
        let start_date = checks.take_optional("start_date", self.start_date);
        let box_amount = checks.take_optional("box_amount", self.box_amount);
        let months = checks.take_optional("months", self.months);
        let target_amount = checks.take_optional("target_amount", self.target_amount);
        let end_date = checks.take_optional("end_date", self.end_date);
        let commission = checks.nested_optional("commission", self.commission);
        Some(SavingsEdit {
            unit_id: unit_id?,
            kind: kind?,
            start_date: start_date?,
            box_amount: box_amount?,
            months: months?,
            target_amount: target_amount?,
            end_date: end_date?,
            commission: commission?,
        })
    }
}

/// `PATCH /savings/{id}`
///
/// # Errors
/// Those of [`App::savings_update`].
pub async fn savings_update(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(id): ApiPath<SavingsAccountId>,
    ApiJson(edit): ApiJson<SavingsPatch>,
) -> ApiResult {
    let if_version = if reply::is_conditional(&request) {
        let seen = app.savings_get(&caller, id).await?;
        reply::if_match(&request, &SavingsView::named(&seen.read, &seen.names))?;
        Some(seen.read.version)
    } else {
        None
    };
    let account = app.savings_update(&caller, id, edit, if_version).await?;
    reply::tagged(&SavingsView::named(&account.read, &account.names))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<SavingsEdit, Vec<String>> {
        let body = Checks::run(serde_json::from_str::<SavingsPatch>(json).unwrap());
        body.map_err(|errors| errors.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn what_is_missing_stays() {
        assert_eq!(read("{}"), Ok(SavingsEdit::default()));
        let edit = read(r#"{"months":4,"box_amount":"7.50"}"#).unwrap();
        assert_eq!((edit.months, edit.box_amount.map(|amount| amount.kobo())), (Some(4), Some(750)));
    }

    #[test]
    fn all_bad_fields_are_named() {
        let json = r#"{"kind":"weekly","start_date":"29 Feb","months":"3","commission":{"amount":"-1"}}"#;
        assert_eq!(read(json).unwrap_err(), ["kind", "start_date", "months", "commission.amount"]);
    }
}
