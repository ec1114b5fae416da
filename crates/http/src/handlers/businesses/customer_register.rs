//! Registering a person who has no account yet.

use actix_web::web::Data;
use ofektom_app::{App, CustomerRegistered, CustomerToRegister};
use ofektom_domain::ids::BusinessId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::MemberView;
use crate::extract::{ApiJson, ApiPath, SignedIn};
use crate::problem::ApiResult;
use crate::reply;
use crate::wire::{Check, Checks, Id, IdIn, Moment, PersonNameIn, PhoneIn};

/// A person to register as a customer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerBody {
    phone: PhoneIn,
    full_name: PersonNameIn,
    /// The default unit when it is missing.
    unit_id: Option<IdIn>,
}

impl Check for CustomerBody {
    type Output = CustomerToRegister;

    fn check(self, checks: &mut Checks) -> Option<CustomerToRegister> {
        let phone = checks.take("phone", self.phone);
        let full_name = checks.take("full_name", self.full_name);
        let unit_id = checks.take_optional_id("unit_id", self.unit_id);
        Some(CustomerToRegister { phone: phone?, full_name: full_name?, unit_id: unit_id? })
    }
}

/// A person who was registered. The token by which he activates himself goes to him alone.
#[derive(Serialize, ToSchema)]
pub struct CustomerView {
    id: Id,
    member: MemberView,
    /// Until when he can activate himself.
    activation_expires_at: Moment,
}

impl From<CustomerRegistered> for CustomerView {
    fn from(registered: CustomerRegistered) -> Self {
        Self {
            id: registered.user.id.into(),
            member: MemberView::of(&registered.user, &registered.membership),
            activation_expires_at: registered.activation_expires_at.into(),
        }
    }
}

/// `POST /businesses/{id}/customers`
///
/// # Errors
/// Those of [`App::customer_register`].
pub async fn customer_register(
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(business): ApiPath<BusinessId>,
    ApiJson(input): ApiJson<CustomerBody>,
) -> ApiResult {
    let registered = app.customer_register(&caller, business, input).await?;
    let location = format!("/api/v1/businesses/{business}/members/{}", registered.user.id);
    reply::created(&location, &CustomerView::from(registered))
}
