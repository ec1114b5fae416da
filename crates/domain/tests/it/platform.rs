//! What whoever runs the platform may decide.

use jiff::Timestamp;
use jiff::civil::date;
use ofektom_domain::business::{Business, BusinessStatus, JoinCode, Policy};
use ofektom_domain::context::Context;
use ofektom_domain::ids::UserId;
use ofektom_domain::money::Currency;
use ofektom_domain::people::{CredentialKind, PlatformRole, User, UserStatus};
use ofektom_domain::permission::Role;
use ofektom_domain::platform::{BusinessUse, business_status_decide, user_status_decide};
use ofektom_domain::refusal::Refusal;
use uuid::Uuid;

const ACTOR: u128 = 1;

fn context() -> Context {
    Context {
        actor: Uuid::from_u128(ACTOR).into(),
        role: Role::SuperAdmin,
        now: Timestamp::from_second(1_750_000_000).unwrap(),
        today: date(2025, 6, 15),
        address: None,
        request_id: None,
        seed: 7,
        item: 0,
    }
}

fn user(number: u128, platform_role: PlatformRole, status: UserStatus) -> User {
    let id: UserId = Uuid::from_u128(number).into();
    let at = Timestamp::UNIX_EPOCH;
    User {
        id,
        phone: "08012345678".parse().unwrap(),
        full_name: "Ada Obi".parse().unwrap(),
        email: None,
        credential: CredentialKind::Passphrase,
        platform_role,
        status,
        created_at: at,
        created_by: id,
        updated_at: at,
        updated_by: id,
    }
}

fn business(status: BusinessStatus) -> Business {
    let (owner, at) = (Uuid::from_u128(3), Timestamp::UNIX_EPOCH);
    Business {
        id: Uuid::from_u128(2).into(),
        name: "Market Savings".to_owned(),
        join_code: JoinCode::from_random(5),
        owner_id: owner.into(),
        currency: Currency::NGN,
        time_zone: "Africa/Lagos".to_owned(),
        policy: Policy::default(),
        status,
        default_unit_id: Uuid::from_u128(4).into(),
        created_at: at,
        created_by: owner.into(),
        updated_at: at,
        updated_by: owner.into(),
    }
}

#[test]
fn a_person_is_suspended_and_let_in_again() {
    use UserStatus::{Active, Pending, Suspended};
    let active = user(9, PlatformRole::None, Active);
    let (suspended, audit) = user_status_decide(&active, Suspended, true, &context()).unwrap().unwrap();
    assert_eq!(
        (suspended.status, suspended.updated_by, suspended.updated_at),
        (Suspended, context().actor, context().now)
    );
    assert_eq!((audit.verb, audit.business_id, audit.entity_id), ("user.status", None, active.id.uuid()));
    assert_eq!(user_status_decide(&suspended, Suspended, true, &context()), Ok(None), "he is already");
    assert_eq!(user_status_decide(&suspended, Active, true, &context()).unwrap().unwrap().0.status, Active);
    assert!(matches!(user_status_decide(&active, Pending, true, &context()), Err(Refusal::Invalid(_))));
    let waiting = user(9, PlatformRole::None, Pending);
    for to in [Active, Suspended] {
        assert_eq!(user_status_decide(&waiting, to, true, &context()), Err(Refusal::NotActivated));
    }
}

#[test]
fn somebody_always_runs_the_platform() {
    let himself = user(ACTOR, PlatformRole::SuperAdmin, UserStatus::Active);
    let refused = user_status_decide(&himself, UserStatus::Suspended, true, &context());
    assert_eq!(refused, Err(Refusal::OwnAccount));
    let other = user(9, PlatformRole::SuperAdmin, UserStatus::Active);
    let refused = user_status_decide(&other, UserStatus::Suspended, false, &context());
    assert_eq!(refused, Err(Refusal::LastSuperAdmin));
    assert!(user_status_decide(&other, UserStatus::Suspended, true, &context()).unwrap().is_some());
}

#[test]
fn a_business_is_closed_when_nothing_is_open() {
    use BusinessStatus::{Active, Closed, Suspended};
    let nothing = BusinessUse::default();
    let open = [BusinessUse { cards: 1, requests: 0 }, BusinessUse { cards: 0, requests: 1 }];
    for used in open {
        let refused = business_status_decide(&business(Active), Closed, used, &context());
        assert_eq!(refused, Err(Refusal::BusinessInUse { cards: used.cards, requests: used.requests }));
        assert!(business_status_decide(&business(Active), Suspended, used, &context()).unwrap().is_some());
    }
    let (closed, audit) = business_status_decide(&business(Suspended), Closed, nothing, &context()).unwrap().unwrap();
    assert_eq!(closed.status, Closed);
    let trails: Vec<_> = audit.iter().map(|row| (row.business_id, row.verb)).collect();
    assert_eq!(trails, [(None, "platform.business_status"), (Some(closed.id), "business.status")]);
    assert_eq!(business_status_decide(&closed, Closed, nothing, &context()), Ok(None));
    assert_eq!(business_status_decide(&closed, Active, nothing, &context()).unwrap().unwrap().0.status, Active);
}
