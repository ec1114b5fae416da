//! Activation: a person who was registered by someone else sets his own secret.

use ofektom_auth::{Origin, token_hash};
use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::people::{PersonName, User};
use ofektom_domain::permission::Role;
use secrecy::{ExposeSecret, SecretString};

use crate::app::App;
use crate::error::{AppError, AppResult};

/// The use of an activation token.
#[derive(Clone, Debug)]
pub struct ActivationInput {
    /// The token from the message.
    pub token: SecretString,
    /// The secret that the person chooses.
    pub secret: SecretString,
    /// His name as he writes it himself.
    pub full_name: Option<PersonName>,
}

impl App {
    /// Uses up an activation token: the person gets his secret and may sign in.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the token is unknown, used or too old; [`AppError::Auth`] for a secret that breaks the
    /// rules.
    pub async fn user_activate(&self, input: ActivationInput, origin: &Origin) -> AppResult<User> {
        let token = token_hash(input.token.expose_secret());
        let user = self.stores.people.activation_user(token, self.now()).await?.ok_or(AppError::NotFound)?;
        let secret = self.sign_in.secret_hash(user.credential, input.secret.clone(), &user.phone).await?;
        let context = self.context(user.id, Role::Customer, origin);
        let about = (AuditEntity::User, user.id.uuid());
        let audit = AuditRow::new(&mut context.ids(), &context, None, "user.activate", about);
        Ok(self.stores.people.user_activate(token, secret, input.full_name, audit).await?)
    }
}
