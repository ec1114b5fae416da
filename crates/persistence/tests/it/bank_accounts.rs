//! Bank accounts.

use ofektom_domain::ids::UserId;
use ofektom_domain::people::{BankAccount, BankDetails};
use ofektom_domain::ports::{BankAccountStore, Conflict, StoreError};
use ofektom_persistence::BankAccounts;
use ofektom_testkit::{TestDb, on_both_engines};

use crate::fixture::{World, context, later, start};

on_both_engines!(
    the_first_is_the_default_without_cooling_off,
    a_new_default_takes_the_place_of_the_old,
    the_same_details_are_refused,
    ten_at_most,
    a_removed_one_is_gone,
    the_newest_takes_the_place_of_a_removed_default,
    strangers_see_nothing,
);

async fn the_first_is_the_default_without_cooling_off(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Ada").await.id;
    let store = BankAccounts::new(world.db.clone());
    let first = added(&mut world, &store, user, 1).await.unwrap();
    assert_eq!((first.is_default, first.changed_at), (true, None));
    let second = added(&mut world, &store, user, 2).await.unwrap();
    assert_eq!((second.is_default, second.changed_at), (false, Some(start())));
    assert_eq!(store.bank_accounts_list(user).await.unwrap(), vec![second, first.clone()]);
    assert_eq!(store.bank_account_by_id(user, first.id).await.unwrap(), Some(first));
}

pub async fn a_new_default_takes_the_place_of_the_old(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Ada").await.id;
    let store = BankAccounts::new(world.db.clone());
    let first = added(&mut world, &store, user, 1).await.unwrap();
    let mut second = added(&mut world, &store, user, 2).await.unwrap();
    second.is_default = true;
    second.updated_at = later(1);
    let audit = world.audit(user, later(1));
    store.bank_account_update(second.clone(), &context(user, later(1)), audit).await.unwrap();
    assert_eq!(defaults(&store, user).await, [second.id]);
    let mut third = account(&mut world, user, 3);
    third.is_default = true;
    let audit = world.audit(user, later(1));
    let third = store.bank_account_create(third, &context(user, later(1)), audit).await.unwrap();
    assert_eq!(defaults(&store, user).await, [third.id]);
    assert_ne!(first.id, third.id);
}

async fn the_same_details_are_refused(test: TestDb) {
    let mut world = World::open(&test).await;
    let (user, other) = (world.registered("Ada").await.id, world.registered("Other").await.id);
    let store = BankAccounts::new(world.db.clone());
    let first = added(&mut world, &store, user, 1).await.unwrap();
    let refused = added(&mut world, &store, user, 1).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Conflict::BankAccount))), "{refused:?}");
    added(&mut world, &store, other, 1).await.unwrap();
    let mut second = added(&mut world, &store, user, 2).await.unwrap();
    second.details = first.details;
    let audit = world.audit(user, later(1));
    let refused = store.bank_account_update(second, &context(user, later(1)), audit).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Conflict::BankAccount))), "{refused:?}");
}

async fn ten_at_most(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Ada").await.id;
    let store = BankAccounts::new(world.db.clone());
    let tries: Vec<_> = (0..12)
        .map(|number| {
            let (account, audit) = (account(&mut world, user, number), world.audit(user, start()));
            let store = store.clone();
            tokio::spawn(async move { store.bank_account_create(account, &context(user, start()), audit).await })
        })
        .collect();
    let mut refused = 0;
    for attempt in tries {
        refused += u32::from(matches!(attempt.await.unwrap(), Err(StoreError::Refused(_))));
    }
    assert_eq!(refused, 2);
    assert_eq!(store.bank_accounts_list(user).await.unwrap().len(), 10);
    assert_eq!(defaults(&store, user).await.len(), 1);
}

pub async fn a_removed_one_is_gone(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Ada").await.id;
    let store = BankAccounts::new(world.db.clone());
    let first = added(&mut world, &store, user, 1).await.unwrap();
    let audit = world.audit(user, later(1));
    store.bank_account_delete(user, first.id, &context(user, later(1)), audit).await.unwrap();
    assert_eq!(store.bank_account_by_id(user, first.id).await.unwrap(), None);
    assert_eq!(store.bank_accounts_list(user).await.unwrap(), vec![]);
    let audit = world.audit(user, later(1));
    assert!(matches!(
        store.bank_account_delete(user, first.id, &context(user, later(1)), audit).await,
        Err(StoreError::NotFound)
    ));
    let audit = world.audit(user, later(1));
    assert!(matches!(
        store.bank_account_update(first, &context(user, later(1)), audit).await,
        Err(StoreError::NotFound)
    ));
    let again = added(&mut world, &store, user, 1).await.unwrap();
    assert_eq!((again.is_default, again.changed_at), (true, Some(start())), "removing does not end the cooling-off");
}

async fn the_newest_takes_the_place_of_a_removed_default(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Ada").await.id;
    let store = BankAccounts::new(world.db.clone());
    let mut added_ids = Vec::new();
    for number in 1..4 {
        added_ids.push(added(&mut world, &store, user, number).await.unwrap().id);
    }
    let audit = world.audit(user, later(1));
    store.bank_account_delete(user, added_ids[1], &context(user, later(1)), audit).await.unwrap();
    assert_eq!(defaults(&store, user).await, added_ids[..1], "another one than the default went");
    let audit = world.audit(user, later(2));
    store.bank_account_delete(user, added_ids[0], &context(user, later(1)), audit).await.unwrap();
    assert_eq!(defaults(&store, user).await, added_ids[2..]);
    let next = store.bank_account_by_id(user, added_ids[2]).await.unwrap().unwrap();
    assert_eq!((next.changed_at, next.updated_at), (Some(later(2)), later(2)), "payouts to it wait");
    let audit = world.audit(user, later(3));
    store.bank_account_delete(user, next.id, &context(user, later(1)), audit).await.unwrap();
    assert_eq!(store.bank_accounts_list(user).await.unwrap(), vec![]);
}

async fn strangers_see_nothing(test: TestDb) {
    let mut world = World::open(&test).await;
    let (user, other) = (world.registered("Ada").await.id, world.registered("Other").await.id);
    let store = BankAccounts::new(world.db.clone());
    let mut first = added(&mut world, &store, user, 1).await.unwrap();
    assert_eq!(store.bank_account_by_id(other, first.id).await.unwrap(), None);
    assert_eq!(store.bank_accounts_list(other).await.unwrap(), vec![]);
    let audit = world.audit(other, later(1));
    assert!(matches!(
        store.bank_account_delete(other, first.id, &context(other, later(1)), audit).await,
        Err(StoreError::NotFound)
    ));
    first.user_id = other;
    let audit = world.audit(other, later(1));
    assert!(matches!(
        store.bank_account_update(first, &context(user, later(1)), audit).await,
        Err(StoreError::NotFound)
    ));
}

fn account(world: &mut World, user: UserId, number: u64) -> BankAccount {
    BankAccount {
        id: world.id(),
        user_id: user,
        details: BankDetails::new("058", &format!("{number:010}"), "Ada Okafor").unwrap(),
        is_default: false,
        changed_at: Some(start()),
        created_at: start(),
        updated_at: start(),
    }
}

async fn added(world: &mut World, store: &BankAccounts, user: UserId, number: u64) -> Result<BankAccount, StoreError> {
    let account = account(world, user, number);
    let audit = world.audit(user, start());
    store.bank_account_create(account, &context(user, start()), audit).await
}

async fn defaults(store: &BankAccounts, user: UserId) -> Vec<ofektom_domain::ids::BankAccountId> {
    let all = store.bank_accounts_list(user).await.unwrap();
    all.into_iter().filter(|account| account.is_default).map(|account| account.id).collect()
}
