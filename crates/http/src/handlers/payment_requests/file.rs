//! Filing a payment request.

use actix_web::web::Data;
use ofektom_app::{App, PayoutInput};
use ofektom_domain::ids::SavingsAccountId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{DestinationBody, PaymentRequestView};
use crate::extract::{ApiPath, Idempotent, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{AmountIn, Check, Checks, TextIn};

/// A payment request to file.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentRequestBody {
    /// `"cash"`, or one of the customer's bank accounts.
    destination: DestinationBody,
    /// The whole balance when it is missing. Less only where the business's policy allows it.
    amount: Option<AmountIn>,
    /// Why it is filed on the customer's behalf; needed from anyone but him.
    reason: Option<TextIn>,
}

impl Check for PaymentRequestBody {
    type Output = PayoutInput;

    fn check(self, checks: &mut Checks) -> Option<PayoutInput> {
        let destination = self.destination.choice(checks);
        let amount = checks.take_optional("amount", self.amount);
        let reason = checks.take_optional("reason", self.reason);
        Some(PayoutInput { destination: destination?, amount: amount?, reason: reason? })
    }
}

/// `POST /savings/{id}/payment-requests`
///
/// # Errors
/// Those of [`App::payout_file`].
pub async fn payout_file(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(card): ApiPath<SavingsAccountId>,
    request: Idempotent<PaymentRequestBody>,
) -> ApiResult {
    let render = reply::rendered(PaymentRequestView::masked, PaymentRequestView::location);
    let (input, idempotency) = request.rendered_by(render);
    Ok(reply::stored(app.payout_file(&caller, card, input, idempotency).await?))
}

#[cfg(test)]
mod tests {
    use ofektom_domain::money::Money;
    use ofektom_domain::payout::DestinationChoice;

    use super::*;
    use crate::extract::body_of;

    fn read(json: &str) -> Result<PayoutInput, (String, &'static str)> {
        let body = body_of::<PaymentRequestBody>(json.as_bytes()).map_err(|problem| problem.errors);
        let checked = body.and_then(Checks::run);
        checked.map_err(|mut errors| errors.pop().map(|error| (error.field, error.code)).unwrap())
    }

    #[test]
    fn the_money_goes_into_the_hand_or_to_a_bank_account() {
        let input = read(r#"{"destination":"cash","amount":"5.00","reason":"asked by phone"}"#).unwrap();
        assert_eq!((input.destination, input.amount), (DestinationChoice::Cash, Some(Money::from_kobo(500))));
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let input = read(&format!("{{\"destination\":{{\"bank_account_id\":\"{id}\"}}}}")).unwrap();
        assert_eq!(input.destination, DestinationChoice::BankAccount(id.parse().unwrap()));
        assert!(input.amount.is_none() && input.reason.is_none());
    }

    #[test]
    fn any_other_destination_is_refused_and_named() {
        for (json, field, code) in [
            ("{}", "destination", "required"),
            (r#"{"destination":"moon"}"#, "destination", "unknown_value"),
            (r#"{"destination":null}"#, "destination", "wrong_type"),
            (r#"{"destination":5}"#, "destination", "wrong_type"),
            (r#"{"destination":["cash"]}"#, "destination", "wrong_type"),
            (r#"{"destination":{}}"#, "destination.bank_account_id", "required"),
            (r#"{"destination":{"bank_account_id":"1"}}"#, "destination.bank_account_id", "format"),
            (r#"{"destination":{"bank_account_id":5}}"#, "destination.bank_account_id", "wrong_type"),
            (r#"{"destination":{"bank_account_id":"1","x":1}}"#, "destination.x", "unknown_field"),
            (r#"{"destination":{"cash":true}}"#, "destination.cash", "unknown_field"),
            (r#"{"destination":"cash","amount":"-1"}"#, "amount", "out_of_range"),
        ] {
            assert_eq!(read(json).unwrap_err(), (field.to_owned(), code), "{json}");
        }
    }
}
