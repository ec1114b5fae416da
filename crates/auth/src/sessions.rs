//! Sessions: opening, refreshing, ending.

use jiff::{SignedDuration, Timestamp};
use ofektom_domain::ids::{SessionId, UserId};
use ofektom_domain::people::{RefreshToken, Session, TokenHash, User};
use ofektom_domain::ports::{NewSession, RefreshOutcome, StoreError};

use crate::audit;
use crate::error::{AuthError, AuthResult};
use crate::opaque_token::{self, OpaqueToken, token_hash};
use crate::origin::Origin;
use crate::sign_in::{Grant, SignIn};

/// How long a session lives from signing in or the last refreshing, in days of 24 hours; its refresh token as long.
pub const SESSION_DAYS: i64 = 30;

/// How much of what a client calls itself is kept, in characters.
const USER_AGENT_CHARS_MAX: usize = 200;

impl SignIn {
    /// Adds a session for a person who has proved who he is.
    /// `failed_before` attempts with the number failed since its last success.
    pub(crate) async fn session_open(
        &self,
        user: User,
        (attempts_key, failed_before): (TokenHash, u32),
        origin: &Origin,
    ) -> AuthResult<Grant> {
        let now = self.clock.now();
        let mut ids = self.ids(now);
        let session = Session {
            id: ids.make(),
            user_id: user.id,
            created_at: now,
            last_used_at: now,
            expires_at: session_end_at(now),
            address: origin.address,
            user_agent: origin.user_agent.as_ref().map(|agent| agent.chars().take(USER_AGENT_CHARS_MAX).collect()),
        };
        let refresh_token = OpaqueToken::from_bytes(self.randomness.token());
        let refresh = RefreshToken {
            hash: refresh_token.hash(),
            session_id: session.id,
            created_at: now,
            expires_at: session.expires_at,
        };
        let (id, expires_at) = (session.id, session.expires_at);
        let audit = audit::signed_in(&mut ids, origin, now, user.id, id);
        let suspicious_audit = audit::suspicious(&mut ids, origin, now, user.id, id);
        let new = NewSession {
            session,
            refresh,
            attempts_key,
            failed_before,
            audit,
            suspicious_audit,
            suspicious_notification: ids.make(),
        };
        let suspicion = self.sessions.session_create(new).await?;
        Ok(Grant { suspicion, ..self.grant(user, id, now, expires_at, refresh_token)? })
    }

    /// Exchanges a refresh token for new tokens of the same session. Each refresh token is good for one use; the second
    /// use ends the session, for one of the two users is a thief.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`] when it is unknown or too old or its session has ended; [`AuthError::SessionEnded`]
    /// when it was used before; [`AuthError::Store`].
    pub async fn refresh(&self, refresh_token: &str, origin: &Origin) -> AuthResult<Grant> {
        if !opaque_token::is_plausible(refresh_token) {
            return Err(AuthError::InvalidToken);
        }
        let now = self.clock.now();
        let next = OpaqueToken::from_bytes(self.randomness.token());
        let reuse_audit = audit::refresh_reused(&mut self.ids(now), origin, now);
        let old = token_hash(refresh_token);
        match self.sessions.refresh_rotate(old, next.hash(), now, session_end_at(now), reuse_audit).await? {
            RefreshOutcome::Rotated(found) => {
                self.grant(found.user, found.session.id, now, found.session.expires_at, next)
            }
            RefreshOutcome::Reused(session) => {
                tracing::warn!(session.id = %session, "a refresh token was used twice: its session has been ended");
                Err(AuthError::SessionEnded)
            }
            RefreshOutcome::Invalid => Err(AuthError::InvalidToken),
        }
    }

    /// Signs a person out of the session he is in. When it has ended meanwhile, that is as good.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn logout(&self, user: UserId, session: SessionId, origin: &Origin) -> AuthResult<()> {
        match self.session_end(user, session, origin).await {
            Err(AuthError::Store(StoreError::NotFound)) => Ok(()),
            other => other,
        }
    }

    /// Ends one session of a person.
    ///
    /// # Errors
    /// [`AuthError::Store`] with `NotFound` when it is not his or has ended.
    pub async fn session_end(&self, user: UserId, session: SessionId, origin: &Origin) -> AuthResult<()> {
        let now = self.clock.now();
        let audit = audit::signed_out(&mut self.ids(now), origin, now, user, session);
        Ok(self.sessions.session_end(user, session, audit).await?)
    }

    /// Ends all sessions of a person, the one he is in too; tells how many.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn logout_all(&self, user: UserId, origin: &Origin) -> AuthResult<u64> {
        let now = self.clock.now();
        let audit = audit::signed_out_everywhere(&mut self.ids(now), origin, now, user);
        Ok(self.sessions.sessions_end_all(user, audit).await?)
    }

    /// The live sessions of a person, newest first, at most 100.
    ///
    /// # Errors
    /// [`AuthError::Store`].
    pub async fn sessions_list(&self, user: UserId) -> AuthResult<Vec<Session>> {
        Ok(self.sessions.sessions_list(user, self.clock.now()).await?)
    }

    fn grant(
        &self,
        user: User,
        session: SessionId,
        now: Timestamp,
        session_expires_at: Timestamp,
        refresh_token: OpaqueToken,
    ) -> AuthResult<Grant> {
        let (access_token, expires_in_seconds) = self.tokens.issue(user.id, session, now, session_expires_at)?;
        Ok(Grant {
            access_token: access_token.into(),
            refresh_token: refresh_token.into_secret(),
            expires_in_seconds,
            user,
            suspicion: None,
        })
    }
}

fn session_end_at(now: Timestamp) -> Timestamp {
    now.checked_add(SignedDuration::from_hours(24 * SESSION_DAYS)).unwrap_or(Timestamp::MAX)
}
