//! What the store keeps true of businesses and members, whoever comes first.

use jiff::Timestamp;
use ofektom_domain::business::{BusinessChange, BusinessStatus, JoinCode, MemberChange, MembershipStatus, Unit};
use ofektom_domain::context::Context;
use ofektom_domain::ids::{SessionId, UserId};
use ofektom_domain::people::{PlatformRole, RefreshToken, Session, TokenHash, UserStatus};
use ofektom_domain::permission::Role;
use ofektom_domain::ports::{
    BusinessStore as _, Conflict, NewSession, PeopleStore as _, PlatformStore as _, RefreshOutcome, SavingsStore as _,
    SessionStore as _, StoreError,
};
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::SavingsChange;
use ofektom_persistence::{Businesses, Platform, Sessions};
use ofektom_testkit::{TestDb, on_both_engines};

use crate::desk::{Desk, daily, naira, refusal};
use crate::fixture::{World, context, later, membership, secret, start};

on_both_engines!(
    settings_never_undo_a_suspension,
    a_profile_never_undoes_a_suspension,
    two_who_run_the_platform_suspend_each_other,
    nothing_is_opened_in_a_closed_business,
    whoever_has_savings_stays,
    whoever_has_cash_stays,
    the_owner_stays,
    whoever_left_is_not_changed,
    stopping_the_last_membership_signs_out,
    an_old_join_code_lets_nobody_in,
    nobody_signs_up_by_an_old_code_or_into_a_closed_business,
    the_default_unit_moves,
    a_day_that_is_booked_has_come,
);

fn renamed(number: u64) -> BusinessChange {
    BusinessChange { name: Some(format!("Sunrise {number}")), ..BusinessChange::default() }
}

const fn stop(status: MembershipStatus) -> MemberChange {
    MemberChange { role: None, unit_id: None, status: Some(status) }
}

async fn settings_never_undo_a_suspension(test: TestDb) {
    let mut world = World::open(&test).await;
    let business = world.opened("Sunrise Thrift").await;
    let platform = Platform::new(world.db.clone());
    let by = || context(business.owner_id, later(1));
    for round in 0..20 {
        platform.business_status_set(business.id, BusinessStatus::Active, &by()).await.unwrap();
        let (one, two) = (by(), by());
        let (changed, stopped) = tokio::join!(
            world.businesses.business_update(business.id, renamed(round), &one),
            platform.business_status_set(business.id, BusinessStatus::Suspended, &two),
        );
        stopped.unwrap();
        assert!(matches!(changed, Ok(_) | Err(StoreError::Refused(Refusal::BusinessNotActive))), "{changed:?}");
        let stands = world.businesses.business_by_id(business.id).await.unwrap().unwrap();
        assert_eq!(stands.status, BusinessStatus::Suspended, "round {round}");
    }
    // Whoever read it while it traded writes nothing either.
    assert_eq!(
        refusal(world.businesses.business_update(business.id, renamed(99), &by()).await),
        Refusal::BusinessNotActive
    );
}

async fn a_profile_never_undoes_a_suspension(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Bola").await;
    let admin = super_admin(&mut world).await;
    let platform = Platform::new(world.db.clone());
    let by = || context(admin, later(1));
    let change = ofektom_domain::people::ProfileChange { full_name: Some("Bola A".parse().unwrap()), email: None };
    for round in 0..10 {
        platform.user_status_set(user.id, UserStatus::Active, &by()).await.unwrap();
        let (own, theirs) = (context(user.id, later(2)), by());
        let (changed, stopped) = tokio::join!(
            world.people.user_update(change.clone(), &own),
            platform.user_status_set(user.id, UserStatus::Suspended, &theirs),
        );
        changed.unwrap();
        stopped.unwrap();
        let stands = world.people.user_by_id(user.id).await.unwrap().unwrap();
        assert_eq!((stands.status, stands.full_name.as_str()), (UserStatus::Suspended, "Bola A"), "round {round}");
    }
}

/// Somebody stays, and whoever is suspended by then suspends nobody.
async fn two_who_run_the_platform_suspend_each_other(test: TestDb) {
    let mut world = World::open(&test).await;
    let platform = Platform::new(world.db.clone());
    let (one, two, three) =
        (super_admin(&mut world).await, super_admin(&mut world).await, super_admin(&mut world).await);
    for _ in 0..10 {
        let (by_one, by_two) = (context(one, later(1)), context(two, later(1)));
        let (first, second) = tokio::join!(
            platform.user_status_set(two, UserStatus::Suspended, &by_one),
            platform.user_status_set(one, UserStatus::Suspended, &by_two),
        );
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        let lost = if first.is_ok() { second } else { first };
        assert_eq!(refusal(lost), Refusal::Forbidden);
        for gone in [one, two] {
            platform.user_status_set(gone, UserStatus::Active, &context(three, later(1))).await.unwrap();
        }
    }
}

async fn super_admin(world: &mut World) -> UserId {
    let mut user = world.user("Platform Owner");
    user.platform_role = PlatformRole::SuperAdmin;
    let audit = world.audit(user.id, start());
    world.people.super_admin_create(user.clone(), secret("first"), audit).await.unwrap();
    user.id
}

/// The card is opened or the business closed, never both.
async fn nothing_is_opened_in_a_closed_business(test: TestDb) {
    let mut world = World::open(&test).await;
    let mut desk = Desk::open_in(&mut world, "Ajo Store").await;
    for round in 0..12 {
        let other = Desk::open_in(&mut world, "Esusu Store").await;
        let template = other.open_card(daily(500, 1)).await;
        other.change(template.id, SavingsChange::Cancel).await.unwrap();
        let card = ofektom_domain::savings::SavingsAccount {
            id: world.id(),
            tracking_number: ofektom_domain::tracking_number::TrackingNumber::from_random(1_000 + round),
            ..template
        };
        let (platform, by) = (Platform::new(other.db.clone()), other.context(other.agent));
        let (opened, closed) = tokio::join!(
            other.savings.savings_open(card.clone(), Default::default()),
            platform.business_status_set(other.business.id, BusinessStatus::Closed, &by),
        );
        match (opened, closed) {
            (Ok(()), Err(StoreError::Refused(Refusal::BusinessInUse { cards: 1, requests: 0 })))
            | (Err(StoreError::Refused(Refusal::BusinessNotActive)), Ok(_)) => {}
            outcome => panic!("round {round}: {outcome:?}"),
        }
        desk = other;
    }
    desk.books_are_right().await;
}

/// What a member does in his business.
fn leaving(desk: &Desk, user: UserId) -> (Businesses, Context) {
    (Businesses::new(desk.db.clone()), Context { actor: user, ..desk.context(desk.customer) })
}

pub async fn whoever_has_savings_stays(test: TestDb) {
    let desk = Desk::open(&test).await;
    let (businesses, himself) = leaving(&desk, desk.customer.id);
    let by = desk.context(desk.agent);
    let card = desk.open_card(daily(500, 1)).await;
    desk.pay(card.id, naira(1_000)).await;
    let kept = Refusal::MemberInUse { cards: 1, requests: 0 };
    assert_eq!(refusal(businesses.member_leave(desk.business.id, &himself).await), kept);
    let removed =
        businesses.membership_update(desk.business.id, desk.customer.id, stop(MembershipStatus::Left), &by).await;
    assert_eq!(refusal(removed), kept);
    desk.change(card.id, SavingsChange::End).await.unwrap();
    crate::desk::fresh(desk.file(card.id).await);
    let waits = Refusal::MemberInUse { cards: 1, requests: 1 };
    assert_eq!(refusal(businesses.member_leave(desk.business.id, &himself).await), waits);
    // Suspending is no leaving.
    let suspended =
        businesses.membership_update(desk.business.id, desk.customer.id, stop(MembershipStatus::Suspended), &by).await;
    assert_eq!(suspended.unwrap().membership.status, MembershipStatus::Suspended);
}

async fn whoever_has_cash_stays(test: TestDb) {
    let desk = Desk::open(&test).await;
    let (businesses, himself) = leaving(&desk, desk.collector.id);
    let card = desk.open_card(daily(500, 1)).await;
    let paid = desk.pay(card.id, naira(1_000)).await;
    let held = Refusal::CashInHand { balance: naira(1_000) };
    assert_eq!(refusal(businesses.member_leave(desk.business.id, &himself).await), held);
    let by = desk.context(desk.agent);
    let removed =
        businesses.membership_update(desk.business.id, desk.collector.id, stop(MembershipStatus::Left), &by).await;
    assert_eq!(refusal(removed), held);
    crate::desk::fresh(desk.reverse(paid.contribution.id, desk.agent).await);
    let left = businesses.member_leave(desk.business.id, &himself).await.unwrap();
    assert_eq!((left.membership.status, left.membership.updated_by), (MembershipStatus::Left, desk.collector.id));
    let again = businesses.member_leave(desk.business.id, &himself).await;
    assert!(matches!(again, Err(StoreError::NotFound)), "{again:?}");
}

async fn the_owner_stays(test: TestDb) {
    let desk = Desk::open(&test).await;
    let (businesses, himself) = leaving(&desk, desk.agent.id);
    assert_eq!(refusal(businesses.member_leave(desk.business.id, &himself).await), Refusal::OwnerStays);
}

async fn whoever_left_is_not_changed(test: TestDb) {
    let desk = Desk::open(&test).await;
    let (businesses, himself) = leaving(&desk, desk.customer.id);
    businesses.member_leave(desk.business.id, &himself).await.unwrap();
    let by = desk.context(desk.agent);
    for status in MembershipStatus::ALL {
        let changed = businesses.membership_update(desk.business.id, desk.customer.id, stop(status), &by).await;
        assert_eq!(refusal(changed), Refusal::MemberLeft);
    }
}

async fn stopping_the_last_membership_signs_out(test: TestDb) {
    let mut world = World::open(&test).await;
    let (here, there) = (world.opened("Sunrise Thrift").await, world.opened("Moonlight Thrift").await);
    let user = world.registered("Ada").await.id;
    for business in [&here, &there] {
        let audit = world.audit(user, start());
        let joined = membership(business, user, Role::Customer);
        world.businesses.membership_create(joined, business.join_code, audit).await.unwrap();
    }
    let sessions = Sessions::new(world.db.clone());
    let session = signed_in(&mut world, &sessions, user).await;
    let by = |business: &ofektom_domain::business::Business| context(business.owner_id, later(1));
    let suspended = stop(MembershipStatus::Suspended);
    world.businesses.membership_update(here.id, user, suspended, &by(&here)).await.unwrap();
    assert!(sessions.session_identity(session, later(2)).await.unwrap().is_some(), "there is another business");
    world.businesses.membership_update(there.id, user, suspended, &by(&there)).await.unwrap();
    assert!(sessions.session_identity(session, later(2)).await.unwrap().is_none());
    let audit = world.audit(user, later(2));
    let rotated = sessions.refresh_rotate(TokenHash([1; 32]), TokenHash([2; 32]), later(2), later(60), audit).await;
    assert_eq!(rotated.unwrap(), RefreshOutcome::Invalid);
}

async fn signed_in(world: &mut World, sessions: &Sessions, user_id: UserId) -> SessionId {
    let id = world.id();
    let session = Session {
        id,
        user_id,
        created_at: start(),
        last_used_at: start(),
        expires_at: later(60),
        address: None,
        user_agent: None,
    };
    let refresh = RefreshToken { hash: TokenHash([1; 32]), session_id: id, created_at: start(), expires_at: later(60) };
    let (audit, suspicious_audit) = (world.audit(user_id, start()), world.audit(user_id, start()));
    let suspicious_notification = world.id();
    let attempts_key = TokenHash([7; 32]);
    let new = NewSession {
        session,
        refresh,
        attempts_key,
        failed_before: 0,
        audit,
        suspicious_audit,
        suspicious_notification,
    };
    sessions.session_create(new).await.unwrap();
    id
}

async fn an_old_join_code_lets_nobody_in(test: TestDb) {
    let mut world = World::open(&test).await;
    let (business, other) = (world.opened("Sunrise Thrift").await, world.opened("Moonlight Thrift").await);
    let by = context(business.owner_id, later(1));
    let taken = world.businesses.join_code_renew(business.id, other.join_code, &by).await;
    assert!(matches!(taken, Err(StoreError::Conflict(Conflict::JoinCode))), "{taken:?}");
    let code = JoinCode::from_random(99);
    let renewed = world.businesses.join_code_renew(business.id, code, &by).await.unwrap();
    assert_eq!((renewed.join_code, renewed.name.as_str()), (code, "Sunrise Thrift"));
    assert_eq!(world.businesses.business_by_code(business.join_code).await.unwrap(), None);
    let user = world.registered("Ada").await.id;
    let joined = membership(&business, user, Role::Customer);
    let audit = world.audit(user, later(2));
    let late = world.businesses.membership_create(joined.clone(), business.join_code, audit).await;
    assert!(matches!(late, Err(StoreError::NotFound)), "{late:?}");
    let audit = world.audit(user, later(2));
    world.businesses.membership_create(joined, code, audit).await.unwrap();
}

async fn nobody_signs_up_by_an_old_code_or_into_a_closed_business(test: TestDb) {
    let mut world = World::open(&test).await;
    let business = world.opened("Sunrise Thrift").await;
    let by = context(business.owner_id, later(1));
    let renewed = world.businesses.join_code_renew(business.id, JoinCode::from_random(77_777), &by).await.unwrap();
    let mut sign_up = async |code: Option<JoinCode>| {
        let user = world.user("Ada Eze");
        let joined = Some(membership(&business, user.id, Role::Customer));
        let new = world.new_user(user.clone());
        let new = ofektom_domain::ports::NewUser { membership: joined, code, ..new };
        (world.people.user_create(new).await, world.people.user_by_id(user.id).await.unwrap().is_some())
    };
    assert!(matches!(sign_up(Some(business.join_code)).await, (Err(StoreError::NotFound), false)));
    assert!(matches!(sign_up(Some(renewed.join_code)).await, (Ok(()), true)));
    assert!(matches!(sign_up(None).await, (Ok(()), true)));
    let raw = crate::raw::Raw::open(&test).await;
    raw.execute(&format!("UPDATE businesses SET status = 'suspended' WHERE id = {}", raw.id(business.id))).await;
    assert!(matches!(sign_up(Some(renewed.join_code)).await, (Err(StoreError::NotFound), false)));
    let (refused, stored) = sign_up(None).await;
    assert_eq!((refusal(refused), stored), (Refusal::BusinessNotActive, false));
}

async fn the_default_unit_moves(test: TestDb) {
    let mut world = World::open(&test).await;
    let (business, other) = (world.opened("Sunrise Thrift").await, world.opened("Moonlight Thrift").await);
    let by = || context(business.owner_id, later(1));
    let to = |unit| BusinessChange { default_unit_id: Some(unit), ..BusinessChange::default() };
    let foreign = world.businesses.business_update(business.id, to(other.default_unit_id), &by()).await;
    assert_eq!(refusal(foreign).code(), "validation_failed");
    for round in 0..8 {
        let unit = Unit {
            id: world.id(),
            business_id: business.id,
            name: format!("Route {round}"),
            created_at: start(),
            created_by: business.owner_id,
            updated_at: start(),
            updated_by: business.owner_id,
        };
        let audit = world.audit(business.owner_id, start());
        world.businesses.unit_create(unit.clone(), audit).await.unwrap();
        let audit = world.audit(business.owner_id, start());
        let by = by();
        let (moved, removed) = tokio::join!(
            world.businesses.business_update(business.id, to(unit.id), &by),
            world.businesses.unit_delete(business.id, unit.id, audit),
        );
        let stands = world.businesses.business_by_id(business.id).await.unwrap().unwrap().default_unit_id;
        match (moved, removed) {
            (Ok(_), Err(StoreError::Conflict(Conflict::UnitInUse))) => assert_eq!(stands, unit.id),
            (Err(StoreError::Refused(Refusal::Invalid(_))), Ok(())) => assert_ne!(stands, unit.id),
            outcome => panic!("round {round}: {outcome:?}"),
        }
    }
}

/// Half past midnight in Lagos it is still the day before further west.
pub async fn a_day_that_is_booked_has_come(test: TestDb) {
    let mut world = World::open(&test).await;
    let desk = Desk::open_in(&mut world, "Ajo Store").await;
    let card = desk.open_card(daily(500, 1)).await;
    desk.pay(card.id, naira(500)).await;
    let change = |zone: &str| BusinessChange { time_zone: Some(zone.to_owned()), ..BusinessChange::default() };
    let at = |now: &str| Context { now: now.parse::<Timestamp>().unwrap(), ..desk.context(desk.agent) };
    // Booked on 15 March, which has not come in Honolulu.
    let early = at("2025-03-15T09:30:00Z");
    let refused = world.businesses.business_update(desk.business.id, change("Pacific/Honolulu"), &early).await;
    assert_eq!(refusal(refused), Refusal::DayBooked(crate::desk::TODAY));
    let east = world.businesses.business_update(desk.business.id, change("Pacific/Kiritimati"), &early).await.unwrap();
    assert_eq!(east.time_zone, "Pacific/Kiritimati");
    let west = at("2025-03-15T10:00:00Z");
    let moved = world.businesses.business_update(desk.business.id, change("Pacific/Honolulu"), &west).await.unwrap();
    assert_eq!((moved.time_zone.as_str(), moved.day_at(west.now)), ("Pacific/Honolulu", crate::desk::TODAY));
    let empty = world.opened("Empty").await;
    let nothing = context(empty.owner_id, "2025-03-15T00:30:00Z".parse().unwrap());
    world.businesses.business_update(empty.id, change("Pacific/Honolulu"), &nothing).await.unwrap();
}
