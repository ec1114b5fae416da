//! Payment requests: filing, deciding, racing.

use ofektom_domain::business::Policy;
use ofektom_domain::idempotency::Answer;
use ofektom_domain::ids::{BankAccountId, PaymentRequestId, SavingsAccountId};
use ofektom_domain::page::PageRequest;
use ofektom_domain::payout::{
    Destination, DestinationChoice, DisburseMethod, PaymentRequest, PayoutDecision, PayoutStatus,
};
use ofektom_domain::people::{BankAccount, BankDetails};
use ofektom_domain::ports::{
    BankAccountStore, DecidePayout, FilePayoutOn, PayoutFilter, PayoutStore, StoreError, StoreResult,
};
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::{SavingsAccount, SavingsChange, SavingsStatus};
use ofektom_persistence::BankAccounts;
use ofektom_testkit::{TestDb, on_both_engines};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::desk::{Desk, TODAY, daily, fresh, keyed, naira, refusal};
use crate::fixture::{World, context};

on_both_engines!(
    a_request_goes_from_filed_to_paid,
    money_given_back_can_be_asked_for_again,
    a_bank_account_is_the_customers_own,
    refusals_change_nothing,
    four_eyes_look_at_who_collected,
    requests_are_replayed,
    one_request_is_open_at_once,
    one_approver_wins,
    a_reversal_and_a_payout_have_one_winner,
    lists_are_filtered_and_scoped,
);

/// A card that was ended with 4,500.00 to pay out.
async fn ended(desk: &Desk) -> SavingsAccount {
    let card = desk.open_card(daily(500, 3)).await;
    desk.pay(card.id, naira(5_000)).await;
    desk.change(card.id, SavingsChange::End).await.unwrap()
}

const IN_CASH: PayoutDecision =
    PayoutDecision::Disburse { method: DisburseMethod::Cash, reference: None, paid_by: None };

fn rejected() -> PayoutDecision {
    PayoutDecision::Reject { reason: "not now".to_owned() }
}

async fn a_request_goes_from_filed_to_paid(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = ended(&desk).await;
    let filed = fresh(desk.file(card.id).await);
    assert_eq!((filed.amount, filed.status), (naira(4_500), PayoutStatus::Pending));
    assert_eq!(desk.payouts.payout_by_id(&desk.scope(), filed.id).await.unwrap(), Some(filed.clone()));
    let held = desk.card(card.id).await;
    assert_eq!((held.balance, held.held), (naira(0), naira(4_500)));

    let approved = fresh(desk.decide(filed.id, PayoutDecision::Approve, desk.admin).await);
    let failed = PayoutDecision::Fail { reason: "the till was empty".to_owned(), is_final: false };
    fresh(desk.decide(filed.id, failed, desk.agent).await);
    fresh(desk.decide(filed.id, PayoutDecision::Approve, desk.agent).await);
    assert_eq!(approved.approved_by, Some(desk.admin.id));
    let paid = fresh(desk.decide(filed.id, IN_CASH, desk.agent).await);
    assert_eq!((paid.status, paid.version), (PayoutStatus::Paid, 5));
    assert_eq!(desk.payouts.payout_by_id(&desk.scope(), filed.id).await.unwrap(), Some(paid));
    let card = desk.card(card.id).await;
    assert_eq!((card.status, card.held, card.paid_out), (SavingsStatus::PaidOut, naira(0), naira(4_500)));
    desk.books_are_right().await;
}

async fn money_given_back_can_be_asked_for_again(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = ended(&desk).await;
    let cancelled = fresh(desk.file(card.id).await);
    fresh(desk.decide(cancelled.id, PayoutDecision::Cancel, desk.customer).await);
    let refused = fresh(desk.file(card.id).await);
    fresh(desk.decide(refused.id, rejected(), desk.agent).await);
    let failed = fresh(desk.file(card.id).await);
    fresh(desk.decide(failed.id, PayoutDecision::Approve, desk.agent).await);
    let given_up = PayoutDecision::Fail { reason: "gone".to_owned(), is_final: true };
    fresh(desk.decide(failed.id, given_up, desk.agent).await);
    assert_eq!(desk.card(card.id).await.balance, naira(4_500));
    fresh(desk.file(card.id).await);
    desk.books_are_right().await;
}

async fn a_bank_account_is_the_customers_own(test: TestDb) {
    let mut world = World::open(&test).await;
    let desk = Desk::open_in(&mut world, "One").await;
    let card = ended(&desk).await;
    let banks = BankAccounts::new(desk.db.clone());
    let mut account_of = async |user_id| {
        let now = desk.context(desk.customer).now;
        let account = BankAccount {
            id: world.id(),
            user_id,
            details: BankDetails::new("058", "0123456789", "Adaeze Okafor").unwrap(),
            is_default: true,
            changed_at: None,
            created_at: now,
            updated_at: now,
        };
        let audit = world.audit(user_id, now);
        banks.bank_account_create(account, &context(user_id, now), audit).await.unwrap()
    };
    let (own, foreign) = (account_of(desk.customer.id).await, account_of(desk.agent.id).await);
    let file = async |id| {
        let command = desk.file_command(card.id, DestinationChoice::BankAccount(id));
        desk.payouts.payout_file(command, desk.once()).await
    };
    assert_eq!(refusal(file(foreign.id).await).code(), "validation_failed");
    assert_eq!(refusal(file(BankAccountId::from_uuid(Uuid::from_u128(1))).await).code(), "validation_failed");
    let filed = fresh(file(own.id).await);
    let destination = Destination::Bank { bank_account_id: own.id, details: own.details };
    assert_eq!(filed.destination, destination);
    let read = desk.payouts.payout_by_id(&desk.scope(), filed.id).await.unwrap().unwrap();
    assert_eq!(read.destination, destination, "with the whole account number");
    fresh(desk.decide(filed.id, PayoutDecision::Approve, desk.agent).await);
    assert!(matches!(refusal(desk.decide(filed.id, IN_CASH, desk.agent).await), Refusal::MethodMismatch { .. }));
    let by_bank = PayoutDecision::Disburse {
        method: DisburseMethod::BankTransfer,
        reference: Some("TRX-1".to_owned()),
        paid_by: None,
    };
    fresh(desk.decide(filed.id, by_bank, desk.agent).await);
    desk.books_are_right().await;
}

async fn refusals_change_nothing(test: TestDb) {
    let mut world = World::open(&test).await;
    let (desk, other) = (Desk::open_in(&mut world, "One").await, Desk::open_in(&mut world, "Two").await);
    let active = desk.open_card(daily(500, 1)).await;
    assert_eq!(refusal(desk.file(active.id).await), Refusal::NotCompleted(SavingsStatus::Active));
    let card = ended(&desk).await;
    let filed = fresh(desk.file(card.id).await);
    assert_eq!(refusal(desk.file(card.id).await), Refusal::PaymentRequestOpen);
    let early = desk.decide(filed.id, IN_CASH, desk.agent).await;
    assert_eq!(refusal(early), Refusal::PayoutStatus(PayoutStatus::Pending));
    assert_eq!(refusal(desk.decide(filed.id, PayoutDecision::Approve, desk.customer).await), Refusal::SamePerson);
    assert_eq!(desk.payouts.payout_by_id(&desk.scope(), filed.id).await.unwrap(), Some(filed.clone()));

    let foreign = other.decide(filed.id, PayoutDecision::Approve, other.agent).await;
    assert!(matches!(foreign, Err(StoreError::NotFound)));
    assert!(matches!(other.file(card.id).await, Err(StoreError::NotFound)));
    let unknown = PaymentRequestId::from_uuid(Uuid::from_u128(1));
    assert!(matches!(desk.decide(unknown, IN_CASH, desk.agent).await, Err(StoreError::NotFound)));
    let unknown = SavingsAccountId::from_uuid(Uuid::from_u128(1));
    assert!(matches!(desk.file(unknown).await, Err(StoreError::NotFound)));
    desk.books_are_right().await;
}

async fn four_eyes_look_at_who_collected(test: TestDb) {
    let mut desk = Desk::open(&test).await;
    desk.policy = Policy { four_eyes_above: Some(naira(1_000)), ..desk.policy };
    let card = desk.open_card(daily(500, 3)).await;
    let by_the_agent =
        ofektom_domain::contribution::ContributionItem { collected_by: desk.agent.id, ..desk.cash(naira(5_000)) };
    fresh(desk.post(card.id, by_the_agent).await);
    desk.change(card.id, SavingsChange::End).await.unwrap();
    let filed = fresh(desk.file(card.id).await);
    assert_eq!(refusal(desk.decide(filed.id, PayoutDecision::Approve, desk.agent).await), Refusal::FourEyes);
    fresh(desk.decide(filed.id, PayoutDecision::Approve, desk.admin).await);
}

async fn requests_are_replayed(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = ended(&desk).await;
    let file = async |hash| {
        let command = desk.file_command(card.id, DestinationChoice::Cash);
        desk.payouts.payout_file(command, keyed(desk.customer, "file", hash)).await
    };
    let Ok(Answer::Fresh { outcome: filed, stored }) = file(1).await else { panic!("must be filed") };
    let Ok(Answer::Replayed(again)) = file(1).await else { panic!("must be replayed") };
    assert_eq!(again, stored);
    assert!(matches!(file(2).await, Err(StoreError::IdempotencyReused)));

    let approve = async || {
        let command = DecidePayout {
            business_id: desk.business.id,
            payment_request_id: filed.id,
            decision: PayoutDecision::Approve,
            policy: desk.policy,
            context: desk.context(desk.agent),
        };
        desk.payouts.payout_decide(command, keyed(desk.agent, "approve", 1)).await.unwrap()
    };
    let (first, second) = (approve().await, approve().await);
    assert!(matches!(second, Answer::Replayed(_)));
    assert_eq!(first.stored(), second.stored());
}

fn won<T>(outcomes: &[StoreResult<T>]) -> usize {
    outcomes.iter().filter(|outcome| outcome.is_ok()).count()
}

async fn one_request_is_open_at_once(test: TestDb) {
    let desk = Desk::open(&test).await;
    let elsewhere = desk.in_another_process(&test).await;
    let card = ended(&desk).await.id;
    let mut files = JoinSet::new();
    for at in 0..32 {
        let desk = if at % 2 == 0 { desk.clone() } else { elsewhere.clone() };
        files.spawn(async move { desk.file(card).await });
    }
    let outcomes = files.join_all().await;
    assert_eq!(won(&outcomes), 1);
    let open = |outcome: &StoreResult<_>| {
        outcome.is_ok() || matches!(outcome, Err(StoreError::Refused(Refusal::PaymentRequestOpen)))
    };
    assert!(outcomes.iter().all(open), "{outcomes:?}");
    desk.books_are_right().await;
}

async fn one_approver_wins(test: TestDb) {
    let desk = Desk::open(&test).await;
    let elsewhere = desk.in_another_process(&test).await;
    let card = ended(&desk).await;
    let filed = fresh(desk.file(card.id).await).id;
    let approve = async |desk: Desk, who| desk.decide(filed, PayoutDecision::Approve, who).await;
    let (agent, admin) = (desk.agent, desk.admin);
    let (first, second) = tokio::join!(approve(desk.clone(), agent), approve(elsewhere.clone(), admin));
    assert_eq!(won(&[first, second]), 1);

    // And of two who pay, one does.
    let pay = async |desk: Desk, who| desk.decide(filed, IN_CASH, who).await;
    let (first, second) = tokio::join!(pay(desk.clone(), agent), pay(elsewhere.clone(), admin));
    assert_eq!(won(&[first, second]), 1);
    assert_eq!(desk.card(card.id).await.paid_out, naira(4_500));
    desk.books_are_right().await;
}

async fn a_reversal_and_a_payout_have_one_winner(test: TestDb) {
    let desk = Desk::open(&test).await;
    let elsewhere = desk.in_another_process(&test).await;
    for _ in 0..8 {
        let card = desk.open_card(daily(500, 1)).await;
        let id = desk.pay(card.id, naira(5_000)).await.contribution.id;
        desk.change(card.id, SavingsChange::End).await.unwrap();
        let (filed, reversed) = tokio::join!(desk.file(card.id), elsewhere.reverse(id, elsewhere.agent));
        assert_ne!(filed.is_ok(), reversed.is_ok(), "{filed:?} {reversed:?}");
    }
    desk.books_are_right().await;
}

async fn lists_are_filtered_and_scoped(test: TestDb) {
    let mut world = World::open(&test).await;
    let (desk, other) = (Desk::open_in(&mut world, "One").await, Desk::open_in(&mut world, "Two").await);
    let card = ended(&desk).await;
    let first = fresh(desk.file(card.id).await);
    fresh(desk.decide(first.id, rejected(), desk.agent).await);
    let second = fresh(desk.file(card.id).await);
    let list = async |scope, filter: PayoutFilter| -> Vec<PaymentRequest> {
        desk.payouts.payouts_list(&scope, &filter, PageRequest::default()).await.unwrap().items
    };
    let ids = list(desk.scope(), PayoutFilter::default()).await.into_iter().map(|it| it.id).collect::<Vec<_>>();
    assert_eq!(ids, [second.id, first.id]);
    let page = PageRequest { limit: 1, ..PageRequest::default() };
    let page = desk.payouts.payouts_list(&desk.scope(), &PayoutFilter::default(), page).await.unwrap();
    assert_eq!(page.next, Some(second.id.uuid()));

    let all = PayoutFilter::default;
    assert_eq!((second.filed_on, first.filed_on), (TODAY, TODAY));
    for (filter, count) in [
        (PayoutFilter { business_id: Some(desk.business.id), ..all() }, 2),
        (PayoutFilter { business_id: Some(other.business.id), ..all() }, 0),
        (PayoutFilter { customer_id: Some(desk.customer.id), ..all() }, 2),
        (PayoutFilter { savings_account_id: Some(card.id), ..all() }, 2),
        (PayoutFilter { status: Some(PayoutStatus::Rejected), ..all() }, 1),
        (PayoutFilter { from: Some(TODAY), to: Some(TODAY), ..all() }, 2),
        (PayoutFilter { from: Some(TODAY.tomorrow().unwrap()), ..all() }, 0),
        (PayoutFilter { to: Some(TODAY.yesterday().unwrap()), ..all() }, 0),
    ] {
        assert_eq!(list(desk.scope(), filter.clone()).await.len(), count, "{filter:?}");
    }
    assert_eq!(list(other.scope(), all()).await, []);
    assert_eq!(list(desk.own_scope(desk.customer), all()).await.len(), 2);
    assert_eq!(list(desk.own_scope(other.customer), all()).await, []);
    assert_eq!(desk.payouts.payout_by_id(&other.scope(), second.id).await.unwrap(), None);
    let foreign =
        FilePayoutOn { business_id: other.business.id, ..desk.file_command(card.id, DestinationChoice::Cash) };
    assert!(matches!(other.payouts.payout_file(foreign, other.once()).await, Err(StoreError::NotFound)));
}
