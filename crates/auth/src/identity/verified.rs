//! Access tokens whose signature was verified lately.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use foldhash::fast::RandomState;
use jiff::Timestamp;
use ofektom_domain::ids::{SessionId, UserId};
use serde::Serialize;

use crate::access_token::AccessTokens;
use crate::error::{AuthError, AuthResult};

/// Tokens that are remembered, those used most: about 400 bytes each.
const TOKENS_MAX: u64 = 20_000;

/// What a genuine token states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stated {
    pub user: UserId,
    pub session: SessionId,
    /// From when it is worth nothing, in seconds since 1970.
    pub expires_second: i64,
}

/// How tokens were recognised so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct VerifiedStats {
    /// Tokens that were remembered, so that nothing had to be computed.
    pub remembered: u64,
    /// Tokens whose signature was computed, forged ones included.
    pub computed: u64,
    /// Tokens that are remembered now, roughly.
    pub entries: u64,
}

/// Remembers what genuine tokens state, by all of their bytes. A forged one is never among them; an expired one may be, so
/// the time is compared on each use.
pub(crate) struct VerifiedTokens {
    tokens: Arc<AccessTokens>,
    genuine: Option<moka::sync::Cache<Box<str>, Stated, RandomState>>,
    remembered: AtomicU64,
    computed: AtomicU64,
}

impl VerifiedTokens {
    /// Verifies by `tokens`; remembers nothing when told so.
    pub(crate) fn new(tokens: Arc<AccessTokens>, remembers: bool) -> Self {
        let build = || moka::sync::Cache::builder().name("access_token").max_capacity(TOKENS_MAX);
        // Only tokens that this server signed are kept, so nobody can choose ones that collide.
        let build = || build().build_with_hasher(RandomState::default());
        let genuine = remembers.then(build);
        Self { tokens, genuine, remembered: AtomicU64::default(), computed: AtomicU64::default() }
    }

    /// What a genuine token that still lives at `now` states.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`] for any other text.
    pub(crate) fn verify(&self, token: &str, now: Timestamp) -> AuthResult<Stated> {
        if let Some(stated) = self.genuine.as_ref().and_then(|genuine| genuine.get(token)) {
            self.remembered.fetch_add(1, Ordering::Relaxed);
            return if now.as_second() < stated.expires_second { Ok(stated) } else { Err(AuthError::InvalidToken) };
        }
        self.computed.fetch_add(1, Ordering::Relaxed);
        let claims = self.tokens.verify(token, now)?;
        let stated = Stated { user: claims.sub, session: claims.sid, expires_second: claims.exp };
        if let Some(genuine) = &self.genuine {
            genuine.insert(token.into(), stated);
        }
        Ok(stated)
    }

    pub(crate) fn stats(&self) -> VerifiedStats {
        VerifiedStats {
            remembered: self.remembered.load(Ordering::Relaxed),
            computed: self.computed.load(Ordering::Relaxed),
            entries: self.genuine.as_ref().map_or(0, moka::sync::Cache::entry_count),
        }
    }
}

#[cfg(test)]
mod tests {
    use ofektom_domain::ids::IdFactory;

    use super::*;
    use crate::keys::SecretKey;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_750_000_000 + seconds).unwrap()
    }

    fn verified(remembers: bool) -> (VerifiedTokens, String, Stated) {
        let tokens = Arc::new(AccessTokens::new(&SecretKey::new("k".repeat(32).into()).unwrap().derive()));
        let mut ids = IdFactory::new(at(0), 7);
        let (user, session) = (ids.make(), ids.make());
        let (token, _) = tokens.issue(user, session, at(0), at(1_000_000)).unwrap();
        let stated = Stated { user, session, expires_second: at(900).as_second() };
        (VerifiedTokens::new(tokens, remembers), token, stated)
    }

    #[test]
    fn the_second_time_nothing_is_computed_and_the_time_still_counts() {
        let (verified, token, stated) = verified(true);
        for _ in 0..3 {
            assert_eq!(verified.verify(&token, at(899)).unwrap(), stated);
        }
        assert!(matches!(verified.verify(&token, at(900)), Err(AuthError::InvalidToken)));
        let stats = verified.stats();
        assert_eq!((stats.remembered, stats.computed), (3, 1));
    }

    #[test]
    fn what_is_not_genuine_is_never_remembered() {
        let (verified, token, _) = verified(true);
        verified.verify(&token, at(1)).unwrap();
        let (body, signature) = token.rsplit_once('.').unwrap();
        for forged in
            [format!("{token}x"), format!("{body}."), format!("{body}.{}", signature.to_lowercase()), body.into()]
        {
            for _ in 0..2 {
                assert!(verified.verify(&forged, at(1)).is_err(), "{forged}");
            }
        }
        assert!(verified.verify(&token, at(1_000_000)).is_err(), "expired");
        let stats = verified.stats();
        assert_eq!((stats.remembered, stats.computed), (1, 9));
    }

    #[test]
    fn whoever_remembers_nothing_computes_each_time() {
        let (verified, token, stated) = verified(false);
        for _ in 0..3 {
            assert_eq!(verified.verify(&token, at(1)).unwrap(), stated);
        }
        assert_eq!(verified.stats(), VerifiedStats { remembered: 0, computed: 3, entries: 0 });
    }
}
