//! Inviting, answering, withdrawing.

use jiff::{Timestamp, ToSpan};
use ofektom_domain::business::{
    Business, BusinessStatus, Invitation, InvitationAnswer, InvitationStatus, InvitationTerms, JoinCode,
    MembershipStatus, Policy, invitation_answer_decide, invitation_revoke_decide, invite_decide,
};
use ofektom_domain::calendar::business_day;
use ofektom_domain::context::Context;
use ofektom_domain::ids::UserId;
use ofektom_domain::money::Currency;
use ofektom_domain::people::{CredentialKind, PlatformRole, User, UserStatus};
use ofektom_domain::permission::Role;
use ofektom_domain::refusal::Refusal;
use uuid::Uuid;

const OWNER: u128 = 1;
const ADMIN: u128 = 2;
const COLLECTOR: u128 = 3;
const INVITED: u128 = 9;

fn user_id(number: u128) -> UserId {
    Uuid::from_u128(number).into()
}

fn start() -> Timestamp {
    "2025-03-01T08:30:00Z".parse().unwrap()
}

fn context(actor: u128, role: Role, now: Timestamp) -> Context {
    let today = business_day(now, &jiff::tz::TimeZone::UTC);
    Context { actor: user_id(actor), role, now, today, address: None, request_id: None, seed: 7, item: 0 }
}

fn business(status: BusinessStatus) -> Business {
    let (id, owner) = (Uuid::from_u128(100), user_id(OWNER));
    Business {
        id: id.into(),
        name: "Sunrise Thrift".to_owned(),
        join_code: JoinCode::from_random(1),
        owner_id: owner,
        currency: Currency::NGN,
        time_zone: "Africa/Lagos".to_owned(),
        policy: Policy::default(),
        status,
        default_unit_id: Uuid::from_u128(101).into(),
        created_at: start(),
        created_by: owner,
        updated_at: start(),
        updated_by: owner,
    }
}

fn person(credential: CredentialKind, platform_role: PlatformRole) -> User {
    let id = user_id(INVITED);
    User {
        id,
        phone: "08012345678".parse().unwrap(),
        full_name: "Ada Obi".parse().unwrap(),
        email: None,
        credential,
        platform_role,
        status: UserStatus::Active,
        created_at: start(),
        created_by: id,
        updated_at: start(),
        updated_by: id,
    }
}

fn invite(actor: u128, as_role: Role, role: Role) -> Result<Invitation, Refusal> {
    let terms = InvitationTerms { phone: "08012345678".parse().unwrap(), role, unit_id: Uuid::from_u128(102).into() };
    let context = context(actor, as_role, start());
    invite_decide(&business(BusinessStatus::Active), terms, &context).map(|(invitation, _)| invitation)
}

#[test]
fn nobody_invites_at_or_above_his_own_role() {
    for (actor, as_role, allowed) in [
        (OWNER, Role::Agent, &[Role::Admin, Role::SubAgent, Role::Customer][..]),
        (ADMIN, Role::Admin, &[Role::SubAgent, Role::Customer]),
        (COLLECTOR, Role::SubAgent, &[Role::Customer]),
        (INVITED, Role::Customer, &[]),
    ] {
        for role in [Role::Admin, Role::SubAgent, Role::Customer] {
            let outcome = invite(actor, as_role, role);
            let expected = if allowed.contains(&role) { Ok(role) } else { Err(Refusal::Forbidden) };
            assert_eq!(outcome.map(|invitation| invitation.role), expected, "{as_role} invites {role}");
        }
        for role in [Role::Agent, Role::SuperAdmin] {
            assert!(matches!(invite(actor, as_role, role), Err(Refusal::Invalid(_))), "{as_role} invites {role}");
        }
    }
}

#[test]
fn an_invitation_is_pending_for_a_day_and_its_trail_names_no_number() {
    let terms = InvitationTerms {
        phone: "08012345678".parse().unwrap(),
        role: Role::Customer,
        unit_id: Uuid::from_u128(102).into(),
    };
    let by = context(ADMIN, Role::Admin, start());
    let (made, audit) = invite_decide(&business(BusinessStatus::Active), terms.clone(), &by).unwrap();
    assert_eq!((made.status, made.expires_at), (InvitationStatus::Pending, start().checked_add(24.hours()).unwrap()));
    assert_eq!((made.unit_id, made.created_by), (terms.unit_id, user_id(ADMIN)));
    assert!(!format!("{audit:?}").contains("2348012345678"), "{audit:?}");
    for status in [BusinessStatus::Suspended, BusinessStatus::Closed] {
        assert_eq!(invite_decide(&business(status), terms.clone(), &by).unwrap_err(), Refusal::BusinessNotActive);
    }
}

#[test]
fn accepting_makes_a_member_of_the_role_and_unit_of_the_invitation() {
    let invitation = invite(OWNER, Role::Agent, Role::SubAgent).unwrap();
    let now = start().checked_add(1.hour()).unwrap();
    let (ada, by) = (person(CredentialKind::Passphrase, PlatformRole::None), context(INVITED, Role::Customer, now));
    let accept = InvitationAnswer::Accept;
    let done = invitation_answer_decide(&invitation, &business(BusinessStatus::Active), &ada, accept, &by).unwrap();
    let membership = done.membership.unwrap();
    assert_eq!((membership.user_id, membership.role, membership.unit_id), (ada.id, Role::SubAgent, invitation.unit_id));
    assert_eq!((membership.status, done.invitation.status), (MembershipStatus::Active, InvitationStatus::Accepted));
    assert_eq!((done.audit.verb, done.audit.actor), ("invitation.accept", Some(ada.id)));
    let again = invitation_answer_decide(&done.invitation, &business(BusinessStatus::Active), &ada, accept, &by);
    assert_eq!(again.unwrap_err(), Refusal::InvitationStatus(InvitationStatus::Accepted));
}

#[test]
fn who_may_not_accept_may_still_reject() {
    let staff = invite(OWNER, Role::Agent, Role::SubAgent).unwrap();
    let customer = invite(OWNER, Role::Agent, Role::Customer).unwrap();
    let by = context(INVITED, Role::Customer, start());
    let pin = person(CredentialKind::Pin, PlatformRole::None);
    let platform = person(CredentialKind::Passphrase, PlatformRole::SuperAdmin);
    let (active, stopped) = (business(BusinessStatus::Active), business(BusinessStatus::Suspended));
    for (invitation, business, who, refusal) in [
        (&staff, &active, &pin, Refusal::PassphraseRequired),
        (&customer, &active, &platform, Refusal::Forbidden),
        (&customer, &stopped, &pin, Refusal::BusinessNotActive),
    ] {
        let answer = |answer| invitation_answer_decide(invitation, business, who, answer, &by);
        assert_eq!(answer(InvitationAnswer::Accept).unwrap_err(), refusal);
        let rejected = answer(InvitationAnswer::Reject).unwrap();
        assert_eq!((rejected.invitation.status, rejected.membership), (InvitationStatus::Rejected, None));
    }
    let answer = invitation_answer_decide(&customer, &active, &pin, InvitationAnswer::Accept, &by);
    assert!(answer.unwrap().membership.is_some(), "a customer needs no passphrase");
}

#[test]
fn an_old_or_withdrawn_invitation_is_worth_nothing() {
    let business = business(BusinessStatus::Active);
    let ada = person(CredentialKind::Passphrase, PlatformRole::None);
    let invitation = invite(OWNER, Role::Agent, Role::Admin).unwrap();
    let late = context(INVITED, Role::Customer, invitation.expires_at);
    for answer in [InvitationAnswer::Accept, InvitationAnswer::Reject] {
        let refused = invitation_answer_decide(&invitation, &business, &ada, answer, &late).unwrap_err();
        assert_eq!(refused, Refusal::InvitationStatus(InvitationStatus::Expired));
    }
    let admin = context(ADMIN, Role::Admin, start());
    let above = invitation_revoke_decide(&invitation, &business, &admin);
    assert_eq!(above.unwrap_err(), Refusal::Forbidden, "an admin withdraws no invitation of an admin");
    let owner = context(OWNER, Role::Agent, start());
    let (revoked, _) = invitation_revoke_decide(&invitation, &business, &owner).unwrap();
    let by = context(INVITED, Role::Customer, start());
    let refused = invitation_answer_decide(&revoked, &business, &ada, InvitationAnswer::Accept, &by).unwrap_err();
    assert_eq!(refused, Refusal::InvitationStatus(InvitationStatus::Revoked));
    let again = invitation_revoke_decide(&revoked, &business, &owner).unwrap_err();
    assert_eq!(again, Refusal::InvitationStatus(InvitationStatus::Revoked));
}
