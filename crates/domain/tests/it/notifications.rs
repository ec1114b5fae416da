//! Who is told what.

use jiff::civil::date;
use ofektom_domain::ids::UserId;
use ofektom_domain::notification::{
    MutedKinds, Notification, NotificationFacts, NotificationKind, PreferenceChange, preferences_decide,
};
use ofektom_domain::payout::{DisburseMethod, FilePayout, PayoutDecision};
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::{CompletionReason, SavingsChange};

use super::desk::{ADMIN, AGENT, COLLECTOR, CUSTOMER, Desk, IN_CASH, Person, daily, naira};

/// Takes what people were told since the last time.
fn told(desk: &mut Desk) -> Vec<Notification> {
    std::mem::take(&mut desk.books.notifications).into_values().collect()
}

fn who_and_what(notifications: &[Notification]) -> Vec<(UserId, NotificationKind)> {
    let mut all: Vec<_> = notifications.iter().map(|n| (n.user_id, n.facts.kind())).collect();
    all.sort_unstable();
    all
}

#[test]
fn the_customer_is_told_of_every_marking_and_its_reversal() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, date(2025, 1, 1)));
    assert_eq!(told(&mut desk), [], "opening is no news to tell");
    let receipt = desk.pay(card, naira(1_200)).unwrap();
    let tracking_number = desk.card(card).tracking_number;
    let [posted] = told(&mut desk).try_into().unwrap();
    assert_eq!((posted.user_id, posted.business_id), (CUSTOMER.id, Some(desk.card(card).business_id)));
    assert_eq!((posted.subject_id, posted.read_at), (receipt.contribution.id.uuid(), None));
    let facts = NotificationFacts::ContributionPosted {
        tracking_number,
        amount: naira(1_200),
        collected_on: date(2025, 1, 15),
        boxes: 2,
        balance: naira(700),
    };
    assert_eq!(posted.facts, facts);

    desk.reverse(receipt.contribution.id, AGENT).unwrap();
    let [reversed] = told(&mut desk).try_into().unwrap();
    let facts = NotificationFacts::ContributionReversed {
        tracking_number,
        amount: naira(1_200),
        collected_on: date(2025, 1, 15),
        boxes: 2,
        balance: naira(0),
    };
    assert_eq!((reversed.user_id, reversed.facts), (CUSTOMER.id, facts));
    assert_ne!(reversed.subject_id, posted.subject_id, "it is about the reversal");
}

#[test]
fn a_refused_command_tells_nobody() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, date(2025, 1, 1)));
    assert!(desk.pay(card, naira(500 * 32)).is_err());
    assert_eq!(told(&mut desk), []);
}

#[test]
fn completion_is_told_with_its_reason() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, date(2025, 1, 1)));
    desk.pay(card, naira(500 * 31)).unwrap();
    let all = told(&mut desk);
    let both = [(CUSTOMER.id, NotificationKind::ContributionPosted), (CUSTOMER.id, NotificationKind::SavingsCompleted)];
    assert_eq!(who_and_what(&all), both);
    assert!(all.iter().any(|n| matches!(
        n.facts,
        NotificationFacts::SavingsCompleted { reason: CompletionReason::AllPaid, balance, .. } if balance == naira(15_000)
    )));

    let card = desk.open(daily(500, 1, date(2025, 1, 1)));
    desk.pay(card, naira(500)).unwrap();
    told(&mut desk);
    desk.change(card, SavingsChange::Extend { months: 1 }).unwrap();
    assert_eq!(told(&mut desk), [], "a longer card has not completed");
    desk.change(card, SavingsChange::End).unwrap();
    let [ended] = told(&mut desk).try_into().unwrap();
    let reason = CompletionReason::EndedEarly;
    let tracking_number = desk.card(card).tracking_number;
    assert_eq!(ended.facts, NotificationFacts::SavingsCompleted { tracking_number, reason, balance: naira(0) });
}

/// A card that was ended with 1,000.00 to pay, and a request for it.
fn filed_by(who: Person) -> (Desk, ofektom_domain::ids::PaymentRequestId) {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, date(2025, 1, 1)));
    desk.pay(card, naira(1_500)).unwrap();
    desk.change(card, SavingsChange::End).unwrap();
    told(&mut desk);
    let command = FilePayout { reason: Some("asked for by phone".to_owned()), ..IN_CASH };
    let request = desk.file(card, &command, None, who).unwrap();
    (desk, request.id)
}

#[test]
fn a_filed_request_is_told_to_those_who_decide() {
    let filed = NotificationKind::PayoutFiled;
    let (mut desk, _) = filed_by(CUSTOMER);
    assert_eq!(who_and_what(&told(&mut desk)), [(AGENT.id, filed), (ADMIN.id, filed)]);
    let (mut desk, _) = filed_by(AGENT);
    assert_eq!(who_and_what(&told(&mut desk)), [(ADMIN.id, filed), (CUSTOMER.id, filed)], "not to the filer");
    let (mut desk, _) = filed_by(COLLECTOR);
    assert_eq!(who_and_what(&told(&mut desk)), [(AGENT.id, filed), (ADMIN.id, filed), (CUSTOMER.id, filed)]);
}

#[test]
fn decisions_are_told_to_the_customer_and_the_filer() {
    let failed = |is_final| PayoutDecision::Fail { reason: "bank is down".to_owned(), is_final };
    let (mut desk, id) = filed_by(COLLECTOR);
    told(&mut desk);
    let paid = PayoutDecision::Disburse { method: DisburseMethod::Cash, reference: None, paid_by: None };
    for (decision, kind) in [
        (PayoutDecision::Approve, NotificationKind::PayoutApproved),
        (failed(false), NotificationKind::PayoutFailed),
        (PayoutDecision::Approve, NotificationKind::PayoutApproved),
        (paid, NotificationKind::PayoutPaid),
    ] {
        desk.payout(id, &decision, AGENT).unwrap();
        assert_eq!(who_and_what(&told(&mut desk)), [(COLLECTOR.id, kind), (CUSTOMER.id, kind)]);
    }

    let (mut desk, id) = filed_by(CUSTOMER);
    told(&mut desk);
    desk.payout(id, &PayoutDecision::Reject { reason: "call me on 08031234567".to_owned() }, AGENT).unwrap();
    let [rejected] = told(&mut desk).try_into().unwrap();
    assert_eq!((rejected.user_id, rejected.facts.kind()), (CUSTOMER.id, NotificationKind::PayoutRejected));
    assert!(!rejected.facts.to_json().to_string().contains("0803"), "what somebody typed is not repeated");
}

#[test]
fn a_withdrawal_is_told_to_those_who_were_asked() {
    let cancelled = NotificationKind::PayoutCancelled;
    let (mut desk, id) = filed_by(CUSTOMER);
    told(&mut desk);
    desk.payout(id, &PayoutDecision::Cancel, CUSTOMER).unwrap();
    assert_eq!(who_and_what(&told(&mut desk)), [(AGENT.id, cancelled), (ADMIN.id, cancelled)]);
    let (mut desk, id) = filed_by(COLLECTOR);
    told(&mut desk);
    desk.payout(id, &PayoutDecision::Cancel, CUSTOMER).unwrap();
    let all = [(AGENT.id, cancelled), (ADMIN.id, cancelled), (COLLECTOR.id, cancelled)];
    assert_eq!(who_and_what(&told(&mut desk)), all);
}

#[test]
fn preferences_change_kind_by_kind() {
    let context = Desk::new().context(CUSTOMER);
    let change = |kind, enabled| PreferenceChange { kind, enabled };
    let off = [change(NotificationKind::ContributionPosted, false), change(NotificationKind::PayoutPaid, false)];
    let (muted, audit) = preferences_decide(&MutedKinds::new(), &off, &context).unwrap();
    assert_eq!(muted, MutedKinds::from([NotificationKind::ContributionPosted, NotificationKind::PayoutPaid]));
    assert_eq!(audit.unwrap().entity_id, CUSTOMER.id.uuid());
    let (same, audit) = preferences_decide(&muted, &off, &context).unwrap();
    assert_eq!((same, audit), (muted.clone(), None), "nothing changed, nothing to audit");
    assert!(matches!(preferences_decide(&muted, &[], &context), Err(Refusal::Invalid(_))), "nothing is to change");
    let (after, _) =
        preferences_decide(&muted, &[change(NotificationKind::ContributionPosted, true)], &context).unwrap();
    assert_eq!(after, MutedKinds::from([NotificationKind::PayoutPaid]));
}

#[test]
fn warnings_cannot_be_turned_off() {
    let context = Desk::new().context(CUSTOMER);
    for kind in NotificationKind::ALL {
        let change = [PreferenceChange { kind, enabled: false }];
        match preferences_decide(&MutedKinds::new(), &change, &context) {
            Ok(_) => assert!(!kind.is_mandatory()),
            Err(Refusal::Invalid(errors)) => {
                assert!(kind.is_mandatory());
                assert_eq!((errors[0].field.as_str(), errors[0].code), (kind.as_str(), "mandatory"));
            }
            Err(other) => unreachable!("{other}"),
        }
        let on = [PreferenceChange { kind, enabled: true }];
        assert!(preferences_decide(&MutedKinds::new(), &on, &context).is_ok());
    }
}
