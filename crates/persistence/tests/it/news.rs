//! What people are told of invitations, sign-ins, bank details and cards that matured: with the cause, or not at all.

use jiff::SignedDuration;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::business::{BusinessChange, Invitation, InvitationAnswer, InvitationStatus, PolicyChange};
use ofektom_domain::context::SystemContext;
use ofektom_domain::ids::UserId;
use ofektom_domain::notification::{Notification, NotificationFacts, NotificationKind, PreferenceChange};
use ofektom_domain::page::PageRequest;
use ofektom_domain::people::{
    BankAccount, BankDetails, BankDetailsChange, RefreshToken, Session, Suspicion, TokenHash,
};
use ofektom_domain::permission::Role;
use ofektom_domain::ports::{
    AnswerInvitation, BankAccountStore as _, BusinessStore as _, Conflict, InvitationStore as _, MatureCards,
    MaturityStore as _, NewInvitation, NewSession, NotificationFilter, NotificationStore as _, SessionStore as _,
    StoreError,
};
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::{CompletionReason, matured_until};
use ofektom_persistence::{BankAccounts, Db, Invitations, Maturity, Notifications, Sessions};
use ofektom_testkit::{TestDb, on_both_engines};

use crate::desk::{Desk, TODAY, daily, naira, refusal};
use crate::fixture::{World, context, later, start};

on_both_engines!(
    an_invitation_is_told,
    a_unit_that_somebody_is_invited_to_stays,
    a_suspicious_sign_in_is_told,
    a_change_of_bank_details_is_told,
    a_matured_card_is_told,
);

async fn told(db: &Db, user: UserId) -> Vec<Notification> {
    let page = PageRequest { limit: 100, after: None, total: false };
    Notifications::new(db.clone()).notifications_list(user, &NotificationFilter::default(), page).await.unwrap().items
}

fn kinds(told: &[Notification]) -> Vec<NotificationKind> {
    told.iter().rev().map(|one| one.facts.kind()).collect()
}

/// An invitation of a number to a unit, as a customer.
fn invitation(
    world: &mut World,
    desk: &Desk,
    phone: &str,
    (token, unit): (u8, ofektom_domain::ids::UnitId),
) -> NewInvitation {
    let (now, by) = (later(1), desk.agent.id);
    let invitation = Invitation {
        id: world.id(),
        business_id: desk.business.id,
        business_name: desk.business.name.clone(),
        phone: phone.parse().unwrap(),
        role: Role::Customer,
        unit_id: unit,
        status: InvitationStatus::Pending,
        expires_at: Invitation::expiry_from(now),
        created_at: now,
        created_by: by,
        updated_at: now,
        updated_by: by,
    };
    let (audit, expiry_audit): (AuditRow, AuditRow) = (world.audit(by, now), world.audit(by, now));
    NewInvitation { invitation, token: TokenHash([token; 32]), audit, expiry_audit, context: context(by, now) }
}

async fn an_invitation_is_told(test: TestDb) {
    let mut world = World::open(&test).await;
    let desk = Desk::open_in(&mut world, "Ajo Store").await;
    let invitations = Invitations::new(world.db.clone());
    let (ada, ben) = (world.registered("Ada").await, world.registered("Ben").await);
    let unit = desk.business.default_unit_id;
    for (person, token) in [(&ada, 1), (&ben, 2)] {
        let new = invitation(&mut world, &desk, person.phone.as_str(), (token, unit));
        let id = new.invitation.id;
        invitations.invitation_create(new).await.unwrap();
        let received = told(&world.db, person.id).await;
        assert_eq!(kinds(&received), [NotificationKind::InvitationReceived]);
        assert_eq!((received[0].subject_id, received[0].business_id), (id.uuid(), Some(desk.business.id)));
        let again = invitation(&mut world, &desk, person.phone.as_str(), (9, unit));
        let refused = invitations.invitation_create(again).await;
        assert!(matches!(refused, Err(StoreError::Conflict(Conflict::Invitation))));
        assert_eq!(told(&world.db, person.id).await.len(), 1, "what is refused tells nobody");
    }
    // Whoever has no account is told by the message alone.
    let nobody = invitation(&mut world, &desk, "08099887766", (3, unit));
    invitations.invitation_create(nobody).await.unwrap();
    for (person, token, answer) in [(&ada, 1, InvitationAnswer::Accept), (&ben, 2, InvitationAnswer::Reject)] {
        let (token, context) = (TokenHash([token; 32]), context(person.id, later(2)));
        let command = AnswerInvitation { token, person: person.clone(), answer, context };
        invitations.invitation_answer(command).await.unwrap();
    }
    let answers = [NotificationKind::InvitationAccepted, NotificationKind::InvitationRejected];
    let of_agent = kinds(&told(&world.db, desk.agent.id).await);
    assert!(answers.iter().all(|kind| of_agent.contains(kind)) && of_agent.len() == 2, "{of_agent:?}");
}

/// Whoever invites to a unit, and whoever removes it, at once: the invitation can be accepted, or was never sent.
async fn a_unit_that_somebody_is_invited_to_stays(test: TestDb) {
    let mut world = World::open(&test).await;
    let desk = Desk::open_in(&mut world, "Ajo Store").await;
    let invitations = Invitations::new(world.db.clone());
    for round in 0..12_u8 {
        let unit = ofektom_domain::business::Unit {
            id: world.id(),
            business_id: desk.business.id,
            name: format!("Route {round}"),
            created_at: start(),
            created_by: desk.agent.id,
            updated_at: start(),
            updated_by: desk.agent.id,
        };
        let audit = world.audit(desk.agent.id, start());
        world.businesses.unit_create(unit.clone(), audit).await.unwrap();
        let ada = world.registered("Ada").await;
        let new = invitation(&mut world, &desk, ada.phone.as_str(), (100 + round, unit.id));
        let audit = world.audit(desk.agent.id, later(2));
        let send = invitations.invitation_create(new);
        let remove = world.businesses.unit_delete(desk.business.id, unit.id, audit);
        // Every third one is invited before.
        let (sent, removed) = if round % 3 == 0 { (send.await, remove.await) } else { tokio::join!(send, remove) };
        match (sent, removed) {
            (Ok(()), Err(StoreError::Conflict(Conflict::UnitInUse))) => {
                let (token, context) = (TokenHash([100 + round; 32]), context(ada.id, later(3)));
                let answer = InvitationAnswer::Accept;
                invitations
                    .invitation_answer(AnswerInvitation { token, person: ada.clone(), answer, context })
                    .await
                    .unwrap();
            }
            (Err(StoreError::Refused(Refusal::Invalid(_))), Ok(())) => {}
            outcome => panic!("round {round}: {outcome:?}"),
        }
    }
    // One that nobody can accept any more keeps nothing.
    let unit = ofektom_domain::business::Unit {
        id: world.id(),
        business_id: desk.business.id,
        name: "Oke Arin".to_owned(),
        created_at: start(),
        created_by: desk.agent.id,
        updated_at: start(),
        updated_by: desk.agent.id,
    };
    let audit = world.audit(desk.agent.id, start());
    world.businesses.unit_create(unit.clone(), audit).await.unwrap();
    let new = invitation(&mut world, &desk, "08099887766", (99, unit.id));
    invitations.invitation_create(new).await.unwrap();
    let day_after = later(24 * 60 + 1);
    let audit = world.audit(desk.agent.id, day_after);
    world.businesses.unit_delete(desk.business.id, unit.id, audit).await.unwrap();
}

async fn a_suspicious_sign_in_is_told(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Ada").await.id;
    let sessions = Sessions::new(world.db.clone());
    for (failed_before, agent, address) in [(4, "Phone", "192.0.2.1"), (6, "Phone", "192.0.2.1"), (0, "Other", "::1")] {
        let now = later(world.serial().try_into().unwrap());
        let session = Session {
            id: world.id(),
            user_id: user,
            created_at: now,
            last_used_at: now,
            expires_at: later(600),
            address: Some(address.parse().unwrap()),
            user_agent: Some(agent.to_owned()),
        };
        let hash = TokenHash([u8::try_from(world.serial()).unwrap(); 32]);
        let refresh = RefreshToken { hash, session_id: session.id, created_at: now, expires_at: later(600) };
        let (audit, suspicious_audit) = (world.audit(user, now), world.audit(user, now));
        let (attempts_key, suspicious_notification) = (TokenHash([7; 32]), world.id());
        let new = NewSession {
            session,
            refresh,
            attempts_key,
            failed_before,
            audit,
            suspicious_audit,
            suspicious_notification,
        };
        sessions.session_create(new).await.unwrap();
    }
    let why: Vec<NotificationFacts> = told(&world.db, user).await.into_iter().rev().map(|one| one.facts).collect();
    let of = |suspicion| NotificationFacts::SuspiciousSignIn { suspicion };
    assert_eq!(why, [of(Suspicion::AfterFailures { failed: 6 }), of(Suspicion::NewPlace)]);
    let off = vec![PreferenceChange { kind: NotificationKind::SuspiciousSignIn, enabled: false }];
    let muted = Notifications::new(world.db.clone())
        .notification_preferences_update(off, context(user, later(50)))
        .await
        .unwrap_err();
    assert_eq!(refusal::<()>(Err(muted)).code(), "validation_failed");
}

async fn a_change_of_bank_details_is_told(test: TestDb) {
    let mut world = World::open(&test).await;
    let desk = Desk::open_in(&mut world, "Ajo Store").await;
    let other = Desk::open_in(&mut world, "Esusu Store").await;
    let customer = desk.customer.id;
    let hours = PolicyChange { payout_cooling_off_hours: Some(2), ..PolicyChange::default() };
    let change = BusinessChange { policy: hours, ..BusinessChange::default() };
    world.businesses.business_update(desk.business.id, change, &desk.context(desk.agent)).await.unwrap();
    let banks = BankAccounts::new(world.db.clone());
    let mut add = async |number: &str, minutes| {
        let account = BankAccount {
            id: world.id(),
            user_id: customer,
            details: BankDetails::new("058", number, "Ada Okafor").unwrap(),
            is_default: false,
            changed_at: Some(later(minutes)),
            created_at: later(minutes),
            updated_at: later(minutes),
        };
        let (by, audit) = (context(customer, later(minutes)), world.audit(customer, later(minutes)));
        banks.bank_account_create(account, &by, audit).await.unwrap()
    };
    let first = add("0123456789", 1).await;
    assert_eq!(told(&desk.db, customer).await, [], "the very first replaces nothing");
    let second = add("1123456789", 2).await;
    let own = told(&desk.db, customer).await;
    assert_eq!(own[0].facts, NotificationFacts::BankDetailsChanged { change: BankDetailsChange::Added });
    assert_eq!((own.len(), own[0].subject_id, own[0].business_id), (1, second.id.uuid(), None));
    assert_eq!(told(&desk.db, desk.agent.id).await, [], "there is no open card");

    desk.open_card(daily(500, 1)).await;
    let _ = add("2123456789", 3).await;
    let until = later(3) + SignedDuration::from_hours(2);
    for decider in [desk.agent, desk.admin] {
        let news = told(&desk.db, decider.id).await;
        let expected = NotificationFacts::CustomerBankDetailsChanged {
            change: BankDetailsChange::Added,
            payouts_wait_until: Some(until),
        };
        assert_eq!((news.len(), &news[0].facts), (1, &expected));
        assert_eq!((news[0].subject_id, news[0].business_id), (customer.uuid(), Some(desk.business.id)));
    }
    for stranger in [desk.collector.id, other.agent.id, other.customer.id] {
        assert_eq!(told(&desk.db, stranger).await, []);
    }
    // Another name for the account is other details; a change of nothing is none.
    let details = BankDetails::new("058", "1123456789", "Ada O").unwrap();
    let renamed = second.changed_to(details, false, later(4));
    let by = context(customer, later(4));
    let update =
        async |account: &BankAccount, audit| banks.bank_account_update(account.clone(), &by, audit).await.unwrap();
    assert_eq!(update(&renamed, world.audit(customer, later(4))).await, Some(BankDetailsChange::Changed));
    assert_eq!(update(&renamed, world.audit(customer, later(4))).await, None);
    let audit = world.audit(customer, later(5));
    let next = banks.bank_account_delete(customer, first.id, &context(customer, later(5)), audit).await.unwrap();
    assert!(next.unwrap().is_default);
    let changes: Vec<NotificationFacts> =
        told(&desk.db, customer).await.into_iter().rev().map(|one| one.facts).collect();
    let of = |change| NotificationFacts::BankDetailsChanged { change };
    use BankDetailsChange::{Added, BecameDefault, Changed};
    assert_eq!(changes, [of(Added), of(Added), of(Changed), of(BecameDefault)]);
    assert_eq!(told(&desk.db, desk.agent.id).await.len(), 3);
}

async fn a_matured_card_is_told(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    desk.pay(card.id, naira(1_000)).await;
    let april = jiff::civil::date(2025, 4, 1);
    assert!(TODAY < april);
    let now = "2025-03-31T23:00:00Z".parse().unwrap();
    let command = MatureCards {
        business_id: desk.business.id,
        matured_until: matured_until(april, 0),
        cards_max: 10,
        context: SystemContext { now, today: april, seed: 5 << 64, item: 0 },
    };
    let maturity = Maturity::new(desk.db.clone());
    assert_eq!(maturity.cards_mature(command.clone()).await.unwrap().completed, 1);
    assert_eq!(maturity.cards_mature(command).await.unwrap().completed, 0);
    let news = told(&desk.db, desk.customer.id).await;
    let completed: Vec<&Notification> =
        news.iter().filter(|one| one.facts.kind() == NotificationKind::SavingsCompleted).collect();
    let expected = NotificationFacts::SavingsCompleted {
        tracking_number: card.tracking_number,
        reason: CompletionReason::Matured,
        balance: naira(500),
    };
    assert_eq!((completed.len(), &completed[0].facts), (1, &expected));
    assert_eq!((completed[0].subject_id, completed[0].business_id), (card.id.uuid(), Some(desk.business.id)));
}
