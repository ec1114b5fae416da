//! Changing and resetting secrets.

use ofektom_domain::ids::{SessionId, UserId};
use ofektom_domain::people::{CredentialKind, RefreshToken, SecretCode, Session, TokenHash, UserStatus};
use ofektom_domain::ports::{
    NewSession, PeopleStore, ResetOutcome, SecretChange, SecretReset, SecretStore, SessionStore, StoreError,
};
use ofektom_persistence::{Installation, KeyFingerprints, KeyMatch, Secrets, Sessions};
use ofektom_testkit::{TestDb, on_both_engines};

use crate::fixture::{World, later, secret, start};

const KEY: TokenHash = TokenHash([1; 32]);
const RIGHT: TokenHash = TokenHash([2; 32]);
const WRONG: TokenHash = TokenHash([3; 32]);

on_both_engines!(
    a_change_keeps_one_session,
    a_changed_secret_is_not_changed_again,
    a_code_is_used_once,
    a_new_code_replaces_the_one_before,
    wrong_codes_at_once_are_all_counted,
    two_reset_at_once,
    a_code_of_nobody_is_never_right,
    a_passphrase_is_not_reset_to_a_pin,
    the_key_is_the_first_one,
    a_key_takes_the_place_of_another,
);

async fn a_change_keeps_one_session(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Ada").await;
    let (secrets, sessions) = (Secrets::new(world.db.clone()), Sessions::new(world.db.clone()));
    let kept = signed_in(&mut world, user.id, 10).await;
    let (second, third) = (signed_in(&mut world, user.id, 11).await, signed_in(&mut world, user.id, 12).await);
    let change = change(&mut world, user.id, "first", kept);
    assert_eq!(secrets.secret_change(change).await.unwrap(), 2);
    assert!(sessions.session_identity(kept, later(1)).await.unwrap().is_some());
    for ended in [second, third] {
        assert_eq!(sessions.session_identity(ended, later(1)).await.unwrap(), None);
    }
    let (changed, stored) = world.people.user_by_phone(&user.phone).await.unwrap().unwrap();
    assert_eq!((changed.credential, stored), (CredentialKind::Passphrase, Some(secret("second"))));
}

async fn a_changed_secret_is_not_changed_again(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Ada").await;
    let secrets = Secrets::new(world.db.clone());
    let kept = signed_in(&mut world, user.id, 10).await;
    let stale = change(&mut world, user.id, "another one", kept);
    assert!(matches!(secrets.secret_change(stale).await, Err(StoreError::NotFound)));
    assert!(Sessions::new(world.db.clone()).session_identity(kept, later(1)).await.unwrap().is_some());
}

pub async fn a_code_is_used_once(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Ada").await;
    let (secrets, sessions) = (Secrets::new(world.db.clone()), Sessions::new(world.db.clone()));
    let session = signed_in(&mut world, user.id, 10).await;
    asked(&mut world, Some(user.id), RIGHT).await;
    let wrong = reset(&mut world, WRONG);
    assert_eq!(secrets.secret_reset(wrong).await.unwrap(), ResetOutcome::Rejected);
    let right = reset(&mut world, RIGHT);
    assert_eq!(secrets.secret_reset(right).await.unwrap(), ResetOutcome::Done(user.id));
    assert_eq!(sessions.session_identity(session, later(1)).await.unwrap(), None);
    let (_, stored) = world.people.user_by_phone(&user.phone).await.unwrap().unwrap();
    assert_eq!(stored, Some(secret("reset")));
    let again = reset(&mut world, RIGHT);
    assert_eq!(secrets.secret_reset(again).await.unwrap(), ResetOutcome::Rejected);
}

async fn a_new_code_replaces_the_one_before(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Ada").await;
    let secrets = Secrets::new(world.db.clone());
    asked(&mut world, Some(user.id), WRONG).await;
    asked(&mut world, Some(user.id), RIGHT).await;
    let earlier = reset(&mut world, WRONG);
    assert_eq!(secrets.secret_reset(earlier).await.unwrap(), ResetOutcome::Rejected);
    asked(&mut world, None, RIGHT).await;
    let of_nobody = reset(&mut world, RIGHT);
    assert_eq!(secrets.secret_reset(of_nobody).await.unwrap(), ResetOutcome::Rejected, "his person is forgotten, too");
}

async fn wrong_codes_at_once_are_all_counted(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Ada").await;
    let secrets = Secrets::new(world.db.clone());
    asked(&mut world, Some(user.id), RIGHT).await;
    let tries: Vec<_> = (0..5)
        .map(|_| {
            let (secrets, wrong) = (secrets.clone(), reset(&mut world, WRONG));
            tokio::spawn(async move { secrets.secret_reset(wrong).await })
        })
        .collect();
    for attempt in tries {
        assert_eq!(attempt.await.unwrap().unwrap(), ResetOutcome::Rejected);
    }
    let right = reset(&mut world, RIGHT);
    assert_eq!(secrets.secret_reset(right).await.unwrap(), ResetOutcome::Rejected, "five tries were made");
}

async fn two_reset_at_once(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Ada").await;
    let secrets = Secrets::new(world.db.clone());
    asked(&mut world, Some(user.id), RIGHT).await;
    let tries: Vec<_> = (0..8)
        .map(|_| {
            let (secrets, right) = (secrets.clone(), reset(&mut world, RIGHT));
            tokio::spawn(async move { secrets.secret_reset(right).await })
        })
        .collect();
    let mut done = 0;
    for attempt in tries {
        done += u32::from(attempt.await.unwrap().unwrap() == ResetOutcome::Done(user.id));
    }
    assert_eq!(done, 1);
}

async fn a_code_of_nobody_is_never_right(test: TestDb) {
    let mut world = World::open(&test).await;
    let mut user = world.user("Waiting");
    user.status = UserStatus::Pending;
    let new = world.new_user(user.clone());
    world.people.user_create(new).await.unwrap();
    let secrets = Secrets::new(world.db.clone());
    for whose in [None, Some(user.id)] {
        asked(&mut world, whose, RIGHT).await;
        let right = reset(&mut world, RIGHT);
        assert_eq!(secrets.secret_reset(right).await.unwrap(), ResetOutcome::Rejected, "{whose:?}");
    }
    assert_eq!(world.people.user_by_id(user.id).await.unwrap(), Some(user), "a person who waits goes on waiting");
}

async fn a_passphrase_is_not_reset_to_a_pin(test: TestDb) {
    let mut world = World::open(&test).await;
    let mut user = world.user("Agent");
    user.credential = CredentialKind::Passphrase;
    let new = world.new_user(user.clone());
    world.people.user_create(new).await.unwrap();
    let secrets = Secrets::new(world.db.clone());
    asked(&mut world, Some(user.id), RIGHT).await;
    let pin = reset(&mut world, RIGHT);
    assert_eq!(secrets.secret_reset(pin.clone()).await.unwrap(), ResetOutcome::PassphraseNeeded);
    let passphrase = SecretReset { credential: CredentialKind::Passphrase, ..pin };
    assert_eq!(secrets.secret_reset(passphrase).await.unwrap(), ResetOutcome::Done(user.id), "the code stays good");
}

async fn a_key_takes_the_place_of_another(test: TestDb) {
    let world = World::open(&test).await;
    let installation = Installation::new(world.db.clone());
    let (former, present) = (RIGHT, WRONG);
    let waiting = KeyFingerprints { next: vec![present], ..KeyFingerprints::alone(former) };
    let rotated = KeyFingerprints { previous: vec![former], ..KeyFingerprints::alone(present) };
    let matched = async |keys: &KeyFingerprints| installation.key_match(keys.clone(), later(1)).await.unwrap();
    assert_eq!(matched(&waiting).await, KeyMatch::Same);
    assert_eq!(installation.key_matched(&rotated).await.unwrap(), Some(KeyMatch::Moved), "looking moves nothing");
    assert_eq!(matched(&waiting).await, KeyMatch::Same);
    assert_eq!(matched(&rotated).await, KeyMatch::Moved);
    assert_eq!(matched(&rotated).await, KeyMatch::Same);
    assert_eq!(matched(&waiting).await, KeyMatch::Ahead, "a server that starts again meanwhile moves nothing back");
    assert_eq!(matched(&KeyFingerprints::alone(present)).await, KeyMatch::Same);
    assert_eq!(matched(&KeyFingerprints::alone(former)).await, KeyMatch::Other);
    // Back again, when something went wrong.
    let back = KeyFingerprints { previous: vec![present], ..KeyFingerprints::alone(former) };
    assert_eq!(matched(&back).await, KeyMatch::Moved);
}

async fn the_key_is_the_first_one(test: TestDb) {
    let world = World::open(&test).await;
    let installation = Installation::new(world.db.clone());
    assert_eq!(installation.key_match(KeyFingerprints::alone(RIGHT), start()).await.unwrap(), KeyMatch::Same);
    assert_eq!(installation.key_match(KeyFingerprints::alone(RIGHT), later(1)).await.unwrap(), KeyMatch::Same);
    assert_eq!(installation.key_match(KeyFingerprints::alone(WRONG), later(1)).await.unwrap(), KeyMatch::Other);
    installation.key_accept(WRONG, later(2)).await.unwrap();
    assert_eq!(installation.key_match(KeyFingerprints::alone(WRONG), later(3)).await.unwrap(), KeyMatch::Same);
    assert_eq!(installation.key_match(KeyFingerprints::alone(RIGHT), later(3)).await.unwrap(), KeyMatch::Other);
}

fn change(world: &mut World, user_id: UserId, old: &str, kept: SessionId) -> SecretChange {
    let (old, new) = (secret(old), secret("second"));
    let audit = world.audit(user_id, later(1));
    SecretChange { user_id, old, new, credential: CredentialKind::Passphrase, kept, key: KEY, audit }
}

fn reset(world: &mut World, offered: TokenHash) -> SecretReset {
    let actor = world.id();
    let audit = world.audit(actor, later(1));
    SecretReset { key: KEY, offered, new: secret("reset"), credential: CredentialKind::Pin, audit }
}

/// A code for a person, or for a number that nobody has.
async fn asked(world: &mut World, user: Option<UserId>, code: TokenHash) {
    let actor = world.id();
    let audit = world.audit(actor, start());
    let code = SecretCode::new(KEY, user, code, start());
    Secrets::new(world.db.clone()).secret_code_replace(code, audit).await.unwrap();
}

/// A session from the start for an hour.
async fn signed_in(world: &mut World, user_id: UserId, token: u8) -> SessionId {
    let session = Session {
        id: world.id(),
        user_id,
        created_at: start(),
        last_used_at: start(),
        expires_at: later(60),
        address: None,
        user_agent: None,
    };
    let id = session.id;
    let hash = TokenHash([token; 32]);
    let refresh = RefreshToken { hash, session_id: id, created_at: start(), expires_at: later(60) };
    let (audit, suspicious_audit) = (world.audit(user_id, start()), world.audit(user_id, start()));
    let new = NewSession {
        session,
        refresh,
        attempts_key: KEY,
        failed_before: 0,
        audit,
        suspicious_audit,
        suspicious_notification: world.id(),
    };
    assert_eq!(Sessions::new(world.db.clone()).session_create(new).await.unwrap(), None);
    id
}
