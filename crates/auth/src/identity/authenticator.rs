//! From a bearer token to a person.

use std::sync::Arc;

use jiff::Timestamp;
use ofektom_domain::ports::{Clock, SessionStore};

use super::flights::{Flights, Turn};
use super::levels::{Tickets, Verdict};
use super::verified::Stated;
use super::{Identity, Levels, VerifiedStats, VerifiedTokens};
use crate::error::{AuthError, AuthResult};

/// How often a caller waits for another's read before he reads himself.
const WAITS_MAX: usize = 2;

/// Recognises people by their access tokens. Cheap to clone: the clones share what they know.
#[derive(Clone)]
pub struct Authenticator {
    tokens: Arc<VerifiedTokens>,
    levels: Levels,
    flights: Flights,
    sessions: Arc<dyn SessionStore>,
    clock: Arc<dyn Clock>,
}

impl Authenticator {
    pub(crate) fn new(
        tokens: Arc<VerifiedTokens>,
        levels: Levels,
        sessions: Arc<dyn SessionStore>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { tokens, levels, flights: Flights::default(), sessions, clock }
    }

    /// Whom an access token names, as he is: by the copies in this process without any I/O, else by those in Redis in one
    /// round trip, else by one read of the store. Every copy is compared with the versions of what it depends on, and the
    /// times of token and session with the clock, on each call. How old a copy may be is said in this crate's README.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`], [`AuthError::SessionEnded`], [`AuthError::Store`].
    pub async fn authenticate(&self, token: &str) -> AuthResult<Identity> {
        let now = self.clock.now();
        let stated = self.tokens.verify(token, now)?;
        match self.levels.peek(&stated, now) {
            Verdict::In(identity) => Ok(identity),
            Verdict::Ended => Err(AuthError::SessionEnded),
            // Boxed, so that the future of a warm request is small.
            Verdict::Unknown => Box::pin(self.identity_find(&stated, now)).await,
        }
    }

    /// How tokens were recognised so far.
    #[must_use]
    pub fn tokens_stats(&self) -> VerifiedStats {
        self.tokens.stats()
    }

    /// Beyond this process; for each session one at a time, when the others find afterwards what he found.
    async fn identity_find(&self, stated: &Stated, now: Timestamp) -> AuthResult<Identity> {
        let mut lead = None;
        let turns = if self.levels.keeps_in_process() { WAITS_MAX } else { 0 };
        for _ in 0..turns {
            match self.flights.board(stated.session).await {
                Turn::Lead(mine) => {
                    lead = Some(mine);
                    break;
                }
                Turn::Waited => match self.levels.peek(stated, now) {
                    Verdict::In(identity) => return Ok(identity),
                    Verdict::Ended => return Err(AuthError::SessionEnded),
                    // He went away, or what he read was outdated as it arrived.
                    Verdict::Unknown => {}
                },
            }
        }
        let found = self.identity_beyond(stated, now).await;
        drop(lead);
        found
    }

    /// From Redis, or from the store.
    async fn identity_beyond(&self, stated: &Stated, now: Timestamp) -> AuthResult<Identity> {
        match self.levels.lookup(stated, now).await {
            (Verdict::In(identity), _) => Ok(identity),
            (Verdict::Ended, _) => Err(AuthError::SessionEnded),
            (Verdict::Unknown, Some(tickets)) => self.identity_load(stated, tickets, now).await,
            (Verdict::Unknown, None) => {
                let tickets = self.levels.load_begin(stated).await;
                self.identity_load(stated, tickets, now).await
            }
        }
    }

    async fn identity_load(&self, stated: &Stated, tickets: Tickets, now: Timestamp) -> AuthResult<Identity> {
        let found = self.sessions.session_identity(stated.session, now).await?;
        if found.as_ref().is_some_and(|found| found.user.id != stated.user) {
            return Err(AuthError::InvalidToken);
        }
        self.levels.put(tickets, found).ok_or(AuthError::SessionEnded)
    }
}

impl std::fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authenticator").finish_non_exhaustive()
    }
}
