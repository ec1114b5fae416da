//! A business's settings: name, time zone, policy.

use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::business::{Business, Policy};
use ofektom_domain::commission::CommissionPeriod;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::permission::Verb;
use ofektom_domain::refusal::{FieldError, Refusal};
use serde_json::{Value, json};

use super::create::time_zone_check;
use crate::app::App;
use crate::caller::Caller;
use crate::error::AppResult;
use crate::input::name_check;

/// What to change of a business; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct BusinessSettings {
    /// The new name.
    pub name: Option<String>,
    /// The new time zone, an IANA name.
    pub time_zone: Option<String>,
    /// The new policy, as a whole.
    pub policy: Option<Policy>,
}

impl App {
    /// Changes a business's settings. Cards that are open keep the commission terms they were opened with.
    ///
    /// # Errors
    /// [`crate::AppError::NotFound`], [`crate::AppError::Forbidden`], [`crate::AppError::Refused`].
    pub async fn business_update(
        &self,
        caller: &Caller,
        id: BusinessId,
        settings: BusinessSettings,
    ) -> AppResult<Business> {
        let grant = self.grant_write(caller, Verb::BusinessManage, id).await?;
        if settings.name.is_none() && settings.time_zone.is_none() && settings.policy.is_none() {
            return Err(Refusal::nothing_to_change(&["name", "time_zone", "policy"]).into());
        }
        let before = state(&grant.business);
        let mut business = grant.business;
        if let Some(name) = &settings.name {
            business.name = name_check("name", name)?;
        }
        if let Some(zone) = &settings.time_zone {
            business.time_zone = time_zone_check(zone)?;
        }
        if let Some(policy) = settings.policy {
            policy_check(&policy)?;
            business.policy = policy;
        }
        business.updated_at = grant.context.now;
        business.updated_by = grant.context.actor;
        let about = (AuditEntity::Business, id.uuid());
        let audit = AuditRow::new(&mut grant.context.ids(), &grant.context, Some(id), "business.update", about)
            .before(before)
            .after(state(&business));
        self.stores.businesses.business_update(business.clone(), audit).await?;
        Ok(business)
    }
}

fn state(business: &Business) -> Value {
    json!({ "name": business.name, "time_zone": business.time_zone, "policy": business.policy })
}

fn policy_check(policy: &Policy) -> Result<(), Refusal> {
    let mut errors = Vec::new();
    if policy.backdate_days_max > 366 {
        errors.push(FieldError::new("policy.backdate_days_max", "out_of_range", "must be 0 to 366"));
    }
    if policy.maturity_grace_days > 366 {
        errors.push(FieldError::new("policy.maturity_grace_days", "out_of_range", "must be 0 to 366"));
    }
    if policy.payout_cooling_off_hours > 720 {
        errors.push(FieldError::new("policy.payout_cooling_off_hours", "out_of_range", "must be 0 to 720"));
    }
    if let CommissionPeriod::Days(days) = policy.default_commission.period
        && !(1..=366).contains(&days)
    {
        errors.push(FieldError::new("policy.default_commission.period.days", "out_of_range", "must be 1 to 366"));
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
}
