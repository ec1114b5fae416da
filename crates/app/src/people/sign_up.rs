//! Signing up.

use ofektom_auth::Origin;
use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::business::JoinCode;
use ofektom_domain::context::Context;
use ofektom_domain::ids::UserId;
use ofektom_domain::people::{CredentialKind, Email, PersonName, PlatformRole, User, UserStatus};
use ofektom_domain::permission::Role;
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::NewUser;
use ofektom_domain::refusal::Refusal;
use secrecy::SecretString;
use serde_json::json;

use crate::app::App;
use crate::business::customer_membership;
use crate::error::{AppError, AppResult};

/// As what a person signs up. It decides his credential: a customer has a PIN, an agent a passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignUpRole {
    /// Saves.
    Customer,
    /// Will run a business.
    Agent,
}

/// A person who signs up.
#[derive(Clone, Debug)]
pub struct SignUp {
    /// His phone number.
    pub phone: PhoneNumber,
    /// His PIN or passphrase.
    pub secret: SecretString,
    /// His full name.
    pub full_name: PersonName,
    /// His e-mail address.
    pub email: Option<Email>,
    /// As what.
    pub role: SignUpRole,
    /// The code of a business to join as a customer.
    pub business_code: Option<JoinCode>,
}

impl App {
    /// Signs a person up, and makes him a customer of the business whose code he gives.
    ///
    /// # Errors
    /// [`AppError::Auth`] for a secret that breaks the rules; [`AppError::Refused`] for an unknown code;
    /// `Conflict(Phone)` when the number has an account.
    pub async fn sign_up(&self, input: SignUp, origin: &Origin) -> AppResult<User> {
        let business = match input.business_code {
            Some(code) => Some(self.business_to_join(code).await.map_err(unknown_code)?),
            None => None,
        };
        let kind = match input.role {
            SignUpRole::Customer => CredentialKind::Pin,
            SignUpRole::Agent => CredentialKind::Passphrase,
        };
        let secret = self.sign_in.secret_hash(kind, input.secret.clone(), &input.phone).await?;
        let blank = self.context(UserId::from_uuid(uuid::Uuid::nil()), Role::Customer, origin);
        let mut ids = blank.ids();
        let id: UserId = ids.make();
        let context = Context { actor: id, ..blank };
        let user = User {
            id,
            phone: input.phone,
            full_name: input.full_name,
            email: input.email,
            credential: kind,
            platform_role: PlatformRole::None,
            status: UserStatus::Active,
            created_at: context.now,
            created_by: id,
            updated_at: context.now,
            updated_by: id,
        };
        let membership = business.map(|business| customer_membership(&context, &business, id));
        let business_id = membership.as_ref().map(|membership| membership.business_id);
        let audit = AuditRow::new(&mut ids, &context, business_id, "user.sign_up", (AuditEntity::User, id.uuid()))
            .after(json!({ "credential": kind.as_str(), "joined": business_id }));
        let new = NewUser {
            user: user.clone(),
            secret: Some(secret),
            membership,
            code: input.business_code,
            activation: None,
            audit: vec![audit],
        };
        // A code that was renewed while the secret was hashed is as unknown as any other.
        self.stores.people.user_create(new).await.map_err(|error| unknown_code(error.into()))?;
        Ok(user)
    }
}

fn unknown_code(error: AppError) -> AppError {
    match error {
        AppError::NotFound => Refusal::field("business_code", "unknown", "must be the code of a business").into(),
        other => other,
    }
}
