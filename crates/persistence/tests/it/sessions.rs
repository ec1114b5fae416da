//! Sign-ins.

use jiff::{Timestamp, ToSpan};
use ofektom_domain::ids::{SessionId, UserId};
use ofektom_domain::people::{RefreshToken, Session, SignInAttempts, TokenHash};
use ofektom_domain::permission::Role;
use ofektom_domain::ports::{BusinessStore, NewSession, RefreshOutcome, SessionStore, StoreError};
use ofektom_persistence::Sessions;
use ofektom_testkit::{TestDb, on_both_engines};

use crate::fixture::{World, later, membership, start};

const KEY: TokenHash = TokenHash([1; 32]);

on_both_engines!(
    a_session_lives_until_it_ends,
    an_identity_has_its_memberships,
    a_refresh_token_is_used_once,
    concurrent_refreshes_end_the_session,
    an_unknown_or_old_token_is_invalid,
    logging_out_everywhere,
    failed_attempts_add_up,
);

async fn a_session_lives_until_it_ends(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Ada").await;
    let sessions = Sessions::new(world.db.clone());
    let session = signed_in(&mut world, &sessions, user.id, 1).await;
    let identity = sessions.session_identity(session.id, later(59)).await.unwrap().unwrap();
    assert_eq!((identity.session, identity.user), (session.clone(), user.clone()));
    assert_eq!(sessions.session_identity(session.id, later(60)).await.unwrap(), None, "it is too old");
    assert_eq!(sessions.sessions_list(user.id, later(1)).await.unwrap(), vec![session.clone()]);
    let other = world.registered("Other").await;
    let audit = world.audit(other.id, later(2));
    let refused = sessions.session_end(other.id, session.id, audit).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "it is not his");
    let audit = world.audit(user.id, later(2));
    sessions.session_end(user.id, session.id, audit).await.unwrap();
    assert_eq!(sessions.session_identity(session.id, later(3)).await.unwrap(), None);
    let audit = world.audit(user.id, later(3));
    assert!(matches!(sessions.session_end(user.id, session.id, audit).await, Err(StoreError::NotFound)));
}

async fn an_identity_has_its_memberships(test: TestDb) {
    let mut world = World::open(&test).await;
    let business = world.opened("Sunrise Thrift").await;
    let user = world.registered("Ada").await;
    let joined = membership(&business, user.id, Role::Customer);
    let audit = world.audit(user.id, start());
    world.businesses.membership_create(joined.clone(), business.join_code, audit).await.unwrap();
    let sessions = Sessions::new(world.db.clone());
    let session = signed_in(&mut world, &sessions, user.id, 1).await;
    let identity = sessions.session_identity(session.id, later(1)).await.unwrap().unwrap();
    assert_eq!(identity.memberships, vec![joined]);
}

async fn a_refresh_token_is_used_once(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Ada").await;
    let sessions = Sessions::new(world.db.clone());
    let session = signed_in(&mut world, &sessions, user.id, 1).await;
    let RefreshOutcome::Rotated(identity) = rotate(&mut world, &sessions, (1, 2), later(30)).await else { panic!() };
    assert_eq!(identity.session.last_used_at, later(30));
    assert_eq!(identity.session.expires_at, later(90), "a session in use lives on");
    assert!(matches!(rotate(&mut world, &sessions, (2, 3), later(80)).await, RefreshOutcome::Rotated(_)));
    assert_eq!(rotate(&mut world, &sessions, (1, 4), later(81)).await, RefreshOutcome::Reused(session.id));
    assert_eq!(sessions.session_identity(session.id, later(82)).await.unwrap(), None);
    assert_eq!(rotate(&mut world, &sessions, (3, 5), later(82)).await, RefreshOutcome::Invalid);
    assert_eq!(rotate(&mut world, &sessions, (1, 6), later(83)).await, RefreshOutcome::Invalid, "it is over already");
}

async fn concurrent_refreshes_end_the_session(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Ada").await;
    let sessions = Sessions::new(world.db.clone());
    let session = signed_in(&mut world, &sessions, user.id, 1).await;
    let tries: Vec<_> = (10..18)
        .map(|new| {
            let (sessions, audit) = (sessions.clone(), world.audit(user.id, later(1)));
            tokio::spawn(async move { sessions.refresh_rotate(hash(1), hash(new), later(1), later(61), audit).await })
        })
        .collect();
    let mut rotated = 0;
    for attempt in tries {
        rotated += u32::from(matches!(attempt.await.unwrap().unwrap(), RefreshOutcome::Rotated(_)));
    }
    assert_eq!(rotated, 1);
    assert_eq!(sessions.session_identity(session.id, later(2)).await.unwrap(), None);
}

async fn an_unknown_or_old_token_is_invalid(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Ada").await;
    let sessions = Sessions::new(world.db.clone());
    signed_in(&mut world, &sessions, user.id, 1).await;
    assert_eq!(rotate(&mut world, &sessions, (77, 78), later(1)).await, RefreshOutcome::Invalid);
    assert_eq!(rotate(&mut world, &sessions, (1, 2), later(60)).await, RefreshOutcome::Invalid);
}

async fn logging_out_everywhere(test: TestDb) {
    let mut world = World::open(&test).await;
    let (user, other) = (world.registered("Ada").await, world.registered("Other").await);
    let sessions = Sessions::new(world.db.clone());
    for token in 1..4 {
        signed_in(&mut world, &sessions, user.id, token).await;
    }
    let kept = signed_in(&mut world, &sessions, other.id, 9).await;
    let listed = sessions.sessions_list(user.id, later(1)).await.unwrap();
    assert!(listed.windows(2).all(|pair| pair[0].id > pair[1].id), "newest first");
    let audit = world.audit(user.id, later(1));
    assert_eq!(sessions.sessions_end_all(user.id, audit).await.unwrap(), 3);
    assert_eq!(sessions.sessions_list(user.id, later(1)).await.unwrap(), vec![]);
    assert!(sessions.session_identity(kept.id, later(1)).await.unwrap().is_some());
}

async fn failed_attempts_add_up(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Ada").await;
    let sessions = Sessions::new(world.db.clone());
    assert_eq!(sessions.attempts_read(KEY).await.unwrap(), None);
    let tries: Vec<_> = (0..12)
        .map(|_| {
            let (sessions, audit) = (sessions.clone(), world.audit(user.id, later(1)));
            tokio::spawn(async move { sessions.attempts_fail(KEY, lock_at_ten, later(1), audit).await })
        })
        .collect();
    for attempt in tries {
        attempt.await.unwrap().unwrap();
    }
    let state = sessions.attempts_read(KEY).await.unwrap().unwrap();
    assert_eq!((state.failed, state.last_failed_at), (12, later(1)));
    assert_eq!(state.locked_until, Some(later(16)));
    signed_in(&mut world, &sessions, user.id, 1).await;
    assert_eq!(sessions.attempts_read(KEY).await.unwrap(), None, "a success forgets them");
}

fn lock_at_ten(before: Option<SignInAttempts>, now: Timestamp) -> SignInAttempts {
    let failed = before.map_or(0, |before| before.failed) + 1;
    let locked_until = (failed >= 10).then(|| now.checked_add(15.minutes()).unwrap());
    SignInAttempts { failed, last_failed_at: now, locked_until }
}

const fn hash(number: u8) -> TokenHash {
    TokenHash([number; 32])
}

/// A session from the start for an hour, with a refresh token.
pub async fn signed_in(world: &mut World, sessions: &Sessions, user: UserId, token: u8) -> Session {
    let session = Session {
        id: world.id::<SessionId>(),
        user_id: user,
        created_at: start(),
        last_used_at: start(),
        expires_at: later(60),
        address: Some("::1".parse().unwrap()),
        user_agent: Some("curl/8".to_owned()),
    };
    let refresh =
        RefreshToken { hash: hash(token), session_id: session.id, created_at: start(), expires_at: later(60) };
    let audit = world.audit(user, start());
    let suspicious_audit = world.audit(user, start());
    let new = NewSession {
        session: session.clone(),
        refresh,
        attempts_key: KEY,
        failed_before: 0,
        audit,
        suspicious_audit,
        suspicious_notification: world.id(),
    };
    assert_eq!(sessions.session_create(new).await.unwrap(), None);
    session
}

async fn rotate(world: &mut World, sessions: &Sessions, (old, new): (u8, u8), now: Timestamp) -> RefreshOutcome {
    let actor = world.id();
    let audit = world.audit(actor, now);
    let until = now.checked_add(60.minutes()).unwrap();
    sessions.refresh_rotate(hash(old), hash(new), now, until, audit).await.unwrap()
}
