//! What authentication keeps, and what ends it.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Instant;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use ofektom_cache::{Caches, CachesSettings, Mode};
use ofektom_domain::audit::AuditRow;
use ofektom_domain::ids::{IdFactory, SessionId, UserId};
use ofektom_domain::people::{
    CredentialKind, PlatformRole, Session, SessionIdentity, SignInAttempts, Suspicion, TokenHash, User, UserStatus,
};
use ofektom_domain::ports::{Clock, NewSession, RefreshOutcome, SessionStore, StoreError, StoreResult};
use tokio::sync::Semaphore;

use super::*;
use crate::access_token::AccessTokens;
use crate::error::AuthError;
use crate::keys::SecretKey;

const START: i64 = 1_750_000_000;

/// Sessions as a table would have them: one, to be changed by the test; and a gate that holds reads up after they read.
struct Table {
    row: Mutex<SessionIdentity>,
    ended: Mutex<bool>,
    reads: AtomicU64,
    after_reading: Semaphore,
}

#[async_trait]
impl SessionStore for Table {
    async fn session_identity(&self, id: SessionId, now: Timestamp) -> StoreResult<Option<SessionIdentity>> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let found = {
            let row = self.row.lock().unwrap();
            let live = !*self.ended.lock().unwrap()
                && row.session.id == id
                && row.session.expires_at > now
                && row.user.status == UserStatus::Active;
            live.then(|| row.clone())
        };
        self.after_reading.acquire().await.unwrap().forget();
        Ok(found)
    }

    async fn session_create(&self, _new: NewSession) -> StoreResult<Option<Suspicion>> {
        Err(StoreError::NotFound)
    }

    async fn refresh_rotate(
        &self,
        _old: TokenHash,
        _new: TokenHash,
        _now: Timestamp,
        _expires_at: Timestamp,
        _reuse_audit: AuditRow,
    ) -> StoreResult<RefreshOutcome> {
        Err(StoreError::NotFound)
    }

    async fn session_end(&self, _user: UserId, _id: SessionId, _audit: AuditRow) -> StoreResult<()> {
        Err(StoreError::NotFound)
    }

    async fn sessions_end_all(&self, _user: UserId, _audit: AuditRow) -> StoreResult<u64> {
        Err(StoreError::NotFound)
    }

    async fn sessions_list(&self, _user: UserId, _now: Timestamp) -> StoreResult<Vec<Session>> {
        Err(StoreError::NotFound)
    }

    async fn attempts_read(&self, _key: TokenHash) -> StoreResult<Option<SignInAttempts>> {
        Err(StoreError::NotFound)
    }

    async fn attempts_fail(
        &self,
        _key: TokenHash,
        _decide: fn(Option<SignInAttempts>, Timestamp) -> SignInAttempts,
        _now: Timestamp,
        _lock_audit: AuditRow,
    ) -> StoreResult<SignInAttempts> {
        Err(StoreError::NotFound)
    }

    async fn address_lock_audit(&self, _audit: AuditRow) -> StoreResult<()> {
        Err(StoreError::NotFound)
    }
}

/// A clock that the test moves, in seconds.
struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

struct Door {
    table: Arc<Table>,
    clock: Arc<Hands>,
    caches: Caches,
    authenticator: Authenticator,
    token: String,
    user: UserId,
    session: SessionId,
}

impl Door {
    /// A person signed in for an hour; whose reads are not held up.
    fn open(mode: Mode) -> Self {
        let start = Timestamp::from_second(START).unwrap();
        let mut ids = IdFactory::new(start, 7);
        let (user, session): (UserId, SessionId) = (ids.make(), ids.make());
        let expires_at = start + SignedDuration::from_hours(1);
        let identity = SessionIdentity {
            session: Session {
                id: session,
                user_id: user,
                created_at: start,
                last_used_at: start,
                expires_at,
                address: None,
                user_agent: None,
            },
            user: User {
                id: user,
                phone: "08012345678".parse().unwrap(),
                full_name: "Ada Obi".parse().unwrap(),
                email: None,
                credential: CredentialKind::Pin,
                platform_role: PlatformRole::None,
                status: UserStatus::Active,
                created_at: start,
                created_by: user,
                updated_at: start,
                updated_by: user,
            },
            memberships: Vec::new(),
        };
        let table = Arc::new(Table {
            row: Mutex::new(identity),
            ended: Mutex::new(false),
            reads: AtomicU64::new(0),
            after_reading: Semaphore::new(10_000),
        });
        let clock = Arc::new(Hands(AtomicI64::new(START)));
        let caches = Caches::new(CachesSettings { mode, ..CachesSettings::default() }).unwrap();
        caches.feed_heard(Instant::now());
        let tokens = Arc::new(AccessTokens::new(&SecretKey::new("k".repeat(32).into()).unwrap().derive()));
        let (token, _) = tokens.issue(user, session, start, expires_at).unwrap();
        let authenticator = Authenticator::new(
            Arc::new(VerifiedTokens::new(tokens, mode != Mode::Off)),
            Levels::new(&caches),
            Arc::<Table>::clone(&table),
            Arc::<Hands>::clone(&clock),
        );
        Self { table, clock, caches, authenticator, token, user, session }
    }

    async fn name(&self) -> Result<String, AuthError> {
        let identity = self.authenticator.authenticate(&self.token).await?;
        assert_eq!((identity.user.id, identity.session_id), (self.user, self.session));
        Ok(identity.user.full_name.to_string())
    }

    fn rename(&self, name: &str) {
        self.table.row.lock().unwrap().user.full_name = name.parse().unwrap();
    }

    fn reads(&self) -> u64 {
        self.table.reads.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn the_second_request_reads_nothing() {
    let door = Door::open(Mode::Memory);
    for _ in 0..5 {
        assert_eq!(door.name().await.unwrap(), "Ada Obi");
    }
    assert_eq!(door.reads(), 1);
    let hits: Vec<_> = door.caches.stats().kinds.iter().map(|kind| (kind.kind, kind.memory_hits)).collect();
    assert_eq!(hits, [("session", 4), ("user", 4), ("memberships", 4)]);
    assert_eq!(door.authenticator.tokens_stats().remembered, 4);
}

#[tokio::test]
async fn without_copies_every_request_reads() {
    let door = Door::open(Mode::Off);
    for _ in 0..3 {
        assert_eq!(door.name().await.unwrap(), "Ada Obi");
    }
    assert_eq!(door.reads(), 3);
}

#[tokio::test]
async fn an_invalidated_tag_of_any_level_is_read_anew() {
    let door = Door::open(Mode::Memory);
    door.name().await.unwrap();
    door.rename("Ada Eze");
    door.caches.invalidate(&[user_tag(door.user)]);
    assert_eq!(door.name().await.unwrap(), "Ada Eze");
    *door.table.ended.lock().unwrap() = true;
    door.caches.invalidate(&[session_tag(door.session)]);
    for _ in 0..3 {
        assert!(matches!(door.name().await, Err(AuthError::SessionEnded)));
    }
    assert_eq!(door.reads(), 3, "that it has ended is remembered");
}

#[tokio::test]
async fn a_copy_is_compared_with_the_clock() {
    let door = Door::open(Mode::Memory);
    door.name().await.unwrap();
    // The session ends before the token does: it was shortened after the token was made.
    let soon = Timestamp::from_second(START + 60).unwrap();
    door.table.row.lock().unwrap().session.expires_at = soon;
    door.caches.invalidate(&[session_tag(door.session)]);
    door.name().await.unwrap();
    door.clock.0.store(START + 60, Ordering::SeqCst);
    assert!(matches!(door.name().await, Err(AuthError::SessionEnded)));
    assert_eq!(door.reads(), 3, "the store was asked whether it was refreshed");
    door.clock.0.store(START + 900, Ordering::SeqCst);
    assert!(matches!(door.name().await, Err(AuthError::InvalidToken)));
}

#[tokio::test]
async fn whoever_is_stopped_is_not_let_in_by_a_copy() {
    let door = Door::open(Mode::Memory);
    door.name().await.unwrap();
    door.table.row.lock().unwrap().user.status = UserStatus::Suspended;
    door.caches.invalidate_local(&[user_tag(door.user)]);
    assert!(matches!(door.name().await, Err(AuthError::SessionEnded)));
    door.table.row.lock().unwrap().user.status = UserStatus::Active;
    door.caches.invalidate_local(&[user_tag(door.user)]);
    assert_eq!(door.name().await.unwrap(), "Ada Obi");
}

#[tokio::test]
async fn copies_are_not_used_while_the_feed_is_silent() {
    let door = Door::open(Mode::Memory);
    door.name().await.unwrap();
    door.caches.feed_lost();
    for _ in 0..2 {
        door.name().await.unwrap();
    }
    assert_eq!(door.reads(), 3);
    door.caches.feed_heard(Instant::now());
    for _ in 0..3 {
        door.name().await.unwrap();
    }
    assert_eq!(door.reads(), 4);
}

/// The read saw the row of before; the change and its invalidation came before its result arrived.
#[tokio::test]
async fn a_read_that_a_change_overtook_leaves_nothing_old() {
    for tag in [true, false] {
        let door = Arc::new(Door::open(Mode::Memory));
        door.table.after_reading.forget_permits(10_000);
        let slow = tokio::spawn({
            let door = Arc::clone(&door);
            async move { door.name().await }
        });
        while door.reads() == 0 {
            tokio::task::yield_now().await;
        }
        door.rename("Ada Eze");
        door.caches.invalidate(&[if tag { user_tag(door.user) } else { session_tag(door.session) }]);
        if !tag {
            door.caches.invalidate(&[user_tag(door.user)]);
        }
        // Whoever comes after the change does not get what is on its way.
        let late = tokio::spawn({
            let door = Arc::clone(&door);
            async move { door.name().await }
        });
        door.table.after_reading.add_permits(10_000);
        assert_eq!(slow.await.unwrap().unwrap(), "Ada Obi", "it began before the change");
        assert_eq!(late.await.unwrap().unwrap(), "Ada Eze");
        assert_eq!(door.name().await.unwrap(), "Ada Eze");
    }
}

#[tokio::test]
async fn many_at_once_read_once() {
    let door = Arc::new(Door::open(Mode::Memory));
    door.table.after_reading.forget_permits(10_000);
    let all: Vec<_> = (0..100)
        .map(|_| {
            let door = Arc::clone(&door);
            tokio::spawn(async move { door.name().await })
        })
        .collect();
    while door.reads() == 0 {
        tokio::task::yield_now().await;
    }
    // One of them goes away half-way, perhaps the one that reads.
    all[0].abort();
    door.table.after_reading.add_permits(10_000);
    let mut served = 0;
    for one in all {
        served += usize::from(one.await.is_ok_and(|name| name.unwrap() == "Ada Obi"));
    }
    assert!(served >= 99);
    assert!(door.reads() <= 2, "{}", door.reads());
}
