//! People and their activation.

use ofektom_domain::people::{Activation, ProfileChange, TokenHash, UserStatus};
use ofektom_domain::permission::Role;
use ofektom_domain::ports::{Conflict, PeopleStore, StoreError};
use ofektom_testkit::{TestDb, on_both_engines};

use crate::fixture::{World, context, later, membership, secret, start};

on_both_engines!(
    a_person_comes_back_as_stored,
    a_phone_number_has_one_person,
    an_activation_is_used_once,
    an_old_activation_is_worth_nothing,
    a_new_activation_replaces_the_earlier_ones,
    two_activate_at_once,
    a_rehash_never_overwrites_a_newer_secret,
    a_change_of_name_and_address,
);

async fn a_person_comes_back_as_stored(test: TestDb) {
    let mut world = World::open(&test).await;
    let mut user = world.user("Adaeze Ọkáfọ̀r");
    user.email = Some("ada@example.ng".parse().unwrap());
    world.people.user_create(world.new_user(user.clone())).await.unwrap();
    assert_eq!(world.people.user_by_id(user.id).await.unwrap(), Some(user.clone()));
    let found = world.people.user_by_phone(&user.phone).await.unwrap();
    assert_eq!(found, Some((user, Some(secret("first")))));
    let nobody = world.user("Nobody");
    assert_eq!(world.people.user_by_id(nobody.id).await.unwrap(), None);
    assert_eq!(world.people.user_by_phone(&nobody.phone).await.unwrap(), None);
}

async fn a_phone_number_has_one_person(test: TestDb) {
    let mut world = World::open(&test).await;
    let first = world.registered("First").await;
    let mut second = world.user("Second");
    second.phone = first.phone.clone();
    let refused = world.people.user_create(world.new_user(second.clone())).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Conflict::Phone))), "{refused:?}");
    let audit = world.audit(second.id, start());
    let refused = world.people.super_admin_create(second.clone(), secret("x"), audit).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Conflict::Phone))), "{refused:?}");
    assert_eq!(world.people.user_by_id(second.id).await.unwrap(), None);
}

async fn an_activation_is_used_once(test: TestDb) {
    let mut world = World::open(&test).await;
    let (user_id, token) = pending(&mut world).await;
    let found = world.people.activation_user(token, later(1)).await.unwrap();
    assert_eq!(found.map(|user| user.id), Some(user_id));
    let audit = world.audit(user_id, later(1));
    let name = Some("New Name".parse().unwrap());
    let user = world.people.user_activate(token, secret("own"), name, audit).await.unwrap();
    assert_eq!((user.status, user.full_name.as_str()), (UserStatus::Active, "New Name"));
    assert_eq!(user.updated_at, later(1));
    let (_, stored) = world.people.user_by_phone(&user.phone).await.unwrap().unwrap();
    assert_eq!(stored, Some(secret("own")));
    assert_eq!(world.people.activation_user(token, later(1)).await.unwrap(), None);
    let audit = world.audit(user_id, later(2));
    let again = world.people.user_activate(token, secret("thief"), None, audit).await;
    assert!(matches!(again, Err(StoreError::NotFound)));
}

async fn an_old_activation_is_worth_nothing(test: TestDb) {
    let mut world = World::open(&test).await;
    let (user_id, token) = pending(&mut world).await;
    assert_eq!(world.people.activation_user(token, later(60)).await.unwrap(), None);
    let audit = world.audit(user_id, later(60));
    let refused = world.people.user_activate(token, secret("late"), None, audit).await;
    assert!(matches!(refused, Err(StoreError::NotFound)));
    assert!(world.people.activation_user(token, later(1)).await.unwrap().is_some(), "a refusal uses nothing up");
}

pub async fn a_new_activation_replaces_the_earlier_ones(test: TestDb) {
    let mut world = World::open(&test).await;
    let business = world.opened("Market Savings").await;
    let (user_id, token) = pending(&mut world).await;
    let hash = TokenHash([10; 32]);
    let renewed = Activation { hash, user_id, created_at: later(2), expires_at: later(120) };
    let place = membership(&business, user_id, Role::Customer);
    for _ in 0..2 {
        // The second time he has the membership already, and the token is another.
        let audit = world.audit(user_id, later(2));
        let serial = u8::try_from(world.serial() % 200).unwrap();
        let renewed = Activation { hash: TokenHash([serial.wrapping_add(20); 32]), ..renewed };
        world.people.activation_renew(renewed, place.clone(), audit).await.unwrap();
    }
    let audit = world.audit(user_id, later(2));
    world.people.activation_renew(renewed, place.clone(), audit).await.unwrap();
    assert_eq!(world.people.activation_user(token, later(3)).await.unwrap(), None, "the first token is dead");
    let audit = world.audit(user_id, later(3));
    let user = world.people.user_activate(hash, secret("own"), None, audit).await.unwrap();
    assert_eq!(user.status, UserStatus::Active);
    let again = Activation { hash: TokenHash([11; 32]), ..renewed };
    let audit = world.audit(user_id, later(4));
    let refused = world.people.activation_renew(again, place, audit).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Conflict::Phone))), "{refused:?}");
}

async fn two_activate_at_once(test: TestDb) {
    let mut world = World::open(&test).await;
    let (user_id, token) = pending(&mut world).await;
    let tries: Vec<_> = (0..8)
        .map(|at| {
            let (people, audit) = (world.people.clone(), world.audit(user_id, later(1)));
            tokio::spawn(async move { people.user_activate(token, secret(&at.to_string()), None, audit).await })
        })
        .collect();
    let mut won = 0;
    for attempt in tries {
        match attempt.await.unwrap() {
            Ok(_) => won += 1,
            Err(StoreError::NotFound) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(won, 1);
}

pub async fn a_rehash_never_overwrites_a_newer_secret(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Bola").await;
    world.people.user_rehash(user.id, secret("first"), secret("stronger")).await.unwrap();
    world.people.user_rehash(user.id, secret("first"), secret("stale")).await.unwrap();
    let (_, stored) = world.people.user_by_phone(&user.phone).await.unwrap().unwrap();
    assert_eq!(stored, Some(secret("stronger")));
}

async fn a_change_of_name_and_address(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Bola").await;
    let change = ProfileChange {
        full_name: Some("Bola Ahmed".parse().unwrap()),
        email: Some(Some("bola@example.ng".parse().unwrap())),
    };
    let changed = world.people.user_update(change.clone(), &context(user.id, later(5))).await.unwrap();
    assert_eq!((changed.full_name.as_str(), changed.updated_at), ("Bola Ahmed", later(5)));
    assert_eq!(world.people.user_by_id(user.id).await.unwrap(), Some(changed.clone()));
    // What a change does not name stays, whoever changed it before.
    let nameless = ProfileChange { full_name: None, email: Some(None) };
    let after = world.people.user_update(nameless, &context(user.id, later(6))).await.unwrap();
    assert_eq!((after.full_name, after.email), (changed.full_name, None));
    let nobody = context(world.id(), later(5));
    assert!(matches!(world.people.user_update(change, &nobody).await, Err(StoreError::NotFound)));
}

/// A person who waits for activation, with a token that is good for an hour.
async fn pending(world: &mut World) -> (ofektom_domain::ids::UserId, TokenHash) {
    let mut user = world.user("Waiting");
    user.status = UserStatus::Pending;
    let hash = TokenHash([9; 32]);
    let mut new = world.new_user(user.clone());
    new.activation = Some(Activation { hash, user_id: user.id, created_at: start(), expires_at: later(60) });
    world.people.user_create(new).await.unwrap();
    (user.id, hash)
}
