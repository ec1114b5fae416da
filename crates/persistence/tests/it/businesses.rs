//! Businesses, units, members.

use ofektom_domain::business::{BusinessChange, MemberChange, MembershipStatus, Policy, PolicyChange, Unit};
use ofektom_domain::money::Money;
use ofektom_domain::page::PageRequest;
use ofektom_domain::people::CredentialKind;
use ofektom_domain::permission::Role;
use ofektom_domain::ports::{BusinessStore, Conflict, MemberFilter, PeopleStore as _, StoreError};
use ofektom_testkit::{TestDb, on_both_engines};

use crate::fixture::{World, context, later, membership, start};

on_both_engines!(
    a_business_comes_back_as_stored,
    a_join_code_is_one_business,
    a_business_changes,
    units_have_names_of_their_own,
    a_unit_in_use_stays,
    units_come_in_pages,
    whoever_left_may_come_back,
    members_are_found,
    a_member_changes,
);

async fn a_business_comes_back_as_stored(test: TestDb) {
    let mut world = World::open(&test).await;
    let first = world.opened("Sunrise Thrift").await;
    let second = world.opened("Moonlight Thrift").await;
    let stranger = world.id();
    assert_eq!(world.businesses.business_by_id(first.id).await.unwrap(), Some(first.clone()));
    assert_eq!(world.businesses.business_by_code(second.join_code).await.unwrap(), Some(second.clone()));
    assert_eq!(world.businesses.business_by_id(stranger).await.unwrap(), None);
    let both = world.businesses.businesses_by_ids(&[first.id, stranger, second.id]).await.unwrap();
    assert_eq!(both, vec![second, first.clone()]);
    assert_eq!(world.businesses.businesses_by_ids(&[]).await.unwrap(), vec![]);
    let owner = world.businesses.member_by_id(first.id, first.owner_id).await.unwrap().unwrap();
    assert_eq!(owner.membership, membership(&first, first.owner_id, Role::Agent));
}

async fn a_join_code_is_one_business(test: TestDb) {
    let mut world = World::open(&test).await;
    let first = world.opened("Sunrise Thrift").await;
    let mut second = world.business("Moonlight Thrift", first.owner_id);
    second.business.join_code = first.join_code;
    let refused = world.businesses.business_create(second.clone()).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Conflict::JoinCode))), "{refused:?}");
    assert_eq!(world.businesses.business_by_id(second.business.id).await.unwrap(), None);
}

pub async fn a_business_changes(test: TestDb) {
    let mut world = World::open(&test).await;
    let business = world.opened("Sunrise Thrift").await;
    let by = context(business.owner_id, later(1));
    let route = unit(&mut world, business.id, "Route").await.unwrap();
    let four_eyes_above = Some(Some(Money::from_kobo(5_000_000)));
    let change = BusinessChange {
        name: Some("Sunset Thrift".to_owned()),
        default_unit_id: Some(route.id),
        policy: PolicyChange { four_eyes_above, ..PolicyChange::default() },
        ..BusinessChange::default()
    };
    let changed = world.businesses.business_update(business.id, change.clone(), &by).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.default_unit_id), ("Sunset Thrift", route.id));
    let policy = Policy { four_eyes_above: Some(Money::from_kobo(5_000_000)), ..business.policy };
    assert_eq!((changed.policy, changed.updated_at, changed.join_code), (policy, later(1), business.join_code));
    assert_eq!(world.businesses.business_by_id(business.id).await.unwrap(), Some(changed));
    let unknown = world.id();
    assert!(matches!(world.businesses.business_update(unknown, change, &by).await, Err(StoreError::NotFound)));
}

pub async fn units_have_names_of_their_own(test: TestDb) {
    let mut world = World::open(&test).await;
    let (business, other) = (world.opened("Sunrise Thrift").await, world.opened("Moonlight Thrift").await);
    let mut unit = unit(&mut world, business.id, "Ọjà Oje").await.unwrap();
    for same in ["Ọjà Oje", "ọJÀ OJE"] {
        let refused = self::unit(&mut world, business.id, same).await;
        assert!(matches!(refused, Err(StoreError::Conflict(Conflict::UnitName))), "{same}: {refused:?}");
    }
    self::unit(&mut world, other.id, "Ọjà Oje").await.unwrap();
    assert_eq!(world.businesses.unit_by_id(business.id, unit.id).await.unwrap(), Some(unit.clone()));
    assert_eq!(world.businesses.unit_by_id(other.id, unit.id).await.unwrap(), None, "it is another business's");
    unit.name = "MAIN".to_owned();
    let audit = world.audit(business.owner_id, later(1));
    let refused = world.businesses.unit_update(unit.clone(), audit).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Conflict::UnitName))), "{refused:?}");
    unit.name = "ọjà oje".to_owned();
    unit.updated_at = later(1);
    let audit = world.audit(business.owner_id, later(1));
    world.businesses.unit_update(unit.clone(), audit).await.unwrap();
    assert_eq!(world.businesses.unit_by_id(business.id, unit.id).await.unwrap(), Some(unit.clone()));
    unit.business_id = other.id;
    let audit = world.audit(business.owner_id, later(1));
    assert!(matches!(world.businesses.unit_update(unit, audit).await, Err(StoreError::NotFound)));
}

pub async fn a_unit_in_use_stays(test: TestDb) {
    let mut world = World::open(&test).await;
    let business = world.opened("Sunrise Thrift").await;
    let route = unit(&mut world, business.id, "Oje Market").await.unwrap();
    let member = world.registered("Ada").await;
    let mut joined = membership(&business, member.id, Role::Customer);
    joined.unit_id = route.id;
    let audit = world.audit(member.id, start());
    world.businesses.membership_create(joined, business.join_code, audit).await.unwrap();
    for used in [route.id, business.default_unit_id] {
        let audit = world.audit(business.owner_id, later(1));
        let refused = world.businesses.unit_delete(business.id, used, audit).await;
        assert!(matches!(refused, Err(StoreError::Conflict(Conflict::UnitInUse))), "{refused:?}");
    }
    let empty = unit(&mut world, business.id, "Dugbe").await.unwrap();
    let audit = world.audit(business.owner_id, later(1));
    world.businesses.unit_delete(business.id, empty.id, audit).await.unwrap();
    let audit = world.audit(business.owner_id, later(1));
    let again = world.businesses.unit_delete(business.id, empty.id, audit).await;
    assert!(matches!(again, Err(StoreError::NotFound)));
}

async fn units_come_in_pages(test: TestDb) {
    let mut world = World::open(&test).await;
    let business = world.opened("Sunrise Thrift").await;
    for at in 0..4 {
        unit(&mut world, business.id, &format!("Route {at}")).await.unwrap();
    }
    let mut seen = Vec::new();
    let mut page = PageRequest { limit: 2, ..PageRequest::default() };
    loop {
        let found = world.businesses.units_list(business.id, page).await.unwrap();
        assert!(found.items.len() <= 2);
        seen.extend(found.items.into_iter().map(|unit| unit.name));
        let Some(next) = found.next else { break };
        page.after = Some(next);
    }
    assert_eq!(seen, ["Route 3", "Route 2", "Route 1", "Route 0", "Main"]);
}

async fn whoever_left_may_come_back(test: TestDb) {
    let mut world = World::open(&test).await;
    let business = world.opened("Sunrise Thrift").await;
    let user = world.registered("Ada").await;
    let joined = membership(&business, user.id, Role::Customer);
    let audit = world.audit(user.id, start());
    world.businesses.membership_create(joined.clone(), business.join_code, audit).await.unwrap();
    let audit = world.audit(user.id, start());
    let refused = world.businesses.membership_create(joined.clone(), business.join_code, audit).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Conflict::Membership))), "{refused:?}");
    change(&mut world, (&business, user.id), |change| change.status = Some(MembershipStatus::Left)).await.unwrap();
    let audit = world.audit(user.id, later(2));
    world.businesses.membership_create(joined, business.join_code, audit).await.unwrap();
    let member = world.businesses.member_by_id(business.id, user.id).await.unwrap().unwrap();
    assert_eq!(member.membership.status, MembershipStatus::Active);
    let mut nowhere = membership(&business, user.id, Role::Customer);
    nowhere.business_id = world.id();
    let audit = world.audit(user.id, later(2));
    assert!(matches!(
        world.businesses.membership_create(nowhere, business.join_code, audit).await,
        Err(StoreError::NotFound)
    ));
}

async fn members_are_found(test: TestDb) {
    let mut world = World::open(&test).await;
    let (business, other) = (world.opened("Sunrise Thrift").await, world.opened("Moonlight Thrift").await);
    for (minutes, name) in [(3, "Adaeze Okafor"), (2, "ÀDÙKẸ́ Bello"), (1, "Chidi 50% Obi")] {
        let user = world.registered(name).await;
        let audit = world.audit(user.id, start());
        let mut joined = membership(&business, user.id, Role::Customer);
        joined.created_at = later(minutes);
        world.businesses.membership_create(joined, business.join_code, audit).await.unwrap();
    }
    let names = |filter: MemberFilter| {
        let (store, id) = (world.businesses.clone(), business.id);
        async move {
            let page = store.members_list(id, &filter, PageRequest::default()).await.unwrap();
            page.items.into_iter().map(|member| member.user.full_name.to_string()).collect::<Vec<_>>()
        }
    };
    let search = |text: &str| MemberFilter { search: Some(text.parse().unwrap()), ..MemberFilter::default() };
    assert_eq!(names(search("àdùkẹ́")).await, ["ÀDÙKẸ́ Bello"], "case folds beyond ASCII");
    assert_eq!(names(search("OKAFOR")).await, ["Adaeze Okafor"]);
    assert_eq!(names(search("50%")).await, ["Chidi 50% Obi"]);
    let staff = MemberFilter { role: Some(Role::Agent), ..MemberFilter::default() };
    assert_eq!(names(staff).await, ["Ngozi Eze"]);
    let left = MemberFilter { status: Some(MembershipStatus::Left), ..MemberFilter::default() };
    assert_eq!(names(left).await, Vec::<String>::new());
    let elsewhere = MemberFilter { unit_id: Some(other.default_unit_id), ..MemberFilter::default() };
    assert_eq!(names(elsewhere).await, Vec::<String>::new());
    let all = MemberFilter::default();
    let first = world
        .businesses
        .members_list(business.id, &all, PageRequest { limit: 3, ..PageRequest::default() })
        .await
        .unwrap();
    let rest = PageRequest { limit: 3, after: first.next, ..PageRequest::default() };
    let second = world.businesses.members_list(business.id, &all, rest).await.unwrap();
    assert_eq!((first.items.len(), second.items.len(), second.next), (3, 1, None));
    let listed = first.items.into_iter().chain(second.items).map(|member| member.user.full_name.to_string());
    let newest_first = ["Adaeze Okafor", "ÀDÙKẸ́ Bello", "Chidi 50% Obi", "Ngozi Eze"];
    assert_eq!(listed.collect::<Vec<_>>(), newest_first);
    let nobody = PageRequest { limit: 3, after: Some(other.id.uuid()), ..PageRequest::default() };
    assert_eq!(world.businesses.members_list(business.id, &all, nobody).await.unwrap().items, vec![]);
}

pub async fn a_member_changes(test: TestDb) {
    let mut world = World::open(&test).await;
    let (business, other) = (world.opened("Sunrise Thrift").await, world.opened("Moonlight Thrift").await);
    let mut user = world.user("Ada");
    user.credential = CredentialKind::Passphrase;
    world.people.user_create(world.new_user(user.clone())).await.unwrap();
    let audit = world.audit(user.id, start());
    let joined = membership(&business, user.id, Role::Customer);
    world.businesses.membership_create(joined, business.join_code, audit).await.unwrap();
    let member = change(&mut world, (&business, user.id), |change| change.role = Some(Role::SubAgent)).await.unwrap();
    assert_eq!((member.membership.role, member.membership.status), (Role::SubAgent, MembershipStatus::Active));
    assert_eq!((member.membership.updated_at, member.user), (later(1), user.clone()));
    let foreign = change(&mut world, (&business, user.id), |change| change.unit_id = Some(other.default_unit_id)).await;
    assert!(matches!(foreign, Err(StoreError::NotFound)), "the unit is another business's: {foreign:?}");
    let stranger = change(&mut world, (&other, user.id), |change| change.role = Some(Role::Admin)).await;
    assert!(matches!(stranger, Err(StoreError::NotFound)));
}

async fn unit(world: &mut World, business_id: ofektom_domain::ids::BusinessId, name: &str) -> Result<Unit, StoreError> {
    let actor = world.id();
    let unit = Unit {
        id: world.id(),
        business_id,
        name: name.to_owned(),
        created_at: start(),
        created_by: actor,
        updated_at: start(),
        updated_by: actor,
    };
    let audit = world.audit(actor, start());
    world.businesses.unit_create(unit.clone(), audit).await.map(|()| unit)
}

async fn change(
    world: &mut World,
    (business, user): (&ofektom_domain::business::Business, ofektom_domain::ids::UserId),
    set: impl FnOnce(&mut MemberChange),
) -> Result<ofektom_domain::ports::Member, StoreError> {
    let mut wanted = MemberChange::default();
    set(&mut wanted);
    let context = context(business.owner_id, later(1));
    world.businesses.membership_update(business.id, user, wanted, &context).await
}
