//! Registering a person who has no account yet. He sets his own secret; whoever registers him never sees it.

use jiff::{Timestamp, ToSpan};
use ofektom_auth::OpaqueToken;
use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::business::Membership;
use ofektom_domain::ids::{BusinessId, UnitId, UserId};
use ofektom_domain::people::{Activation, CredentialKind, PersonName, PlatformRole, User, UserStatus};
use ofektom_domain::permission::Verb;
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::{Conflict, Message, NewUser, StoreError};
use ofektom_domain::refusal::Refusal;
use serde_json::json;

use super::join::customer_membership;
use crate::access::Grant;
use crate::app::App;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};

/// How long an activation token may be used, in hours.
pub(crate) const ACTIVATION_HOURS: i64 = 24;

/// A person to register as a customer.
#[derive(Clone, Debug)]
pub struct CustomerToRegister {
    /// His phone number.
    pub phone: PhoneNumber,
    /// His name, until he corrects it himself.
    pub full_name: PersonName,
    /// His unit; the default unit when not given.
    pub unit_id: Option<UnitId>,
}

/// A person who was registered, and whether his activation message was handed over.
#[derive(Clone, Debug)]
pub struct CustomerRegistered {
    /// The person.
    pub user: User,
    /// His membership.
    pub membership: Membership,
    /// Until when he can activate himself.
    pub activation_expires_at: Timestamp,
}

impl App {
    /// Registers a person as a customer of a business and sends him a single-use activation token. Doing it again for one
    /// who has not activated himself sends him a new one.
    ///
    /// # Errors
    /// [`AppError::PersonExists`] when the number has an active account; [`AppError::Refused`] for an unknown unit;
    /// [`AppError::Forbidden`], [`AppError::NotFound`].
    pub async fn customer_register(
        &self,
        caller: &Caller,
        business: BusinessId,
        input: CustomerToRegister,
    ) -> AppResult<CustomerRegistered> {
        let grant = self.grant_write(caller, Verb::CustomerRegister, business).await?;
        let unit_id = self.unit_or_default(&grant, input.unit_id).await?;
        let token = OpaqueToken::from_bytes(self.outside.randomness.token());
        let (new, registered) = registration(&grant, &input, unit_id, &token)?;
        let registered = match self.stores.people.user_create(new).await {
            Err(StoreError::Conflict(Conflict::Phone)) => self.registration_renew(&grant, registered, &token).await?,
            other => other.map(|()| registered)?,
        };
        self.activation_send(registered.user.id, input.phone, grant.business.name, &token).await;
        Ok(registered)
    }

    /// Sends a person the token by which he activates himself, once it is stored.
    pub(crate) async fn activation_send(
        &self,
        person: UserId,
        phone: PhoneNumber,
        business_name: String,
        token: &OpaqueToken,
    ) {
        let message = Message::Activation { phone, business_name, token: token.reveal().to_owned() };
        if let Err(error) = self.outside.messenger.message_send(message).await {
            // The person is registered all the same; registering him again sends a new token.
            tracing::warn!(user.id = %person, error = %error, "an activation message could not be handed over");
        }
    }

    /// A person who was registered before and has not activated himself gets a new token instead of the old one, and a
    /// place in this business if he has none yet. The token goes to his own phone, whoever asks for it.
    async fn registration_renew(
        &self,
        grant: &Grant,
        registered: CustomerRegistered,
        token: &OpaqueToken,
    ) -> AppResult<CustomerRegistered> {
        let found = self.stores.people.user_by_phone(&registered.user.phone).await?;
        let (user, _) = found.ok_or(AppError::PersonExists)?;
        if user.status != UserStatus::Pending {
            return Err(AppError::PersonExists);
        }
        let context = &grant.context;
        let membership = Membership { user_id: user.id, ..registered.membership };
        let activation = Activation {
            hash: token.hash(),
            user_id: user.id,
            created_at: context.now,
            expires_at: registered.activation_expires_at,
        };
        let about = (AuditEntity::User, user.id.uuid());
        let audit = AuditRow::new(&mut context.ids(), context, Some(grant.business.id), "customer.reinvite", about);
        match self.stores.people.activation_renew(activation, membership, audit).await {
            Err(StoreError::Conflict(Conflict::Phone)) => return Err(AppError::PersonExists),
            other => other?,
        }
        let member = self.stores.businesses.member_by_id(grant.business.id, user.id).await?;
        let member = member.ok_or(AppError::NotFound)?;
        Ok(CustomerRegistered { user: member.user, membership: member.membership, ..registered })
    }

    /// The unit that was named, when it is the business's, or the default unit.
    pub(crate) async fn unit_or_default(&self, grant: &Grant, unit: Option<UnitId>) -> AppResult<UnitId> {
        let Some(unit) = unit else { return Ok(grant.business.default_unit_id) };
        self.unit_check("unit_id", grant, unit).await
    }

    /// A unit that was named in a field, when it is the business's.
    pub(crate) async fn unit_check(&self, field: &'static str, grant: &Grant, unit: UnitId) -> AppResult<UnitId> {
        let known = self.stores.businesses.unit_by_id(grant.business.id, unit).await?;
        let unknown = || Refusal::field(field, "unknown", "must be a unit of the business").into();
        known.map(|unit| unit.id).ok_or_else(unknown)
    }
}

fn registration(
    grant: &Grant,
    input: &CustomerToRegister,
    unit_id: UnitId,
    token: &OpaqueToken,
) -> AppResult<(NewUser, CustomerRegistered)> {
    let context = &grant.context;
    let mut ids = context.ids();
    let user = User {
        id: ids.make(),
        phone: input.phone.clone(),
        full_name: input.full_name.clone(),
        email: None,
        credential: CredentialKind::Pin,
        platform_role: PlatformRole::None,
        status: UserStatus::Pending,
        created_at: context.now,
        created_by: context.actor,
        updated_at: context.now,
        updated_by: context.actor,
    };
    let membership = Membership { unit_id, ..customer_membership(context, &grant.business, user.id) };
    let expires_at = context.now.checked_add(ACTIVATION_HOURS.hours()).map_err(|_| Refusal::TooLarge)?;
    let activation = Activation { hash: token.hash(), user_id: user.id, created_at: context.now, expires_at };
    let about = (AuditEntity::User, user.id.uuid());
    let audit = AuditRow::new(&mut ids, context, Some(grant.business.id), "customer.register", about)
        .after(json!({ "status": user.status.as_str(), "role": membership.role, "unit_id": unit_id }));
    let registered =
        CustomerRegistered { user: user.clone(), membership: membership.clone(), activation_expires_at: expires_at };
    let new = NewUser {
        user,
        secret: None,
        membership: Some(membership),
        code: None,
        activation: Some(activation),
        audit: vec![audit],
    };
    Ok((new, registered))
}
