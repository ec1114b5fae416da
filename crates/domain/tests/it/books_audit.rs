//! What must hold in the books after every step. Everything is worked out anew from rows, the long way round.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::ToSpan;
use jiff::civil::Date;
use ofektom_domain::commission::{CommissionPeriod, CommissionTerms};
use ofektom_domain::contribution::{ContributionKind, ContributionMethod};
use ofektom_domain::ids::{EntryId, UserId};
use ofektom_domain::ledger::LedgerAccount;
use ofektom_domain::money::Money;
use ofektom_domain::payout::{DisburseMethod, PayoutStatus};
use ofektom_domain::plan::PlanTerms;
use ofektom_domain::round::{Round, RoundStatus};
use ofektom_domain::savings::{CompletionReason, SavingsAccount, SavingsStatus};

use super::books::Books;

type Balances = HashMap<LedgerAccount, i64>;

/// Audits the books.
pub fn books_audit(books: &Books) {
    let balances = entries_audit(books);
    for card in books.cards.values() {
        money_audit(books, card, &balances);
        boxes_audit(books, card);
        status_audit(card);
        commission_audit(books, card);
    }
    shared_accounts_audit(books, &balances);
    cash_audit(books, &balances);
    rounds_audit(books);
    reversals_audit(books);
}

fn entries_audit(books: &Books) -> Balances {
    let mut balances = Balances::new();
    for entry in books.entries.values() {
        let [debit, credit] = entry.postings;
        assert!(debit.amount > Money::ZERO && credit.amount < Money::ZERO, "{entry:?}");
        assert_eq!(debit.amount.kobo() + credit.amount.kobo(), 0, "an entry balances: {entry:?}");
        assert_ne!(debit.account, credit.account, "{entry:?}");
        for posting in entry.postings {
            *balances.entry(posting.account).or_default() += posting.amount.kobo();
        }
    }
    balances
}

fn money_audit(books: &Books, card: &SavingsAccount, balances: &Balances) {
    let collected: i64 = books.standing().filter(|c| c.savings_account_id == card.id).map(|c| c.amount.kobo()).sum();
    let boxes: i64 = books.live_of(card.id).iter().map(|marking| marking.amount.kobo()).sum();
    let requests = || books.requests.values().filter(|request| request.savings_account_id == card.id);
    let held: i64 = requests().filter(|r| r.status.is_open()).map(|r| r.amount.kobo()).sum();
    let paid_out: i64 = requests().filter(|r| r.status == PayoutStatus::Paid).map(|r| r.amount.kobo()).sum();
    assert!(requests().filter(|request| request.status.is_open()).count() <= 1, "one open request a card");

    assert_eq!(card.collected.kobo(), collected, "collected = the collections that stand");
    assert_eq!(card.collected.kobo(), boxes + card.credit.kobo(), "collected = paid boxes + credit");
    assert_eq!(card.held.kobo(), held, "held = open requests");
    assert_eq!(card.paid_out.kobo(), paid_out, "paid out = paid requests");
    assert_eq!(card.balance.kobo(), collected - card.commission.kobo() - held - paid_out, "what is left");
    let postings = balances.get(&LedgerAccount::Savings(card.id)).copied().unwrap_or(0);
    assert_eq!(card.balance.kobo(), -postings, "a card's balance is the sum of its postings");
    for amount in [card.collected, card.credit, card.commission, card.balance, card.held, card.paid_out] {
        assert!(!amount.is_negative(), "nothing is below zero: {card:?}");
    }
}

fn boxes_audit(books: &Books, card: &SavingsAccount) {
    let plan = &card.plan;
    let live = books.live_of(card.id);
    assert_eq!(u32::try_from(live.len()).unwrap(), card.paid.count(), "live markings are the paid boxes");
    for marking in live {
        let index = plan.index_of(marking.box_date).unwrap();
        assert!(card.paid.contains(index), "live markings are the paid boxes");
        assert_eq!(plan.boxes.amount_at(index), Some(marking.amount), "a paid box keeps its amount");
    }
    let total = plan.boxes.total().unwrap();
    match plan.terms {
        PlanTerms::Daily { box_amount, months } => {
            let end = plan.start + i64::from(months).months() - 1.day();
            assert_eq!(plan.end(), end);
            if !books.updated.contains(&card.id) {
                assert_eq!(total, box_amount.times(plan.boxes.len()).unwrap());
            }
        }
        PlanTerms::Target { target_amount, end_date, months_added } => {
            assert_eq!(plan.end(), end_date + i64::from(months_added).months());
            assert_eq!(total, target_amount, "the boxes sum to the target");
        }
    }
    assert!(card.collected <= total, "no card takes more than its boxes");
}

fn status_audit(card: &SavingsAccount) {
    let full = card.paid.count() == card.plan.boxes.len();
    let money_left = !card.balance.is_zero() || !card.held.is_zero();
    match card.status {
        SavingsStatus::Active => assert!(!full && card.completion.is_none() && card.held.is_zero(), "{card:?}"),
        SavingsStatus::Completed => assert!(money_left && card.completion.is_some(), "{card:?}"),
        SavingsStatus::PaidOut => assert!(!money_left && card.completion.is_some(), "{card:?}"),
        SavingsStatus::Cancelled => assert!(!card.ever_paid && card.collected.is_zero(), "{card:?}"),
    }
    assert_eq!(full, card.completion == Some(CompletionReason::AllPaid), "{card:?}");
}

/// Commission, counted box by box: per period min(amount, money of its paid boxes), and the movements come to just that.
fn commission_audit(books: &Books, card: &SavingsAccount) {
    let mut paid: BTreeMap<u32, i64> = BTreeMap::new();
    for marking in books.live_of(card.id) {
        let period = period_of(card.commission_terms, card.plan.start, marking.box_date);
        *paid.entry(period).or_default() += marking.amount.kobo();
    }
    let mut taken: BTreeMap<u32, i64> = BTreeMap::new();
    for movement in books.commissions.iter().filter(|movement| movement.savings_account_id == card.id) {
        *taken.entry(movement.period).or_default() += movement.amount.kobo();
        assert!(!movement.amount.is_zero(), "{movement:?}");
        // A card whose boxes were all reopened may have got another start.
        if !books.updated.contains(&card.id) {
            assert_eq!(period_of(card.commission_terms, card.plan.start, movement.period_start), movement.period);
        }
    }
    let owed = |period: &u32| paid.get(period).map_or(0, |paid| (*paid).min(card.commission_terms.amount.kobo()));
    for (period, taken) in &taken {
        assert_eq!(*taken, owed(period), "commission of period {period}: {card:?}");
    }
    let total: i64 = paid.keys().map(owed).sum();
    assert_eq!(card.commission.kobo(), total, "commission of all periods: {card:?}");
    assert_eq!(taken.values().sum::<i64>(), total, "all commission moved: {card:?}");
}

/// The period of a day, found by walking from the start.
fn period_of(terms: CommissionTerms, start: Date, day: Date) -> u32 {
    let from = |period: u32| match terms.period {
        CommissionPeriod::Monthly => start + i64::from(period).months(),
        CommissionPeriod::Days(days) => start + i64::from(period * days).days(),
    };
    (0..).find(|period| from(*period + 1) > day).unwrap()
}

fn shared_accounts_audit(books: &Books, balances: &Balances) {
    let balance = |account| balances.get(&account).copied().unwrap_or(0);
    let held: i64 = books.cards.values().map(|card| card.held.kobo()).sum();
    assert_eq!(balance(LedgerAccount::PayoutHold), -held, "the hold is what the cards hold");
    let commission: i64 = books.cards.values().map(|card| card.commission.kobo()).sum();
    assert_eq!(balance(LedgerAccount::CommissionIncome), -commission, "the income is what the cards gave");
    let mut moved: BTreeMap<EntryId, i64> = BTreeMap::new();
    for movement in &books.commissions {
        *moved.entry(movement.entry_id).or_default() += movement.amount.kobo();
    }
    for (entry, moved) in moved {
        let income = books.entries[&entry].postings.into_iter().find(|p| p.account == LedgerAccount::CommissionIncome);
        assert_eq!(income.unwrap().amount.kobo(), -moved, "each movement is booked by its entry");
    }
    let online: i64 = books.standing().filter(|c| c.method != ContributionMethod::Cash).map(|c| c.amount.kobo()).sum();
    assert_eq!(balance(LedgerAccount::ProviderClearing), online, "the provider owes what came in through it");
    let by_bank: i64 = books
        .requests
        .values()
        .filter(|r| r.status == PayoutStatus::Paid && r.method == Some(DisburseMethod::BankTransfer))
        .map(|r| r.amount.kobo())
        .sum();
    let accepted = || books.rounds.values().filter(|round| round.status == RoundStatus::Accepted);
    let handed_in: i64 = accepted().map(|round| round.handed_in.unwrap().kobo()).sum();
    assert_eq!(
        balance(LedgerAccount::Bank),
        handed_in - by_bank,
        "the bank took the remittances and paid the transfers"
    );
    let missing: i64 = accepted().map(missing_of).sum();
    assert_eq!(balance(LedgerAccount::CashDifference), missing, "what was missing at the rounds");
}

fn cash_audit(books: &Books, balances: &Balances) {
    let mut cash: HashMap<UserId, i64> = HashMap::new();
    for contribution in books.standing().filter(|c| c.method == ContributionMethod::Cash) {
        *cash.entry(contribution.collected_by).or_default() += contribution.amount.kobo();
    }
    for request in books.requests.values().filter(|r| r.status == PayoutStatus::Paid) {
        if request.method == Some(DisburseMethod::Cash) {
            *cash.entry(request.paid_by.unwrap()).or_default() -= request.amount.kobo();
        }
    }
    for round in books.rounds.values().filter(|round| round.status == RoundStatus::Accepted) {
        *cash.entry(round.collector_id).or_default() -= round.handed_in.unwrap().kobo() + missing_of(round);
    }
    for (account, balance) in balances {
        if let LedgerAccount::Cash(person) = account {
            assert_eq!(cash.remove(person).unwrap_or(0), *balance, "cash in hand = collected − paid out − settled");
        }
    }
    assert!(cash.values().all(|missing| *missing == 0), "all cash is booked: {cash:?}");
}

/// What was missing when a round was counted; below zero what was left over.
fn missing_of(round: &Round) -> i64 {
    if round.expected.is_negative() { 0 } else { round.expected.kobo() - round.counted.kobo() }
}

/// Rounds cover each day once, and nothing moved on a day after it was counted.
fn rounds_audit(books: &Books) {
    let collectors: BTreeSet<UserId> = books.rounds.values().map(|round| round.collector_id).collect();
    for collector in collectors {
        let mut from = None;
        let mut left = Money::ZERO;
        for round in books.live_rounds(collector) {
            assert_eq!(round.covers_from, from, "a round begins where the one before ended: {round:?}");
            let moved = books.cash_movement(collector, from.unwrap_or(Date::MIN), round.date);
            assert_eq!(round.movement, moved, "nothing moved on a closed day: {round:?}");
            assert_eq!(round.expected, round.brought_forward.plus(moved.net().unwrap()).unwrap());
            left = left.plus(moved.net().unwrap()).unwrap().minus(round.settled().unwrap()).unwrap();
            from = round.date.tomorrow().ok();
        }
        let purse = books.purse(collector, Date::MAX);
        assert_eq!(purse.brought_forward, left, "what the rounds left is what the postings leave");
        for round in books.rounds.values().filter(|round| round.collector_id == collector) {
            let settling = books.entries.values().filter(|entry| entry.link.round_id == Some(round.id)).count();
            let changed = i64::from(round.handed_in.is_some_and(|money| !money.is_zero()))
                + i64::from(round.handed_in.is_some() && !round.difference().is_zero());
            assert_eq!(
                i64::try_from(settling).unwrap(),
                changed,
                "an accepted round is booked, another is not: {round:?}"
            );
        }
    }
}

fn reversals_audit(books: &Books) {
    for reversal in books.contributions.values().filter(|c| c.kind == ContributionKind::Reversal) {
        let original = &books.contributions[&reversal.reverses.unwrap()];
        assert_eq!(original.reversed_by, Some(reversal.id));
        assert_eq!(original.kind, ContributionKind::Collection, "a reversal is not reversed");
        let (entry, mirror) = (&books.entries[&original.entry_id], &books.entries[&reversal.entry_id]);
        assert_eq!(mirror.link.reverses, Some(entry.id));
        let [debit, credit] = entry.postings;
        let [mirror_debit, mirror_credit] = mirror.postings;
        assert_eq!((mirror_debit.account, mirror_credit.account), (credit.account, debit.account), "the mirror");
        assert_eq!(mirror_debit.amount, debit.amount, "the mirror");
        assert!(!books.live.values().any(|marking| marking.contribution_id == original.id), "its boxes are open");
    }
}
