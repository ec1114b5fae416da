//! Payouts: filing, deciding, paying, failing.

use jiff::SignedDuration;
use jiff::civil::date;
use ofektom_domain::contribution::ContributionItem;
use ofektom_domain::ids::{PaymentRequestId, SavingsAccountId};
use ofektom_domain::ledger::LedgerAccount;
use ofektom_domain::money::Money;
use ofektom_domain::payout::{DestinationChoice, DisburseMethod, FilePayout, PayoutDecision, PayoutStatus};
use ofektom_domain::people::BankAccount;
use ofektom_domain::permission::Role;
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::{SavingsChange, SavingsStatus};

use super::desk::{ADMIN, AGENT, COLLECTOR, CUSTOMER, Desk, IN_CASH, Person, bank_account, daily, naira};

const GIVEN: PayoutDecision = PayoutDecision::Disburse { method: DisburseMethod::Cash, reference: None, paid_by: None };

fn transferred() -> PayoutDecision {
    PayoutDecision::Disburse {
        method: DisburseMethod::BankTransfer,
        reference: Some("FT25015".to_owned()),
        paid_by: None,
    }
}

fn failed(is_final: bool) -> PayoutDecision {
    PayoutDecision::Fail { reason: "bank is down".to_owned(), is_final }
}

fn rejected() -> PayoutDecision {
    PayoutDecision::Reject { reason: "count again".to_owned() }
}

fn to_bank() -> FilePayout {
    FilePayout { destination: DestinationChoice::BankAccount(bank_account().id), ..IN_CASH }
}

/// A business with a card that was ended with 1,000.00 to pay.
fn ended() -> (Desk, SavingsAccountId) {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, date(2025, 1, 1)));
    desk.pay(card, naira(1_500)).unwrap();
    desk.change(card, SavingsChange::End).unwrap();
    (desk, card)
}

/// The same with a request in cash, filed by the customer.
fn filed() -> (Desk, SavingsAccountId, PaymentRequestId) {
    let (mut desk, card) = ended();
    let request = desk.file(card, &IN_CASH, None, CUSTOMER).unwrap();
    (desk, card, request.id)
}

#[test]
fn filing_holds_the_whole_balance_once() {
    let (mut desk, card) = ended();
    let request = desk.file(card, &to_bank(), Some(&bank_account()), CUSTOMER).unwrap();
    assert_eq!(request.amount, naira(1_000));
    let held = desk.card(card);
    assert_eq!((held.balance, held.held, held.status), (Money::ZERO, naira(1_000), SavingsStatus::Completed));
    assert_eq!(desk.file(card, &IN_CASH, None, CUSTOMER), Err(Refusal::PaymentRequestOpen));

    desk.payout(request.id, &PayoutDecision::Approve, AGENT).unwrap();
    let paid = desk.payout(request.id, &transferred(), ADMIN).unwrap();
    assert_eq!((paid.status, paid.paid_by), (PayoutStatus::Paid, Some(ADMIN.id)));
    assert_eq!(desk.books.balance_of(LedgerAccount::Bank), -100_000);
    assert_eq!(desk.card(card).status, SavingsStatus::PaidOut);
}

#[test]
fn only_a_completed_card_is_paid_out() {
    let mut desk = Desk::new();
    let card = desk.open(daily(500, 1, date(2025, 1, 1)));
    desk.pay(card, naira(1_500)).unwrap();
    let refused = desk.file(card, &IN_CASH, None, CUSTOMER);
    assert_eq!(refused, Err(Refusal::NotCompleted(SavingsStatus::Active)));
}

#[test]
fn filing_for_a_customer_needs_a_reason() {
    let (mut desk, card) = ended();
    assert!(matches!(desk.file(card, &IN_CASH, None, COLLECTOR), Err(Refusal::Invalid(_))));
    let on_behalf = FilePayout { reason: Some("asked by phone".to_owned()), ..IN_CASH };
    assert_eq!(desk.file(card, &on_behalf, None, COLLECTOR).unwrap().filed_by, COLLECTOR.id);
}

#[test]
fn whoever_files_on_his_own_card_needs_no_reason_whatever_his_role() {
    let (mut desk, card) = ended();
    let agent_who_saves = Person { id: CUSTOMER.id, role: Role::Agent };
    let request = desk.file(card, &IN_CASH, None, agent_who_saves).unwrap();
    assert_eq!((request.filed_by, request.filed_on), (CUSTOMER.id, desk.today));
    assert_eq!(desk.payout(request.id, &PayoutDecision::Approve, agent_who_saves), Err(Refusal::SamePerson));
}

#[test]
fn less_than_the_balance_only_where_the_policy_allows_it() {
    let (mut desk, card) = ended();
    let part = |amount| FilePayout { amount: Some(amount), ..IN_CASH };
    let over = Err(Refusal::InsufficientBalance { available: naira(1_000) });
    assert!(matches!(desk.file(card, &part(naira(400)), None, CUSTOMER), Err(Refusal::Invalid(_))));
    desk.policy.partial_payout = true;
    assert_eq!(desk.file(card, &part(naira(1_001)), None, CUSTOMER), over);
    for nothing in [Money::ZERO, naira(-1)] {
        assert!(matches!(desk.file(card, &part(nothing), None, CUSTOMER), Err(Refusal::Invalid(_))));
    }
    for (amount, status) in [(naira(400), SavingsStatus::Completed), (naira(600), SavingsStatus::PaidOut)] {
        let request = desk.file(card, &part(amount), None, CUSTOMER).unwrap();
        desk.payout(request.id, &PayoutDecision::Approve, AGENT).unwrap();
        desk.payout(request.id, &GIVEN, ADMIN).unwrap();
        assert_eq!(desk.card(card).status, status);
    }
    assert_eq!(desk.card(card).paid_out, naira(1_000));
}

#[test]
fn whoever_filed_or_is_to_be_paid_decides_nothing() {
    let (mut desk, card) = ended();
    let on_behalf = FilePayout { reason: Some("asked by phone".to_owned()), ..IN_CASH };
    let request = desk.file(card, &on_behalf, None, AGENT).unwrap().id;
    for decision in [PayoutDecision::Approve, rejected(), GIVEN, failed(true)] {
        assert_eq!(desk.payout(request, &decision, AGENT), Err(Refusal::SamePerson), "{decision:?}");
        let payee = Person { role: Role::Admin, ..CUSTOMER };
        assert_eq!(desk.payout(request, &decision, payee), Err(Refusal::SamePerson), "{decision:?}");
    }
    desk.payout(request, &PayoutDecision::Approve, ADMIN).unwrap();
    assert_eq!(desk.payout(request, &GIVEN, AGENT), Err(Refusal::SamePerson));
    desk.payout(request, &GIVEN, ADMIN).unwrap();
}

#[test]
fn above_the_four_eyes_amount_the_approver_has_not_collected() {
    let (mut desk, _, request) = filed();
    desk.policy.four_eyes_above = Some(naira(1_000));
    let card = desk.open(daily(500, 1, date(2025, 1, 1)));
    let by_admin = ContributionItem { collected_by: ADMIN.id, ..desk.cash(naira(1_600)) };
    desk.post(card, &by_admin).unwrap();
    desk.change(card, SavingsChange::End).unwrap();
    let above = desk.file(card, &IN_CASH, None, CUSTOMER).unwrap().id;
    assert_eq!(desk.payout(above, &PayoutDecision::Approve, ADMIN), Err(Refusal::FourEyes));
    desk.payout(above, &PayoutDecision::Approve, AGENT).unwrap();
    desk.payout(above, &GIVEN, ADMIN).unwrap();
    // The first request is for the amount itself, not above it.
    desk.payout(request, &PayoutDecision::Approve, COLLECTOR).unwrap();
}

#[test]
fn changed_bank_details_wait_for_the_cooling_off() {
    let (mut desk, card) = ended();
    let changed = BankAccount { changed_at: Some(desk.now), ..bank_account() };
    let until = desk.now + SignedDuration::from_hours(24);
    assert_eq!(desk.file(card, &to_bank(), Some(&changed), CUSTOMER), Err(Refusal::CoolingOff { until }));
    desk.policy.payout_cooling_off_hours = u32::MAX;
    let never = desk.file(card, &to_bank(), Some(&changed), CUSTOMER);
    assert!(matches!(never, Err(Refusal::CoolingOff { .. })), "a huge time is not no time");
    desk.policy.payout_cooling_off_hours = 24;
    // The next command is given a second later: at the very end of the time.
    desk.now = until - SignedDuration::from_secs(1);
    assert!(desk.file(card, &to_bank(), Some(&changed), CUSTOMER).is_ok());
}

#[test]
fn money_goes_to_the_customer_s_own_bank_account_as_named() {
    let (mut desk, card) = ended();
    let foreign = BankAccount { user_id: COLLECTOR.id, ..bank_account() };
    let other = BankAccount { id: uuid::Uuid::from_u128(99).into(), ..bank_account() };
    for account in [None, Some(&foreign), Some(&other)] {
        assert!(matches!(desk.file(card, &to_bank(), account, CUSTOMER), Err(Refusal::Invalid(_))), "{account:?}");
    }
}

#[test]
fn paying_follows_the_destination() {
    let (mut desk, _, request) = filed();
    desk.payout(request, &PayoutDecision::Approve, AGENT).unwrap();
    let refused = desk.payout(request, &transferred(), ADMIN);
    assert_eq!(refused, Err(Refusal::MethodMismatch { expected: "in cash" }));

    let (mut desk, card) = ended();
    let request = desk.file(card, &to_bank(), Some(&bank_account()), CUSTOMER).unwrap().id;
    desk.payout(request, &PayoutDecision::Approve, AGENT).unwrap();
    let refused = desk.payout(request, &GIVEN, ADMIN);
    assert_eq!(refused, Err(Refusal::MethodMismatch { expected: "by bank transfer" }));
    let no_reference =
        PayoutDecision::Disburse { method: DisburseMethod::BankTransfer, reference: None, paid_by: None };
    assert!(matches!(desk.payout(request, &no_reference, ADMIN), Err(Refusal::Invalid(_))));
}

#[test]
fn a_failed_payout_is_approved_again_and_paid() {
    let (mut desk, card, request) = filed();
    desk.payout(request, &PayoutDecision::Approve, AGENT).unwrap();
    let broken = desk.payout(request, &failed(false), ADMIN).unwrap();
    assert_eq!((broken.status, broken.reason.as_deref()), (PayoutStatus::Failed, Some("bank is down")));
    assert_eq!(desk.card(card).held, naira(1_000), "the money stays held");
    let again = desk.payout(request, &PayoutDecision::Approve, ADMIN).unwrap();
    assert_eq!((again.approved_by, again.reason), (Some(ADMIN.id), None), "what was wrong is over");
    desk.payout(request, &GIVEN, ADMIN).unwrap();
    assert_eq!(desk.books.balance_of(LedgerAccount::Cash(ADMIN.id)), -100_000);
}

#[test]
fn rejected_cancelled_and_failed_for_good_give_the_hold_back() {
    for (ending, status) in [
        (rejected(), PayoutStatus::Rejected),
        (PayoutDecision::Cancel, PayoutStatus::Cancelled),
        (failed(true), PayoutStatus::FailedFinal),
    ] {
        let (mut desk, card, request) = filed();
        if ending == failed(true) {
            desk.payout(request, &PayoutDecision::Approve, AGENT).unwrap();
            desk.payout(request, &failed(false), AGENT).unwrap();
        }
        let who = if ending == PayoutDecision::Cancel { CUSTOMER } else { AGENT };
        assert_eq!(desk.payout(request, &ending, who).unwrap().status, status);
        let back = desk.card(card);
        assert_eq!((back.status, back.balance, back.held), (SavingsStatus::Completed, naira(1_000), Money::ZERO));
        assert!(desk.file(card, &IN_CASH, None, CUSTOMER).is_ok(), "it may be asked for again");
    }
}

#[test]
fn every_status_takes_its_decisions_and_no_other() {
    use PayoutStatus::{Approved, Cancelled, Failed, FailedFinal, Paid, Pending, Rejected};
    let approve = || PayoutDecision::Approve;
    let decisions = [approve(), rejected(), PayoutDecision::Cancel, GIVEN, failed(false), failed(true)];
    // Per status: how to get there, and what each of the decisions above leads to.
    let table: [(PayoutStatus, Vec<PayoutDecision>, [Option<PayoutStatus>; 6]); 7] = [
        (Pending, vec![], [Some(Approved), Some(Rejected), Some(Cancelled), None, None, None]),
        (Approved, vec![approve()], [None, None, None, Some(Paid), Some(Failed), Some(FailedFinal)]),
        (Failed, vec![approve(), failed(false)], [Some(Approved), None, None, None, None, Some(FailedFinal)]),
        (Paid, vec![approve(), GIVEN], [None; 6]),
        (Rejected, vec![rejected()], [None; 6]),
        (Cancelled, vec![PayoutDecision::Cancel], [None; 6]),
        (FailedFinal, vec![approve(), failed(true)], [None; 6]),
    ];
    for (status, way, nexts) in table {
        for (decision, next) in decisions.iter().zip(nexts) {
            let (mut desk, _, request) = filed();
            for step in &way {
                desk.payout(request, step, AGENT).unwrap();
            }
            let outcome = desk.payout(request, decision, ADMIN).map(|request| request.status);
            assert_eq!(outcome, next.ok_or(Refusal::PayoutStatus(status)), "{status} {decision:?}");
        }
    }
}
