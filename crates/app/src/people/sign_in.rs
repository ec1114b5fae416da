//! Signing in and out.

use ofektom_auth::{Grant, Origin};
use ofektom_domain::ids::SessionId;
use ofektom_domain::people::Session;
use ofektom_domain::phone::PhoneNumber;
use secrecy::SecretString;

use crate::app::App;
use crate::caller::Caller;
use crate::error::AppResult;

impl App {
    /// Signs a person in.
    ///
    /// # Errors
    /// [`crate::AppError::Auth`]: wrong, suspended, locked or overloaded.
    pub async fn login(&self, phone: &PhoneNumber, secret: SecretString, origin: &Origin) -> AppResult<Grant> {
        let grant = self.sign_in.login(phone, secret, origin).await?;
        if let Some(suspicion) = grant.suspicion {
            self.sign_in_suspicious(&grant.user, suspicion, origin);
        }
        Ok(grant)
    }

    /// Exchanges a refresh token for new tokens. Using one twice ends its session.
    ///
    /// # Errors
    /// [`crate::AppError::Auth`].
    pub async fn refresh(&self, refresh_token: &str, origin: &Origin) -> AppResult<Grant> {
        Ok(self.sign_in.refresh(refresh_token, origin).await?)
    }

    /// Who holds an access token. The token dies with its session.
    ///
    /// # Errors
    /// [`crate::AppError::Auth`].
    pub async fn authenticate(&self, token: &str, origin: Origin) -> AppResult<Caller> {
        let identity = self.authenticator.authenticate(token).await?;
        let (user, session_id, memberships) = (identity.user, identity.session_id, identity.memberships);
        Ok(Caller { user, session_id, memberships, origin })
    }

    /// Ends the caller's session.
    ///
    /// # Errors
    /// [`crate::AppError::Auth`].
    pub async fn logout(&self, caller: &Caller) -> AppResult<()> {
        Ok(self.sign_in.logout(caller.id(), caller.session_id, &caller.origin).await?)
    }

    /// Ends all of the caller's sessions; tells how many.
    ///
    /// # Errors
    /// [`crate::AppError::Auth`].
    pub async fn logout_all(&self, caller: &Caller) -> AppResult<u64> {
        Ok(self.sign_in.logout_all(caller.id(), &caller.origin).await?)
    }

    /// The caller's live sessions, newest first.
    ///
    /// # Errors
    /// [`crate::AppError::Auth`].
    pub async fn sessions_list(&self, caller: &Caller) -> AppResult<Vec<Session>> {
        Ok(self.sign_in.sessions_list(caller.id()).await?)
    }

    /// Ends one of the caller's sessions.
    ///
    /// # Errors
    /// [`crate::AppError::NotFound`] when it is not his.
    pub async fn session_end(&self, caller: &Caller, id: SessionId) -> AppResult<()> {
        Ok(self.sign_in.session_end(caller.id(), id, &caller.origin).await?)
    }
}
