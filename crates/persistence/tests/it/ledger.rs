//! The books as they are read.

use jiff::civil::date;
use ofektom_domain::contribution::ContributionItem;
use ofektom_domain::ledger::{AccountKind, EntryEvent, LedgerAccount};
use ofektom_domain::money::Money;
use ofektom_domain::page::PageRequest;
use ofektom_domain::payout::{DisburseMethod, PayoutDecision};
use ofektom_domain::ports::{CommissionFilter, CommissionGroup, EntryFilter, LedgerStore, ReadScope};
use ofektom_domain::savings::SavingsChange;
use ofektom_testkit::{TestDb, on_both_engines};

use crate::desk::{Desk, daily, fresh, naira};
use crate::fixture::World;

on_both_engines!(
    a_statement_runs_to_the_balance,
    a_trial_balance_balances,
    the_journal_is_read_with_its_postings,
    commissions_are_listed_and_summed,
);

async fn a_statement_runs_to_the_balance(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 3)).await;
    let second = desk.pay(card.id, naira(700)).await;
    // Recorded later, for an earlier day: it stands on its day.
    let backdated = ContributionItem { collected_on: date(2025, 3, 10), ..desk.cash(naira(1_000)) };
    fresh(desk.post(card.id, backdated).await);
    fresh(desk.reverse(second.contribution.id, desk.agent).await);
    desk.change(card.id, SavingsChange::End).await.unwrap();
    let filed = fresh(desk.file(card.id).await);
    let whole = desk.ledger.statement_of(desk.business.id, card.id, None, None).await.unwrap();
    assert_eq!((whole.opening, whole.closing()), (Money::ZERO, Money::ZERO));
    let lines = whole.lines;
    let told: Vec<_> = lines.iter().map(|line| (line.event, line.amount.kobo(), line.balance.kobo())).collect();
    let expected = [
        (EntryEvent::CashContribution, -100_000, 100_000),
        (EntryEvent::CashContribution, -70_000, 170_000),
        (EntryEvent::Commission, 50_000, 120_000),
        (EntryEvent::ContributionReversal, 70_000, 50_000),
        (EntryEvent::PayoutHeld, 50_000, 0),
    ];
    assert_eq!(told, expected);
    assert_eq!(lines[1].contribution_id, Some(second.contribution.id));
    assert_eq!(lines[4].payment_request_id, Some(filed.id));

    let of = async |from, to| desk.ledger.statement_of(desk.business.id, card.id, from, to).await.unwrap();
    let later = of(Some(date(2025, 3, 15)), None).await;
    assert_eq!((later.opening, later.closing(), later.lines.as_slice()), (naira(1_000), Money::ZERO, &lines[1..]));
    let earlier = of(None, Some(date(2025, 3, 14))).await;
    assert_eq!(
        (earlier.opening, earlier.closing(), earlier.lines.as_slice()),
        (Money::ZERO, naira(1_000), &lines[..1])
    );
    let between = of(Some(date(2025, 3, 11)), Some(date(2025, 3, 12))).await;
    assert_eq!((between.opening, between.closing(), between.lines.len()), (naira(1_000), naira(1_000), 0));
    assert_eq!((lines[0].by, lines[4].by), (desk.collector.id, filed.filed_by));
    assert!(lines.iter().all(|line| line.by_name.is_some()));
    let foreign = World::open(&test).await.id();
    assert_eq!(desk.ledger.statement_of(foreign, card.id, None, None).await.unwrap().lines, []);
}

async fn a_trial_balance_balances(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 3)).await;
    desk.pay(card.id, naira(5_000)).await;
    desk.change(card.id, SavingsChange::End).await.unwrap();
    let filed = fresh(desk.file(card.id).await);
    fresh(desk.decide(filed.id, PayoutDecision::Approve, desk.agent).await);
    let paid = PayoutDecision::Disburse { method: DisburseMethod::Cash, reference: None, paid_by: None };
    fresh(desk.decide(filed.id, paid, desk.agent).await);
    let lines = desk.ledger.trial_balance(desk.business.id, None).await.unwrap();
    let mut told: Vec<_> = lines.iter().map(|line| (line.kind, line.collector, line.debit, line.credit)).collect();
    let none = Money::ZERO;
    let mut expected = [
        (AccountKind::Savings, None, naira(5_000), naira(5_000)),
        (AccountKind::Cash, Some(desk.collector.id), naira(5_000), none),
        (AccountKind::Cash, Some(desk.agent.id), none, naira(4_500)),
        (AccountKind::ProviderClearing, None, none, none),
        (AccountKind::Bank, None, none, none),
        (AccountKind::CommissionIncome, None, none, naira(500)),
        (AccountKind::PayoutHold, None, naira(4_500), naira(4_500)),
        (AccountKind::CashDifference, None, none, none),
    ];
    told.sort_by_key(|(kind, collector, ..)| (*kind, *collector));
    expected.sort_by_key(|(kind, collector, ..)| (*kind, *collector));
    assert_eq!(told, expected);

    let foreign = World::open(&test).await.id();
    assert_eq!(desk.ledger.trial_balance(foreign, None).await.unwrap().len(), AccountKind::ALL.len());
}

async fn the_journal_is_read_with_its_postings(test: TestDb) {
    let mut world = World::open(&test).await;
    let (desk, other) = (Desk::open_in(&mut world, "One").await, Desk::open_in(&mut world, "Two").await);
    let card = desk.open_card(daily(500, 3)).await;
    let receipt = desk.pay(card.id, naira(500)).await;
    let page = PageRequest { limit: 1, ..PageRequest::default() };
    let newest = desk.ledger.entries_list(desk.business.id, EntryFilter::default(), page).await.unwrap();
    assert_eq!(newest.items[0].event, EntryEvent::Commission);
    let page = PageRequest { limit: 1, after: newest.next, ..PageRequest::default() };
    let oldest = desk.ledger.entries_list(desk.business.id, EntryFilter::default(), page).await.unwrap();
    let entry = &oldest.items[0];
    assert_eq!((entry.id, oldest.next), (receipt.contribution.entry_id, None));
    assert_eq!(entry.link.contribution_id, Some(receipt.contribution.id));
    assert_eq!(entry.postings[0].account, LedgerAccount::Cash(desk.collector.id));
    assert_eq!(entry.postings[1].account, LedgerAccount::Savings(card.id));
    assert_eq!((entry.postings[0].amount, entry.postings[1].amount.kobo()), (naira(500), -50_000));
    let theirs =
        other.ledger.entries_list(other.business.id, EntryFilter::default(), PageRequest::default()).await.unwrap();
    assert!(theirs.items.is_empty());
}

async fn commissions_are_listed_and_summed(test: TestDb) {
    let mut world = World::open(&test).await;
    let (desk, other) = (Desk::open_in(&mut world, "One").await, Desk::open_in(&mut world, "Two").await);
    let (card, second) = (desk.open_card(daily(500, 3)).await, desk.open_card(daily(300, 3)).await);
    let taken_back = desk.pay(card.id, naira(500)).await.contribution.id;
    fresh(desk.reverse(taken_back, desk.agent).await);
    desk.pay(card.id, naira(1_000)).await;
    let by_agent = ContributionItem { collected_by: desk.agent.id, ..desk.cash(naira(300)) };
    fresh(desk.post(second.id, by_agent).await);

    let list = async |scope: ReadScope, filter: CommissionFilter| {
        desk.ledger.commissions_list(&scope, &filter, PageRequest::default()).await.unwrap().items
    };
    let all = CommissionFilter::default;
    let amounts: Vec<_> = list(desk.scope(), all()).await.iter().map(|movement| movement.amount.kobo()).collect();
    assert_eq!(amounts, [30_000, 50_000, -50_000, 50_000], "newest first");
    for (filter, count) in [
        (CommissionFilter { business_id: Some(desk.business.id), ..all() }, 4),
        (CommissionFilter { savings_account_id: Some(second.id), ..all() }, 1),
        (CommissionFilter { collector: Some(desk.collector.id), ..all() }, 3),
        (CommissionFilter { unit_id: Some(desk.business.default_unit_id), ..all() }, 4),
        (CommissionFilter { from: Some(date(2025, 3, 16)), ..all() }, 0),
        (CommissionFilter { to: Some(date(2025, 3, 15)), ..all() }, 4),
    ] {
        assert_eq!(list(desk.scope(), filter.clone()).await.len(), count, "{filter:?}");
        let summed = desk.ledger.commissions_summary(&desk.scope(), &filter, CommissionGroup::Business).await.unwrap();
        let movements: i64 = summed.iter().map(|line| line.movements).sum();
        assert_eq!(movements, i64::try_from(count).unwrap(), "{filter:?}");
    }
    assert_eq!(list(desk.own_scope(desk.collector), all()).await.len(), 3, "own is the collector");
    assert!(list(other.scope(), all()).await.is_empty());

    let sum = async |scope: ReadScope, group| {
        let lines = desk.ledger.commissions_summary(&scope, &all(), group).await.unwrap();
        let told = |line: ofektom_domain::ports::CommissionSummaryLine| {
            (line.key, line.earned.kobo(), line.reversed.kobo(), line.net.kobo(), line.movements)
        };
        lines.into_iter().map(told).collect::<Vec<_>>()
    };
    let (collector, agent) = (desk.collector.id.to_string(), desk.agent.id.to_string());
    let by_collector = [(collector.clone(), 100_000, 50_000, 50_000, 3), (agent, 30_000, 0, 30_000, 1)];
    assert_eq!(sum(desk.scope(), CommissionGroup::Collector).await, by_collector);
    let whole = |key: String| [(key, 130_000, 50_000, 80_000, 4)];
    assert_eq!(sum(desk.scope(), CommissionGroup::Month).await, whole("2025-03".to_owned()));
    assert_eq!(sum(desk.scope(), CommissionGroup::Period).await, whole("2025-03-01".to_owned()));
    let named = desk.ledger.commissions_summary(&desk.scope(), &all(), CommissionGroup::Business).await.unwrap();
    assert_eq!(named[0].name.as_deref(), Some(desk.business.name.as_str()));
    assert_eq!(sum(desk.scope(), CommissionGroup::Unit).await, whole(desk.business.default_unit_id.to_string()));
    assert_eq!(sum(desk.scope(), CommissionGroup::Business).await, whole(desk.business.id.to_string()));
    let own = sum(desk.own_scope(desk.collector), CommissionGroup::Collector).await;
    assert_eq!(own, [(collector, 100_000, 50_000, 50_000, 3)]);
    assert!(sum(other.scope(), CommissionGroup::Month).await.is_empty());
}
