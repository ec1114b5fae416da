//! A business's settings: name, time zone, default unit, policy; and its join code.

use ofektom_domain::business::{Business, BusinessChange, JoinCode, PolicyChange};
use ofektom_domain::commission::CommissionPeriod;
use ofektom_domain::ids::{BusinessId, UnitId};
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::{Conflict, StoreError};
use ofektom_domain::refusal::{FieldError, Refusal};

use super::create::{RANDOM_TRIES_MAX, time_zone_check};
use crate::access::Grant;
use crate::app::App;
use crate::caller::Caller;
use crate::error::AppResult;
use crate::input::{Faults, name_check};

/// What to change of a business; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct BusinessSettings {
    /// The new name.
    pub name: Option<String>,
    /// The new time zone, an IANA name.
    pub time_zone: Option<String>,
    /// The unit of whoever is given no other.
    pub default_unit_id: Option<UnitId>,
    /// The rules to change.
    pub policy: PolicyChange,
}

impl App {
    /// Changes a business's settings. Cards that are open keep the commission terms they were opened with. Another time zone
    /// decides from now on which day it is; what is booked keeps its days.
    ///
    /// # Errors
    /// [`crate::AppError::NotFound`], [`crate::AppError::Forbidden`]; [`crate::AppError::Refused`] names each field that is
    /// not acceptable, or a day on which money is booked and that has not come in the new time zone.
    pub async fn business_update(
        &self,
        caller: &Caller,
        id: BusinessId,
        settings: BusinessSettings,
    ) -> AppResult<Business> {
        let grant = self.grant_write(caller, Verb::BusinessManage, id).await?;
        let change = self.settings_check(&grant, settings).await?;
        if change.is_empty() {
            return Err(Refusal::nothing_to_change(&["name", "time_zone", "default_unit_id", "policy"]).into());
        }
        Ok(self.stores.businesses.business_update(id, change, &grant.context).await?)
    }

    /// Gives a business a new join code. The old one is worth nothing from now on.
    ///
    /// # Errors
    /// [`crate::AppError::NotFound`], [`crate::AppError::Forbidden`], [`crate::AppError::BusinessNotActive`].
    pub async fn join_code_renew(&self, caller: &Caller, id: BusinessId) -> AppResult<Business> {
        let grant = self.grant_write(caller, Verb::BusinessManage, id).await?;
        for _ in 0..RANDOM_TRIES_MAX {
            let code = JoinCode::from_random(self.random_u64());
            match self.stores.businesses.join_code_renew(id, code, &grant.context).await {
                Err(StoreError::Conflict(Conflict::JoinCode)) => {}
                other => return Ok(other?),
            }
        }
        Err(StoreError::Overloaded.into())
    }

    async fn settings_check(&self, grant: &Grant, settings: BusinessSettings) -> AppResult<BusinessChange> {
        let mut faults = Faults::default();
        let name = settings.name.as_deref().map(|name| name_check("name", name)).transpose();
        let zone = settings.time_zone.as_deref().map(time_zone_check).transpose();
        let (name, time_zone) = (faults.note(name)?.flatten(), faults.note(zone)?.flatten());
        if let Some(unit) = settings.default_unit_id {
            faults.note(self.unit_check("default_unit_id", grant, unit).await)?;
        }
        faults.note(policy_check(&settings.policy))?;
        faults.finish()?;
        Ok(BusinessChange { name, time_zone, default_unit_id: settings.default_unit_id, policy: settings.policy })
    }
}

fn policy_check(policy: &PolicyChange) -> Result<(), Refusal> {
    let mut errors = Vec::new();
    for (field, given, most) in [
        ("policy.backdate_days_max", policy.backdate_days_max, 366),
        ("policy.maturity_grace_days", policy.maturity_grace_days, 366),
        ("policy.payout_cooling_off_hours", policy.payout_cooling_off_hours, 720),
    ] {
        if given.is_some_and(|given| given > most) {
            errors.push(FieldError::new(field, "out_of_range", format!("must be 0 to {most}")));
        }
    }
    let period = policy.default_commission.map(|commission| commission.period);
    if let Some(CommissionPeriod::Days(days)) = period
        && !(1..=366).contains(&days)
    {
        errors.push(FieldError::new("policy.default_commission.period.days", "out_of_range", "must be 1 to 366"));
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
}
