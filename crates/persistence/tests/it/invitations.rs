//! Invitations.

use jiff::{Timestamp, ToSpan as _};
use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::business::{
    Business, BusinessStatus, Invitation, InvitationAnswer, InvitationStatus, MemberChange, MembershipStatus,
};
use ofektom_domain::page::PageRequest;
use ofektom_domain::people::{CredentialKind, TokenHash, User};
use ofektom_domain::permission::Role;
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::{
    AnswerInvitation, BusinessStore as _, Conflict, InvitationFilter, InvitationStore as _, NewInvitation,
    PeopleStore as _, PlatformStore as _, StoreError,
};
use ofektom_domain::refusal::Refusal;
use ofektom_persistence::{Invitations, Platform};
use ofektom_testkit::{TestDb, on_both_engines};

use crate::fixture::{World, context, later, membership, start};

on_both_engines!(
    an_invitation_is_answered_once,
    a_token_belongs_to_a_number,
    a_number_has_one_pending_invitation,
    an_old_invitation_makes_room,
    an_invitation_is_withdrawn,
    lists_tell_the_status_by_the_time,
    a_stopped_business_takes_nobody_in,
    a_member_is_no_member_twice,
    whoever_left_is_invited_back,
    two_accept_at_once,
    two_invite_at_once,
);

struct Post {
    world: World,
    invitations: Invitations,
    business: Business,
}

impl Post {
    async fn open(test: &TestDb) -> Self {
        let mut world = World::open(test).await;
        let business = world.opened("Sunrise Thrift").await;
        let invitations = Invitations::new(world.db.clone());
        Self { world, invitations, business }
    }

    /// A person who is to be invited: with a passphrase, and not in the business.
    async fn person(&mut self) -> User {
        let mut user = self.world.user("Ada Obi");
        user.credential = CredentialKind::Passphrase;
        self.world.people.user_create(self.world.new_user(user.clone())).await.unwrap();
        user
    }

    /// Invites a number `minutes` after the start, with a token of that byte.
    async fn invite(
        &mut self,
        phone: &PhoneNumber,
        (token, minutes): (u8, i64),
        role: Role,
    ) -> Result<Invitation, StoreError> {
        let (now, owner) = (later(minutes), self.business.owner_id);
        let invitation = Invitation {
            id: self.world.id(),
            business_id: self.business.id,
            business_name: self.business.name.clone(),
            phone: phone.clone(),
            role,
            unit_id: self.business.default_unit_id,
            status: InvitationStatus::Pending,
            expires_at: Invitation::expiry_from(now),
            created_at: now,
            created_by: owner,
            updated_at: now,
            updated_by: owner,
        };
        let expiry_audit = AuditRow {
            id: self.world.id(),
            verb: "invitation.expire",
            entity: AuditEntity::Invitation,
            ..self.world.audit(owner, now)
        };
        let audit = self.world.audit(owner, now);
        let new = NewInvitation {
            invitation: invitation.clone(),
            token: TokenHash([token; 32]),
            audit,
            expiry_audit,
            context: context(owner, now),
        };
        self.invitations.invitation_create(new).await.map(|()| invitation)
    }

    async fn answer(
        &self,
        person: &User,
        (token, minutes): (u8, i64),
        answer: InvitationAnswer,
    ) -> Result<Invitation, StoreError> {
        let context = context(person.id, later(minutes));
        let token = TokenHash([token; 32]);
        let command = AnswerInvitation { token, person: person.clone(), answer, context };
        self.invitations.invitation_answer(command).await
    }

    async fn listed(&self, status: Option<InvitationStatus>, now: Timestamp) -> Vec<Invitation> {
        let filter = InvitationFilter { status };
        self.invitations.invitations_list(self.business.id, filter, now, PageRequest::default()).await.unwrap().items
    }

    async fn role_of(&self, person: &User) -> Option<(Role, MembershipStatus)> {
        let member = self.world.businesses.member_by_id(self.business.id, person.id).await.unwrap();
        member.map(|member| (member.membership.role, member.membership.status))
    }
}

fn refusal(outcome: Result<Invitation, StoreError>) -> Refusal {
    match outcome {
        Err(StoreError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

pub async fn an_invitation_is_answered_once(test: TestDb) {
    let mut post = Post::open(&test).await;
    let ada = post.person().await;
    let invitation = post.invite(&ada.phone, (1, 0), Role::SubAgent).await.unwrap();
    let stored = post.invitations.invitation_by_id(post.business.id, invitation.id).await.unwrap();
    assert_eq!(stored, Some(invitation.clone()));
    assert_eq!(post.invitations.invitations_to(&ada.phone, later(1)).await.unwrap(), vec![invitation.clone()]);

    let accepted = post.answer(&ada, (1, 5), InvitationAnswer::Accept).await.unwrap();
    assert_eq!((accepted.status, accepted.updated_at), (InvitationStatus::Accepted, later(5)));
    assert_eq!(post.role_of(&ada).await, Some((Role::SubAgent, MembershipStatus::Active)));
    let stored = post.invitations.invitation_by_id(post.business.id, invitation.id).await.unwrap();
    assert_eq!(stored, Some(accepted));
    for answer in [InvitationAnswer::Accept, InvitationAnswer::Reject] {
        let refused = refusal(post.answer(&ada, (1, 6), answer).await);
        assert_eq!(refused, Refusal::InvitationStatus(InvitationStatus::Accepted));
    }
    assert_eq!(post.invitations.invitations_to(&ada.phone, later(6)).await.unwrap(), vec![]);

    let ben = post.person().await;
    post.invite(&ben.phone, (2, 0), Role::Admin).await.unwrap();
    let rejected = post.answer(&ben, (2, 7), InvitationAnswer::Reject).await.unwrap();
    assert_eq!((rejected.status, post.role_of(&ben).await), (InvitationStatus::Rejected, None));
}

async fn a_token_belongs_to_a_number(test: TestDb) {
    let mut post = Post::open(&test).await;
    let (ada, ben) = (post.person().await, post.person().await);
    post.invite(&ada.phone, (1, 0), Role::SubAgent).await.unwrap();
    for (who, token) in [(&ben, 1), (&ada, 2)] {
        let outcome = post.answer(who, (token, 1), InvitationAnswer::Accept).await;
        assert!(matches!(outcome, Err(StoreError::NotFound)), "{outcome:?}");
    }
    assert_eq!((post.role_of(&ada).await, post.role_of(&ben).await), (None, None));
    assert_eq!(post.listed(Some(InvitationStatus::Pending), later(1)).await.len(), 1);
}

async fn a_number_has_one_pending_invitation(test: TestDb) {
    let mut post = Post::open(&test).await;
    let (ada, ben) = (post.person().await, post.person().await);
    post.invite(&ada.phone, (1, 0), Role::SubAgent).await.unwrap();
    let refused = post.invite(&ada.phone, (2, 1), Role::Customer).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Conflict::Invitation))), "{refused:?}");
    post.invite(&ben.phone, (3, 1), Role::Customer).await.unwrap();
    let first = post.business.clone();
    post.business = post.world.opened("Moonlight Thrift").await;
    post.invite(&ada.phone, (4, 1), Role::Customer).await.unwrap();
    let to_ada = post.invitations.invitations_to(&ada.phone, later(2)).await.unwrap();
    let from: Vec<&str> = to_ada.iter().map(|invitation| invitation.business_name.as_str()).collect();
    assert_eq!(from, ["Moonlight Thrift", first.name.as_str()], "one of each business, newest first");
    post.answer(&ada, (4, 2), InvitationAnswer::Reject).await.unwrap();
    post.invite(&ada.phone, (5, 3), Role::Customer).await.unwrap();
}

pub async fn an_old_invitation_makes_room(test: TestDb) {
    let mut post = Post::open(&test).await;
    let ada = post.person().await;
    let old = post.invite(&ada.phone, (1, 0), Role::SubAgent).await.unwrap();
    let day = 24 * 60;
    let refused = post.invite(&ada.phone, (2, day - 1), Role::Customer).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Conflict::Invitation))), "{refused:?}");
    assert_eq!(
        refusal(post.answer(&ada, (1, day), InvitationAnswer::Accept).await),
        Refusal::InvitationStatus(InvitationStatus::Expired)
    );
    let new = post.invite(&ada.phone, (3, day), Role::Customer).await.unwrap();
    let stored = post.invitations.invitation_by_id(post.business.id, old.id).await.unwrap().unwrap();
    assert_eq!(stored.status, InvitationStatus::Expired, "marked when another takes its place");
    assert_eq!(post.answer(&ada, (3, day + 1), InvitationAnswer::Accept).await.unwrap().id, new.id);
    assert_eq!(post.role_of(&ada).await, Some((Role::Customer, MembershipStatus::Active)));
}

pub async fn an_invitation_is_withdrawn(test: TestDb) {
    let mut post = Post::open(&test).await;
    let ada = post.person().await;
    let invitation = post.invite(&ada.phone, (1, 0), Role::SubAgent).await.unwrap();
    let by = context(post.business.owner_id, later(1));
    let other = post.world.opened("Moonlight Thrift").await;
    let foreign = post.invitations.invitation_revoke(other, invitation.id, by.clone()).await;
    assert!(matches!(foreign, Err(StoreError::NotFound)), "{foreign:?}");
    let revoked = post.invitations.invitation_revoke(post.business.clone(), invitation.id, by.clone()).await.unwrap();
    assert_eq!((revoked.status, revoked.updated_by), (InvitationStatus::Revoked, post.business.owner_id));
    let accepted = refusal(post.answer(&ada, (1, 2), InvitationAnswer::Accept).await);
    assert_eq!(accepted, Refusal::InvitationStatus(InvitationStatus::Revoked));
    let again = refusal(post.invitations.invitation_revoke(post.business.clone(), invitation.id, by).await);
    assert_eq!(again, Refusal::InvitationStatus(InvitationStatus::Revoked));
}

async fn lists_tell_the_status_by_the_time(test: TestDb) {
    let mut post = Post::open(&test).await;
    let (ada, ben) = (post.person().await, post.person().await);
    let first = post.invite(&ada.phone, (1, 0), Role::Customer).await.unwrap();
    let second = post.invite(&ben.phone, (2, 60), Role::Customer).await.unwrap();
    let ids = |found: Vec<Invitation>| found.into_iter().map(|invitation| invitation.id).collect::<Vec<_>>();
    let (pending, expired) = (Some(InvitationStatus::Pending), Some(InvitationStatus::Expired));
    assert_eq!(ids(post.listed(None, later(90)).await), [second.id, first.id]);
    assert_eq!(ids(post.listed(pending, later(90)).await), [second.id, first.id]);
    let next_day = later(24 * 60 + 30);
    assert_eq!(ids(post.listed(pending, next_day).await), [second.id]);
    assert_eq!(ids(post.listed(expired, next_day).await), [first.id]);
    assert_eq!(ids(post.listed(Some(InvitationStatus::Accepted), next_day).await), []);
    assert_eq!(post.invitations.invitations_to(&ada.phone, next_day).await.unwrap(), vec![]);
    let page = PageRequest { limit: 1, after: None, total: false };
    let filter = InvitationFilter::default();
    let one = post.invitations.invitations_list(post.business.id, filter, next_day, page).await.unwrap();
    let rest = PageRequest { limit: 1, after: one.next, total: false };
    let two = post.invitations.invitations_list(post.business.id, filter, next_day, rest).await.unwrap();
    assert_eq!((ids(one.items), ids(two.items), two.next), (vec![second.id], vec![first.id], None));
}

async fn a_stopped_business_takes_nobody_in(test: TestDb) {
    let mut post = Post::open(&test).await;
    let ada = post.person().await;
    post.invite(&ada.phone, (1, 0), Role::Customer).await.unwrap();
    let by = context(post.business.owner_id, later(1));
    let platform = Platform::new(post.world.db.clone());
    platform.business_status_set(post.business.id, BusinessStatus::Suspended, &by).await.unwrap();
    assert_eq!(refusal(post.answer(&ada, (1, 2), InvitationAnswer::Accept).await), Refusal::BusinessNotActive);
    assert_eq!(post.invitations.invitations_to(&ada.phone, later(2)).await.unwrap(), vec![]);
    assert_eq!(post.role_of(&ada).await, None);
}

async fn a_member_is_no_member_twice(test: TestDb) {
    let mut post = Post::open(&test).await;
    let ada = post.person().await;
    post.invite(&ada.phone, (1, 0), Role::SubAgent).await.unwrap();
    let audit = post.world.audit(ada.id, start());
    let joined = membership(&post.business, ada.id, Role::Customer);
    post.world.businesses.membership_create(joined, post.business.join_code, audit).await.unwrap();
    let refused = post.answer(&ada, (1, 1), InvitationAnswer::Accept).await;
    assert!(matches!(refused, Err(StoreError::Conflict(Conflict::Membership))), "{refused:?}");
    assert_eq!(post.role_of(&ada).await, Some((Role::Customer, MembershipStatus::Active)));
    assert_eq!(post.listed(Some(InvitationStatus::Pending), later(2)).await.len(), 1, "a refusal answers nothing");
}

async fn whoever_left_is_invited_back(test: TestDb) {
    let mut post = Post::open(&test).await;
    let ada = post.person().await;
    let (business, owner) = (post.business.id, post.business.owner_id);
    let audit = post.world.audit(ada.id, start());
    let joined = membership(&post.business, ada.id, Role::Customer);
    post.world.businesses.membership_create(joined, post.business.join_code, audit).await.unwrap();
    let left = MemberChange { status: Some(MembershipStatus::Left), ..MemberChange::default() };
    let by = context(owner, later(1));
    post.world.businesses.membership_update(business, ada.id, left, &by).await.unwrap();
    post.invite(&ada.phone, (1, 2), Role::SubAgent).await.unwrap();
    post.answer(&ada, (1, 3), InvitationAnswer::Accept).await.unwrap();
    assert_eq!(post.role_of(&ada).await, Some((Role::SubAgent, MembershipStatus::Active)));
}

async fn two_accept_at_once(test: TestDb) {
    let mut post = Post::open(&test).await;
    let ada = post.person().await;
    post.invite(&ada.phone, (1, 0), Role::SubAgent).await.unwrap();
    let accept = || post.answer(&ada, (1, 1), InvitationAnswer::Accept);
    let (one, two) = tokio::join!(accept(), accept());
    let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
    assert_eq!(won.unwrap().status, InvitationStatus::Accepted);
    assert_eq!(refusal(lost), Refusal::InvitationStatus(InvitationStatus::Accepted));
}

async fn two_invite_at_once(test: TestDb) {
    let mut post = Post::open(&test).await;
    let ada = post.person().await;
    // An expired one in the way: both find it, one of them takes its place.
    post.invite(&ada.phone, (1, 0), Role::Customer).await.unwrap();
    let now = start().checked_add(30.hours()).unwrap();
    let owner = post.business.owner_id;
    let mut new = async |token: u8| {
        let made = post.listed(None, now).await.pop().unwrap();
        let invitation = Invitation {
            id: post.world.id(),
            expires_at: Invitation::expiry_from(now),
            created_at: now,
            updated_at: now,
            ..made
        };
        let (audit, expiry_audit) = (post.world.audit(owner, now), post.world.audit(owner, now));
        let context = context(owner, now);
        NewInvitation { invitation, token: TokenHash([token; 32]), audit, expiry_audit, context }
    };
    let (first, second) = (new(2).await, new(3).await);
    let (one, two) =
        tokio::join!(post.invitations.invitation_create(first), post.invitations.invitation_create(second));
    let lost = if one.is_ok() { two } else { one };
    assert!(matches!(lost, Err(StoreError::Conflict(Conflict::Invitation))), "{lost:?}");
    assert_eq!(post.listed(Some(InvitationStatus::Pending), now).await.len(), 1);
    assert_eq!(post.listed(Some(InvitationStatus::Expired), now).await.len(), 1);
}
