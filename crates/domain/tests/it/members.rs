//! Changing members, leaving, and what a business changes of itself.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use ofektom_domain::business::{
    Business, BusinessChange, BusinessStatus, JoinCode, MemberChange, MemberUse, Membership, MembershipStatus, Policy,
    PolicyChange, business_change_decide, join_code_renew_decide, leave_decide, member_change_decide,
};
use ofektom_domain::context::Context;
use ofektom_domain::ids::UserId;
use ofektom_domain::money::{Currency, Money};
use ofektom_domain::people::CredentialKind::{self, Passphrase, Pin};
use ofektom_domain::permission::Role;
use ofektom_domain::refusal::Refusal;
use uuid::Uuid;

const OWNER: u128 = 1;
const ADMIN: u128 = 2;
const MEMBER: u128 = 9;

const NOTHING: MemberUse = MemberUse { cards: 0, requests: 0, cash: Money::ZERO };

fn user_id(number: u128) -> UserId {
    Uuid::from_u128(number).into()
}

fn context(actor: u128, role: Role, now: &str) -> Context {
    let now = now.parse().unwrap();
    let (actor, today) = (user_id(actor), date(2025, 3, 2));
    Context { actor, role, now, today, address: None, request_id: None, seed: 7, item: 0 }
}

fn owner() -> Context {
    context(OWNER, Role::Agent, "2025-03-01T23:30:00Z")
}

fn business(status: BusinessStatus) -> Business {
    let (id, at) = (Uuid::from_u128(100), Timestamp::UNIX_EPOCH);
    Business {
        id: id.into(),
        name: "Sunrise Thrift".to_owned(),
        join_code: JoinCode::from_random(1),
        owner_id: user_id(OWNER),
        currency: Currency::NGN,
        time_zone: "Africa/Lagos".to_owned(),
        policy: Policy::default(),
        status,
        default_unit_id: Uuid::from_u128(101).into(),
        created_at: at,
        created_by: user_id(OWNER),
        updated_at: at,
        updated_by: user_id(OWNER),
    }
}

fn member(user: u128, role: Role, status: MembershipStatus) -> Membership {
    let business = business(BusinessStatus::Active);
    Membership {
        business_id: business.id,
        business_name: business.name,
        user_id: user_id(user),
        role,
        unit_id: business.default_unit_id,
        status,
        created_at: Timestamp::UNIX_EPOCH,
        created_by: user_id(OWNER),
        updated_at: Timestamp::UNIX_EPOCH,
        updated_by: user_id(OWNER),
    }
}

fn changed(
    (before, credential): (&Membership, CredentialKind),
    change: MemberChange,
    used: MemberUse,
    context: &Context,
) -> Result<Membership, Refusal> {
    let of = business(BusinessStatus::Active);
    member_change_decide(&of, (before, credential), change, used, context).map(|(after, _)| after)
}

fn to_role(role: Role) -> MemberChange {
    MemberChange { role: Some(role), ..MemberChange::default() }
}

fn to_status(status: MembershipStatus) -> MemberChange {
    MemberChange { status: Some(status), ..MemberChange::default() }
}

#[test]
fn nobody_is_changed_by_his_equal_or_himself() {
    let active = MembershipStatus::Active;
    let suspend = to_status(MembershipStatus::Suspended);
    for (actor, role, whom, target, allowed) in [
        (OWNER, Role::Agent, MEMBER, Role::Admin, true),
        (ADMIN, Role::Admin, MEMBER, Role::SubAgent, true),
        (ADMIN, Role::Admin, MEMBER, Role::Admin, false),
        (ADMIN, Role::Admin, OWNER, Role::Customer, false),
        (MEMBER, Role::SubAgent, ADMIN, Role::Customer, true),
        (MEMBER, Role::SubAgent, ADMIN, Role::SubAgent, false),
        (OWNER, Role::Agent, OWNER, Role::Agent, false),
        (ADMIN, Role::Admin, ADMIN, Role::Customer, false),
    ] {
        let by = context(actor, role, "2025-03-01T12:00:00Z");
        let before = member(whom, target, active);
        let outcome = changed((&before, Passphrase), suspend, NOTHING, &by);
        assert_eq!(outcome.is_ok(), allowed, "{role} {target}: {outcome:?}");
        assert!(outcome.is_ok() || outcome == Err(Refusal::Forbidden));
    }
    let saver = member(MEMBER, Role::Customer, active);
    let by_admin = context(ADMIN, Role::Admin, "2025-03-01T12:00:00Z");
    assert_eq!(changed((&saver, Passphrase), to_role(Role::Admin), NOTHING, &by_admin), Err(Refusal::Forbidden));
    assert_eq!(changed((&saver, Pin), to_role(Role::SubAgent), NOTHING, &owner()), Err(Refusal::PassphraseRequired));
    let promoted = changed((&saver, Passphrase), to_role(Role::Admin), NOTHING, &owner()).unwrap();
    assert_eq!((promoted.role, promoted.status, promoted.updated_by), (Role::Admin, active, user_id(OWNER)));
}

#[test]
fn whoever_has_savings_or_cash_does_not_leave() {
    let himself = context(MEMBER, Role::Customer, "2025-03-01T12:00:00Z");
    let of = business(BusinessStatus::Active);
    let before = member(MEMBER, Role::SubAgent, MembershipStatus::Active);
    let cash = |kobo| MemberUse { cash: Money::from_kobo(kobo), ..NOTHING };
    for (used, refusal) in [
        (MemberUse { cards: 2, ..NOTHING }, Refusal::MemberInUse { cards: 2, requests: 0 }),
        (MemberUse { requests: 1, ..NOTHING }, Refusal::MemberInUse { cards: 0, requests: 1 }),
        (cash(5), Refusal::CashInHand { balance: Money::from_kobo(5) }),
        (cash(-5), Refusal::CashInHand { balance: Money::from_kobo(-5) }),
    ] {
        assert_eq!(leave_decide(&of, &before, used, &himself), Err(refusal.clone()));
        let removed = changed((&before, Passphrase), to_status(MembershipStatus::Left), used, &owner());
        assert_eq!(removed, Err(refusal));
        // Stopping him for a time is another thing.
        assert!(changed((&before, Passphrase), to_status(MembershipStatus::Suspended), used, &owner()).is_ok());
    }
    let (left, audit) = leave_decide(&of, &before, NOTHING, &himself).unwrap();
    assert_eq!(
        (left.status, left.updated_by, audit.verb),
        (MembershipStatus::Left, user_id(MEMBER), "membership.leave")
    );
    let as_owner = context(OWNER, Role::Agent, "2025-03-01T12:00:00Z");
    let owner_place = member(OWNER, Role::Agent, MembershipStatus::Active);
    assert_eq!(leave_decide(&of, &owner_place, NOTHING, &as_owner), Err(Refusal::OwnerStays));
    for status in MembershipStatus::ALL {
        assert_eq!(changed((&left, Passphrase), to_status(status), NOTHING, &owner()), Err(Refusal::MemberLeft));
    }
}

#[test]
fn settings_never_say_whether_a_business_trades() {
    for status in [BusinessStatus::Suspended, BusinessStatus::Closed] {
        let change = BusinessChange { name: Some("Other".to_owned()), ..BusinessChange::default() };
        let refused = business_change_decide(&business(status), change, None, &owner());
        assert_eq!(refused.unwrap_err(), Refusal::BusinessNotActive);
        let refused = join_code_renew_decide(&business(status), JoinCode::from_random(2), &owner());
        assert_eq!(refused.unwrap_err(), Refusal::BusinessNotActive);
    }
    let before = business(BusinessStatus::Active);
    let policy = PolicyChange { partial_payout: Some(true), ..PolicyChange::default() };
    let change = BusinessChange { policy, ..BusinessChange::default() };
    assert!(!change.is_empty() && BusinessChange::default().is_empty());
    let (after, _) = business_change_decide(&before, change, None, &owner()).unwrap();
    assert_eq!(after.policy, Policy { partial_payout: true, ..before.policy });
    assert_eq!((after.name, after.status, after.join_code), (before.name, before.status, before.join_code));
}

#[test]
fn an_audit_row_does_not_tell_the_new_code() {
    let before = business(BusinessStatus::Active);
    let (after, audit) = join_code_renew_decide(&before, JoinCode::from_random(2), &owner()).unwrap();
    assert_ne!(after.join_code, before.join_code);
    let row = format!("{audit:?}");
    assert!(row.contains(before.join_code.as_str()) && !row.contains(after.join_code.as_str()), "{row}");
}

/// Half past midnight in Lagos on 2 March.
#[test]
fn a_booked_day_has_come_in_the_new_time_zone() {
    let decide = |zone: &str, booked: Option<Date>| {
        let change = BusinessChange { time_zone: Some(zone.to_owned()), ..BusinessChange::default() };
        business_change_decide(&business(BusinessStatus::Active), change, booked, &owner()).map(|(after, _)| after)
    };
    let (first, second) = (date(2025, 3, 1), date(2025, 3, 2));
    for zone in ["Pacific/Honolulu", "Europe/London", "UTC"] {
        assert_eq!(decide(zone, Some(second)), Err(Refusal::DayBooked(second)), "{zone}");
        for booked in [None, Some(first)] {
            let after = decide(zone, booked).unwrap();
            assert_eq!(after.day_at(owner().now), first, "{zone}");
        }
    }
    for zone in ["Africa/Lagos", "Africa/Nairobi", "Pacific/Kiritimati"] {
        assert_eq!(decide(zone, Some(second)).unwrap().day_at(owner().now), second, "{zone}");
    }
    // Midnight itself is the new day.
    let midnight = context(OWNER, Role::Agent, "2025-03-02T00:00:00Z");
    let change = BusinessChange { time_zone: Some("UTC".to_owned()), ..BusinessChange::default() };
    let moved = business_change_decide(&business(BusinessStatus::Active), change, Some(second), &midnight);
    assert_eq!(moved.unwrap().0.day_at(midnight.now), second);
}
