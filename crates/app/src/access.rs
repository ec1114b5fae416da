//! Authorization: the caller's role in the business of the resource, against the table of the domain.

use ofektom_auth::Origin;
use ofektom_domain::business::{Business, BusinessStatus};
use ofektom_domain::context::Context;
use ofektom_domain::ids::{BusinessId, UserId};
use ofektom_domain::permission::{Reach, Role, Verb, reach};
use ofektom_domain::ports::ReadScope;

use crate::app::App;
use crate::cached::CardPlace;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};

/// A permission that was given: the business, and the circumstances of the command.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    /// The business of the resource.
    pub business: Business,
    /// How far the permission reaches.
    pub reach: Reach,
    /// Who, as what, when, from where.
    pub context: Context,
}

impl App {
    /// The circumstances of a command outside any business.
    pub(crate) fn context(&self, actor: UserId, role: Role, origin: &Origin) -> Context {
        let now = self.now();
        Context {
            actor,
            role,
            now,
            today: ofektom_domain::calendar::business_day(now, &jiff::tz::TimeZone::UTC),
            address: origin.address,
            request_id: origin.request_id.clone(),
            seed: self.outside.randomness.seed(),
            item: 0,
        }
    }

    /// Permission to read something of a business. A super admin's reading of it leaves a row in the business's trail,
    /// named by `reading`, such as `trial_balance.read`.
    pub(crate) async fn grant_read(
        &self,
        caller: &Caller,
        verb: Verb,
        business: BusinessId,
        reading: &'static str,
    ) -> AppResult<Grant> {
        let grant = self.grant(caller, verb, business).await?;
        if grant.reach == Reach::PlatformAudited {
            self.business_reading_audit(caller, reading, business).await?;
        }
        Ok(grant)
    }

    /// Permission to change something of a business, which must be trading.
    pub(crate) async fn grant_write(&self, caller: &Caller, verb: Verb, business: BusinessId) -> AppResult<Grant> {
        let grant = self.grant(caller, verb, business).await?;
        if grant.business.status != BusinessStatus::Active {
            return Err(AppError::BusinessNotActive);
        }
        Ok(grant)
    }

    /// Permission to change a card, or something on it. What is not his own does not exist for a customer.
    pub(crate) async fn grant_on_card(&self, caller: &Caller, verb: Verb, card: CardPlace) -> AppResult<Grant> {
        let grant = self.grant_write(caller, verb, card.business).await?;
        let own = card.customer == caller.id();
        if grant.context.role == Role::Customer && !own { Err(AppError::NotFound) } else { Ok(grant) }
    }

    async fn grant(&self, caller: &Caller, verb: Verb, business: BusinessId) -> AppResult<Grant> {
        let role = caller.role_in(business).ok_or(AppError::NotFound)?;
        let business = self.stores.businesses.business_by_id(business).await?.ok_or(AppError::NotFound)?;
        let reach = reach(verb, role);
        if reach == Reach::Nothing {
            return Err(AppError::Forbidden);
        }
        let context = self.context(caller.id(), role, &caller.origin);
        let today = business.day_at(context.now);
        Ok(Grant { business, reach, context: Context { today, ..context } })
    }

    /// What a caller may read of something that belongs to cards: in one business, or over all of his. A super admin may read
    /// all; whoever reads with it tells what was found to [`App::reading_audit`] or [`App::readings_audit`] before he
    /// answers.
    pub(crate) fn scope(&self, caller: &Caller, verb: Verb, only: Option<BusinessId>) -> AppResult<ReadScope> {
        let scope = self.scope_unchecked(caller, verb, only);
        let member = only.map_or_else(|| caller.active_memberships().next().is_some(), |b| caller.role_in(b).is_some());
        match (scope.all || !scope.businesses.is_empty() || !scope.own_in.is_empty(), member) {
            (true, _) => Ok(scope),
            (false, true) => Err(AppError::Forbidden),
            (false, false) if only.is_some() => Err(AppError::NotFound),
            (false, false) => Ok(scope),
        }
    }

    /// The same without checks: for looking up what a following check decides on.
    pub(crate) fn scope_unchecked(&self, caller: &Caller, verb: Verb, only: Option<BusinessId>) -> ReadScope {
        let all = caller.is_super_admin();
        let mut scope = ReadScope { businesses: Vec::new(), own_in: Vec::new(), own: caller.id(), all };
        let wanted = |business: BusinessId| only.is_none_or(|only| only == business);
        for membership in caller.active_memberships().filter(|membership| wanted(membership.business_id)) {
            match reach(verb, membership.role) {
                Reach::Business => scope.businesses.push(membership.business_id),
                Reach::Own => scope.own_in.push(membership.business_id),
                Reach::Nothing | Reach::PlatformAudited | Reach::Platform => {}
            }
        }
        scope
    }
}
