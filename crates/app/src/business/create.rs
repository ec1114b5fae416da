//! Creating a business, and listing one's own.

use jiff::tz::TimeZone;
use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::business::{Business, BusinessStatus, JoinCode, Membership, MembershipStatus, Policy, Unit};
use ofektom_domain::context::Context;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::money::Currency;
use ofektom_domain::people::CredentialKind;
use ofektom_domain::permission::{Role, Verb};
use ofektom_domain::ports::{Conflict, NewBusiness, StoreError};
use ofektom_domain::refusal::Refusal;
use serde_json::json;

use crate::app::App;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};
use crate::input::{Faults, name_check};

/// Tries to find a free code or number before giving up: a clash is already a rare accident.
pub(crate) const RANDOM_TRIES_MAX: u32 = 5;

/// A business to create.
#[derive(Clone, Debug)]
pub struct NewBusinessInput {
    /// Its name.
    pub name: String,
    /// The currency of its books.
    pub currency: Currency,
    /// Its time zone, an IANA name; Africa/Lagos when not given.
    pub time_zone: Option<String>,
}

impl App {
    /// Creates a business with its default unit; the caller owns it and becomes its agent.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] for a super admin; [`AppError::PassphraseRequired`] for a person with a PIN; [`AppError::Refused`] for a bad name or time zone.
    pub async fn business_create(&self, caller: &Caller, input: NewBusinessInput) -> AppResult<Business> {
        if caller.is_super_admin() {
            return Err(AppError::Forbidden);
        }
        if caller.user.credential != CredentialKind::Passphrase {
            return Err(AppError::PassphraseRequired);
        }
        let (name, time_zone) = new_business_check(&input)?;
        for _ in 0..RANDOM_TRIES_MAX {
            let context = self.context(caller.id(), Role::Agent, &caller.origin);
            let code = JoinCode::from_random(self.random_u64());
            let new = new_business(&context, name.clone(), time_zone.clone(), input.currency, code);
            let business = new.business.clone();
            match self.stores.businesses.business_create(new).await {
                Ok(()) => return Ok(business),
                Err(StoreError::Conflict(Conflict::JoinCode)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Overloaded.into())
    }

    /// The businesses that the caller belongs to, newest first.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn businesses_list(&self, caller: &Caller) -> AppResult<Vec<Business>> {
        let ids: Vec<BusinessId> = caller.active_memberships().map(|membership| membership.business_id).collect();
        Ok(self.stores.businesses.businesses_by_ids(&ids).await?)
    }

    /// One business.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the caller does not belong to it.
    pub async fn business_get(&self, caller: &Caller, id: BusinessId) -> AppResult<Business> {
        Ok(self.grant_read(caller, Verb::BusinessRead, id, "business.read").await?.business)
    }

    /// 64 random bits.
    pub(crate) fn random_u64(&self) -> u64 {
        u64::try_from(self.outside.randomness.seed() >> 64).unwrap_or_default()
    }
}

fn new_business_check(input: &NewBusinessInput) -> AppResult<(String, String)> {
    let mut faults = Faults::default();
    let name = faults.note(name_check("name", &input.name))?;
    let time_zone = faults.note(time_zone_check(input.time_zone.as_deref().unwrap_or("Africa/Lagos")))?;
    name.zip(time_zone).ok_or_else(|| faults.refusal().into())
}

/// Checks the name of a time zone.
pub(crate) fn time_zone_check(name: &str) -> Result<String, Refusal> {
    let known = TimeZone::get(name).ok();
    let named = known.as_ref().and_then(TimeZone::iana_name).map(str::to_owned);
    named.ok_or_else(|| Refusal::field("time_zone", "unknown", "must be an IANA time zone such as Africa/Lagos"))
}

fn new_business(
    context: &Context,
    name: String,
    time_zone: String,
    currency: Currency,
    join_code: JoinCode,
) -> NewBusiness {
    let mut ids = context.ids();
    let (now, by) = (context.now, context.actor);
    let business = Business {
        id: ids.make(),
        name,
        join_code,
        owner_id: by,
        currency,
        time_zone,
        policy: Policy::default(),
        status: BusinessStatus::Active,
        default_unit_id: ids.make(),
        created_at: now,
        created_by: by,
        updated_at: now,
        updated_by: by,
    };
    let unit = Unit {
        id: business.default_unit_id,
        business_id: business.id,
        name: "Main".to_owned(),
        created_at: now,
        created_by: by,
        updated_at: now,
        updated_by: by,
    };
    let membership = Membership {
        business_id: business.id,
        business_name: business.name.clone(),
        user_id: by,
        role: Role::Agent,
        unit_id: unit.id,
        status: MembershipStatus::Active,
        created_at: now,
        created_by: by,
        updated_at: now,
        updated_by: by,
    };
    let about = (AuditEntity::Business, business.id.uuid());
    let audit = AuditRow::new(&mut ids, context, Some(business.id), "business.create", about).after(json!({
        "name": business.name, "currency": business.currency.code(), "time_zone": business.time_zone,
    }));
    NewBusiness { business, unit, membership, audit }
}
