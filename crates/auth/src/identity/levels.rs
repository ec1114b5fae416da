//! The three levels of what is known of a signed-in person: his session, himself, his memberships.

use std::sync::Arc;

use jiff::Timestamp;
use ofektom_cache::{Cache, Caches, Known, Lookup, Mode, Ticket};
use ofektom_domain::business::Membership;
use ofektom_domain::people::{SessionIdentity, User, UserStatus};

use super::verified::Stated;
use super::{Identity, MembershipsKey, SessionKey, SessionLife, UserKey};

/// Most sessions, and as many people and memberships, in this process.
const ENTRIES_MAX: u64 = 50_000;

/// The caches of the three levels. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Levels {
    sessions: Cache<SessionKey>,
    users: Cache<UserKey>,
    memberships: Cache<MembershipsKey>,
    mode: Mode,
}

/// What the copies say of whoever holds a token.
pub(super) enum Verdict {
    /// He is signed in.
    In(Identity),
    /// His session has ended, or he may not sign in any more.
    Ended,
    /// They do not say.
    Unknown,
}

/// What a read of the store is kept under, taken before it.
pub(super) struct Tickets {
    session: Ticket<SessionKey>,
    user: Ticket<UserKey>,
    memberships: Ticket<MembershipsKey>,
}

impl Levels {
    pub(crate) fn new(caches: &Caches) -> Self {
        Self {
            sessions: caches.cache(ENTRIES_MAX),
            users: caches.cache(ENTRIES_MAX),
            memberships: caches.cache(ENTRIES_MAX),
            mode: caches.mode(),
        }
    }

    /// Whether anything is kept in this process, so that whoever waited for another's read finds it.
    pub(super) const fn keeps_in_process(&self) -> bool {
        matches!(self.mode, Mode::Memory | Mode::Tiered)
    }

    /// What this process knows. No I/O.
    pub(super) fn peek(&self, stated: &Stated, now: Timestamp) -> Verdict {
        let Some(session) = self.sessions.peek(&session_key(stated)) else { return Verdict::Unknown };
        let Some(session) = session else { return Verdict::Ended };
        let Some(user) = self.users.peek(&UserKey(stated.user)) else { return Verdict::Unknown };
        let Some(memberships) = self.memberships.peek(&MembershipsKey(stated.user)) else { return Verdict::Unknown };
        verdict(stated, session, user, memberships, now)
    }

    /// What Redis knows, asked for all three at once; and what a read of the store needs when that is not enough.
    pub(super) async fn lookup(&self, stated: &Stated, now: Timestamp) -> (Verdict, Option<Tickets>) {
        let (session_key, user_key, memberships_key) =
            (session_key(stated), UserKey(stated.user), MembershipsKey(stated.user));
        let (session, user, memberships) = tokio::join!(
            self.sessions.lookup(&session_key),
            self.users.lookup(&user_key),
            self.memberships.lookup(&memberships_key),
        );
        match (session, user, memberships) {
            (Lookup::Known(None), ..) => (Verdict::Ended, None),
            (Lookup::Known(Some(session)), Lookup::Known(user), Lookup::Known(memberships)) => {
                (verdict(stated, session, user, memberships, now), None)
            }
            (Lookup::Unknown(session), Lookup::Unknown(user), Lookup::Unknown(memberships)) => {
                (Verdict::Unknown, Some(Tickets { session, user, memberships }))
            }
            _ => (Verdict::Unknown, None),
        }
    }

    /// To be called before the store is read, when [`Levels::lookup`] gave no tickets.
    pub(super) async fn load_begin(&self, stated: &Stated) -> Tickets {
        let (session_key, user_key, memberships_key) =
            (session_key(stated), UserKey(stated.user), MembershipsKey(stated.user));
        let (session, user, memberships) = tokio::join!(
            self.sessions.load_begin(&session_key),
            self.users.load_begin(&user_key),
            self.memberships.load_begin(&memberships_key),
        );
        Tickets { session, user, memberships }
    }

    /// Keeps what was read, as far as nothing of it changed since the tickets were taken.
    pub(super) fn put(&self, tickets: Tickets, found: Option<SessionIdentity>) -> Option<Identity> {
        let Some(found) = found else {
            self.sessions.put(tickets.session, None);
            return None;
        };
        let session_id = found.session.id;
        self.sessions.put(tickets.session, Some(SessionLife { expires_at: found.session.expires_at }));
        let user = self.users.put(tickets.user, Some(found.user))?;
        let memberships = self.memberships.put(tickets.memberships, Some(found.memberships.into()))?;
        Some(Identity { user, session_id, memberships: Arc::clone(&memberships) })
    }
}

const fn session_key(stated: &Stated) -> SessionKey {
    SessionKey { session: stated.session, user: stated.user }
}

/// Decides on copies what the store decides on rows. A session that is too old by its copy may have been refreshed since, and
/// refreshing is no change that ends copies: the store knows.
fn verdict(
    stated: &Stated,
    session: Arc<SessionLife>,
    user: Known<User>,
    memberships: Known<Arc<[Membership]>>,
    now: Timestamp,
) -> Verdict {
    let (Some(user), Some(memberships)) = (user, memberships) else { return Verdict::Unknown };
    if session.expires_at <= now {
        return Verdict::Unknown;
    }
    if user.status != UserStatus::Active {
        return Verdict::Ended;
    }
    Verdict::In(Identity { user, session_id: stated.session, memberships: Arc::clone(&memberships) })
}
