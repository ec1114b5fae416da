//! From a bearer token to a person.

use std::sync::Arc;

use jiff::Timestamp;
use ofektom_domain::business::Membership;
use ofektom_domain::ids::SessionId;
use ofektom_domain::people::{SessionIdentity, User};
use ofektom_domain::ports::{Clock, SessionStore};

use crate::access_token::AccessTokens;
use crate::error::{AuthError, AuthResult};

/// A signed-in person. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The person.
    pub user: Arc<User>,
    /// The session he signed in with.
    pub session_id: SessionId,
    /// His memberships, of any status.
    pub memberships: Arc<[Membership]>,
}

impl From<SessionIdentity> for Identity {
    fn from(found: SessionIdentity) -> Self {
        Self { session_id: found.session.id, user: Arc::new(found.user), memberships: found.memberships.into() }
    }
}

/// Recognises people by their access tokens. Cheap to clone.
#[derive(Clone)]
pub struct Authenticator {
    tokens: Arc<AccessTokens>,
    sessions: Arc<dyn SessionStore>,
    clock: Arc<dyn Clock>,
}

impl Authenticator {
    pub(crate) fn new(tokens: Arc<AccessTokens>, sessions: Arc<dyn SessionStore>, clock: Arc<dyn Clock>) -> Self {
        Self { tokens, sessions, clock }
    }

    /// Whom an access token names, as he is now. One read of the store: a token dies with its session at once, and a
    /// changed membership counts at once.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`], [`AuthError::SessionEnded`], [`AuthError::Store`].
    pub async fn authenticate(&self, token: &str) -> AuthResult<Identity> {
        let now = self.clock.now();
        let claims = self.tokens.verify(token, now)?;
        let identity = self.identity_load(claims.sid, now).await?.ok_or(AuthError::SessionEnded)?;
        if identity.user.id == claims.sub { Ok(identity) } else { Err(AuthError::InvalidToken) }
    }

    /// The seam for cache levels: whoever signed in with a session, while it lives.
    async fn identity_load(&self, session: SessionId, now: Timestamp) -> AuthResult<Option<Identity>> {
        Ok(self.sessions.session_identity(session, now).await?.map(Identity::from))
    }
}

impl std::fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authenticator").finish_non_exhaustive()
    }
}
