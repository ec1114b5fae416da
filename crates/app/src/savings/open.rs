//! Previewing and opening a card.

use ofektom_domain::business::MembershipStatus;
use ofektom_domain::commission::CommissionRequest;
use ofektom_domain::ids::{BusinessId, UnitId, UserId};
use ofektom_domain::permission::{Role, Verb};
use ofektom_domain::plan::{self, Plan, Preview};
use ofektom_domain::ports::{Conflict, Member, StoreError};
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::{OpenSavings, PlanRequest, SavingsAccount, open_decide};
use ofektom_domain::tracking_number::TrackingNumber;

use crate::access::Grant;
use crate::app::App;
use crate::business::RANDOM_TRIES_MAX;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};
use crate::input::Faults;

/// A plan to preview.
#[derive(Clone, Copy, Debug)]
pub struct PreviewInput {
    /// The plan.
    pub plan: PlanRequest,
    /// The commission; one box a month when not given.
    pub commission: CommissionRequest,
}

/// A card to open.
#[derive(Clone, Copy, Debug)]
pub struct OpenInput {
    /// Whose savings; the caller's own when not given.
    pub customer_id: Option<UserId>,
    /// Its unit; the customer's when not given.
    pub unit_id: Option<UnitId>,
    /// The plan.
    pub plan: PlanRequest,
    /// The commission agreed; the business's default when not given. Nobody sets it on his own card.
    pub commission: Option<CommissionRequest>,
}

impl App {
    /// What a plan comes to, before anyone agrees to it. It needs no account and stores nothing.
    ///
    /// # Errors
    /// [`AppError::Refused`] when the plan or the commission is out of range.
    pub fn savings_preview(&self, input: &PreviewInput) -> AppResult<Preview> {
        let plan = input.plan.plan()?;
        Ok(plan::preview(&plan, &input.commission.terms_for(&plan)?)?)
    }

    /// Opens a card for a customer of the business.
    ///
    /// # Errors
    /// [`AppError::Refused`] for a plan out of range, an unknown customer or unit, or a commission set by a customer;
    /// [`AppError::Forbidden`], [`AppError::NotFound`].
    pub async fn savings_open(
        &self,
        caller: &Caller,
        business: BusinessId,
        input: OpenInput,
    ) -> AppResult<SavingsAccount> {
        let grant = self.grant_write(caller, Verb::SavingsOpen, business).await?;
        let (customer, unit_id, plan) = self.opening_check(&grant, caller, &input).await?;
        let commission = match input.commission {
            Some(agreed) => agreed,
            None => grant.business.policy.default_commission.fitted_to(&plan).map_err(Refusal::from)?,
        };
        for _ in 0..RANDOM_TRIES_MAX {
            let command = OpenSavings {
                business_id: business,
                unit_id,
                customer_id: customer,
                plan: input.plan,
                commission,
                tracking_number: TrackingNumber::from_random(self.random_u64()),
            };
            let (account, effects) = open_decide(&command, &grant.context)?;
            match self.stores.savings.savings_open(account.clone(), effects).await {
                Ok(()) => return Ok(account),
                Err(StoreError::Conflict(Conflict::TrackingNumber)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Overloaded.into())
    }

    /// Whose card it is, in which unit, by which plan: everything that is not acceptable is named at once.
    async fn opening_check(
        &self,
        grant: &Grant,
        caller: &Caller,
        input: &OpenInput,
    ) -> AppResult<(UserId, UnitId, Plan)> {
        let mut faults = Faults::default();
        let customer = faults.note(self.customer_of(grant, caller, input).await)?;
        let unit = match input.unit_id {
            Some(unit) => faults.note(self.unit_check("unit_id", grant, unit).await)?,
            None => None,
        };
        let plan = faults.note(input.plan.plan())?;
        let (Some(customer), Some(plan)) = (customer, plan) else { return Err(faults.refusal().into()) };
        faults.finish()?;
        let place = customer.membership;
        Ok((place.user_id, unit.unwrap_or(place.unit_id), plan))
    }

    async fn customer_of(&self, grant: &Grant, caller: &Caller, input: &OpenInput) -> AppResult<Member> {
        let as_customer = grant.context.role == Role::Customer;
        let customer = match (as_customer, input.customer_id) {
            (true, None) => caller.id(),
            (true, Some(named)) if named == caller.id() => named,
            (true, Some(_)) => return Err(AppError::Forbidden),
            (false, Some(named)) => named,
            (false, None) => return Err(Refusal::field("customer_id", "required", "must name the customer").into()),
        };
        // Whoever saves does not agree on the commission with himself, whatever his role.
        if customer == caller.id() && input.commission.is_some() {
            let message = "is agreed with the business: leave it out to take its default";
            return Err(Refusal::field("commission", "not_allowed", message).into());
        }
        let member = self.stores.businesses.member_by_id(grant.business.id, customer).await?;
        let active = member.filter(|member| member.membership.status == MembershipStatus::Active);
        let unknown = || Refusal::field("customer_id", "unknown", "must be an active member of the business").into();
        active.ok_or_else(unknown)
    }
}
