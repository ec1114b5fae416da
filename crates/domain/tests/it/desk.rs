//! The desk of one business: it gives commands, writes what they decide into the books, and audits the books each time.

use std::fmt::Debug;

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use ofektom_domain::business::Policy;
use ofektom_domain::commission::CommissionRequest;
use ofektom_domain::context::{Context, SystemContext};
use ofektom_domain::contribution::{
    ContributionItem, ContributionMethod, ContributionReceipt, PostRules, ReversalRequest, post_decide, reversal_decide,
};
use ofektom_domain::effects::Effects;
use ofektom_domain::ids::{
    BankAccountId, BusinessId, ContributionId, PaymentRequestId, RoundId, SavingsAccountId, UnitId, UserId,
};
use ofektom_domain::money::Money;
use ofektom_domain::payout::{
    DestinationChoice, FilePayout, PaymentRequest, PayoutDecision, PayoutFacts, file_decide, payout_decide,
};
use ofektom_domain::people::{BankAccount, BankDetails};
use ofektom_domain::permission::Role;
use ofektom_domain::refusal::Refusal;
use ofektom_domain::round::{CloseRound, Round, RoundAcceptance, accept_decide, close_decide, reopen_decide};
use ofektom_domain::savings::{
    OpenSavings, PlanRequest, SavingsAccount, SavingsChange, change_decide, mature_decide, matured_until, open_decide,
    renew_decide,
};
use ofektom_domain::tracking_number::TrackingNumber;
use uuid::Uuid;

use super::books::Books;
use super::books_audit::books_audit;

/// Who gives a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: UserId,
    pub role: Role,
}

const fn person(number: u128, role: Role) -> Person {
    Person { id: UserId::from_uuid(Uuid::from_u128(number)), role }
}

pub const AGENT: Person = person(1, Role::Agent);
pub const ADMIN: Person = person(2, Role::Admin);
pub const COLLECTOR: Person = person(3, Role::SubAgent);
pub const OTHER_COLLECTOR: Person = person(4, Role::SubAgent);
pub const CUSTOMER: Person = person(5, Role::Customer);

/// The business.
pub const BUSINESS: BusinessId = BusinessId::from_uuid(Uuid::from_u128(7));

/// Who decides on payment requests and accepts rounds.
pub const DECIDERS: [UserId; 2] = [AGENT.id, ADMIN.id];

/// An amount in whole naira.
pub const fn naira(naira: i64) -> Money {
    Money::from_kobo(naira * 100)
}

/// A daily plan in whole naira.
pub const fn daily(box_naira: i64, months: u32, start_date: Date) -> PlanRequest {
    PlanRequest::Daily { box_amount: naira(box_naira), months, start_date }
}

/// A target plan in whole naira.
pub const fn target(target_naira: i64, start_date: Date, end_date: Date) -> PlanRequest {
    PlanRequest::Target { target_amount: naira(target_naira), start_date, end_date }
}

/// The customer's bank account.
pub fn bank_account() -> BankAccount {
    BankAccount {
        id: BankAccountId::from_uuid(Uuid::from_u128(9)),
        user_id: CUSTOMER.id,
        details: BankDetails::new("058", "0123456789", "Adaeze Okafor").unwrap(),
        is_default: true,
        changed_at: None,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

/// A request for the whole balance in cash, as the customer files it.
pub const IN_CASH: FilePayout = FilePayout { destination: DestinationChoice::Cash, amount: None, reason: None };

/// A business at work.
pub struct Desk {
    pub books: Books,
    pub policy: Policy,
    pub today: Date,
    pub now: Timestamp,
    commands: u64,
    matured_on: Option<Date>,
}

impl Desk {
    /// A business without cards, on 15 January 2025.
    pub fn new() -> Self {
        let now = "2025-01-15T09:00:00Z".parse().unwrap();
        Self {
            books: Books::default(),
            policy: Policy::default(),
            today: date(2025, 1, 15),
            now,
            commands: 0,
            matured_on: None,
        }
    }

    /// The circumstances of the next command, a second after the last.
    pub fn context(&mut self, who: Person) -> Context {
        self.commands += 1;
        self.now += SignedDuration::from_secs(1);
        let (now, today) = (self.now, self.today);
        let seed = u128::from(self.commands);
        Context { actor: who.id, role: who.role, now, today, address: None, request_id: None, seed, item: 0 }
    }

    pub fn card(&self, card: SavingsAccountId) -> &SavingsAccount {
        &self.books.cards[&card]
    }

    fn tracking_number(&self) -> TrackingNumber {
        TrackingNumber::from_random(self.commands)
    }

    /// Opens a card with the default commission.
    pub fn open(&mut self, plan: PlanRequest) -> SavingsAccountId {
        self.open_with(plan, CommissionRequest::default()).unwrap()
    }

    pub fn open_with(&mut self, plan: PlanRequest, commission: CommissionRequest) -> Result<SavingsAccountId, Refusal> {
        let command = OpenSavings {
            business_id: BUSINESS,
            unit_id: UnitId::from_uuid(Uuid::from_u128(8)),
            customer_id: CUSTOMER.id,
            plan,
            commission,
            tracking_number: self.tracking_number(),
        };
        let context = self.context(AGENT);
        let (card, effects) = twice(|| open_decide(&command, &context))?;
        let id = card.id;
        self.books.open(card, effects);
        books_audit(&self.books);
        Ok(id)
    }

    pub fn renew(&mut self, old: SavingsAccountId, start: Date) -> Result<SavingsAccountId, Refusal> {
        let context = self.context(AGENT);
        let number = self.tracking_number();
        let (card, effects) = twice(|| renew_decide(self.card(old), start, number, &context))?;
        let id = card.id;
        self.books.open(card, effects);
        books_audit(&self.books);
        Ok(id)
    }

    /// A cash collection of today by the collector, for the oldest unpaid boxes.
    pub fn cash(&self, amount: Money) -> ContributionItem {
        ContributionItem {
            amount,
            method: ContributionMethod::Cash,
            collected_on: self.today,
            collected_by: COLLECTOR.id,
            boxes: Vec::new(),
            note: None,
        }
    }

    /// Posts a cash collection of today.
    pub fn pay(&mut self, card: SavingsAccountId, amount: Money) -> Result<ContributionReceipt, Refusal> {
        let item = self.cash(amount);
        self.post(card, &item)
    }

    pub fn post(&mut self, card: SavingsAccountId, item: &ContributionItem) -> Result<ContributionReceipt, Refusal> {
        let context = self.context(COLLECTOR);
        let rules = PostRules { backdate_days_max: self.policy.backdate_days_max };
        self.decide(|books| {
            let closed_until = books.closed_until(item.collected_by);
            post_decide(&books.cards[&card], item, rules, closed_until, &context)
        })
    }

    pub fn reverse(&mut self, id: ContributionId, who: Person) -> Result<ContributionReceipt, Refusal> {
        let context = self.context(who);
        let request = ReversalRequest { reason: "wrong card".to_owned() };
        self.decide(|books| {
            let original = &books.contributions[&id];
            let card = original.savings_account_id;
            let closed_until = books.closed_until(original.collected_by);
            reversal_decide(&books.cards[&card], original, &books.live_of(card), &request, closed_until, &context)
        })
    }

    pub fn change(&mut self, card: SavingsAccountId, change: SavingsChange) -> Result<(), Refusal> {
        let context = self.context(AGENT);
        let before = self.card(card).clone();
        self.decide(|books| change_decide(&books.cards[&card], change, &context).map(|effects| ((), effects)))?;
        no_money_moved(&before, self.card(card));
        Ok(())
    }

    /// Completes what has matured, once a day as the job does. Gives the number of cards.
    pub fn mature(&mut self) -> usize {
        if self.matured_on.replace(self.today) == Some(self.today) {
            return 0;
        }
        let Context { now, today, seed, .. } = self.context(AGENT);
        let until = matured_until(today, self.policy.maturity_grace_days);
        let mut completed = 0;
        for (item, id) in (0..).zip(self.books.cards.keys().copied().collect::<Vec<_>>()) {
            let context = SystemContext { now, today, seed, item };
            let before = self.books.cards[&id].clone();
            let Some(effects) = mature_decide(&before, until, &context) else { continue };
            assert_eq!(effects.audit[0].actor, None, "nobody did it");
            self.books.apply(effects);
            no_money_moved(&before, self.card(id));
            completed += 1;
        }
        books_audit(&self.books);
        completed
    }

    pub fn file(
        &mut self,
        card: SavingsAccountId,
        command: &FilePayout,
        bank_account: Option<&BankAccount>,
        who: Person,
    ) -> Result<PaymentRequest, Refusal> {
        let (context, policy) = (self.context(who), self.policy);
        self.decide(|books| file_decide(&books.cards[&card], command, bank_account, &policy, &DECIDERS, &context))
    }

    pub fn payout(
        &mut self,
        id: PaymentRequestId,
        decision: &PayoutDecision,
        who: Person,
    ) -> Result<PaymentRequest, Refusal> {
        let (context, policy) = (self.context(who), self.policy);
        self.decide(|books| {
            let request = &books.requests[&id];
            let card = &books.cards[&request.savings_account_id];
            let actor_collected = books.has_collected(who.id, card.id);
            let payer = match decision {
                PayoutDecision::Disburse { paid_by, .. } => paid_by.unwrap_or(who.id),
                _ => who.id,
            };
            let closed_until = books.closed_until(payer);
            let facts = PayoutFacts { policy: &policy, actor_collected, closed_until, deciders: &DECIDERS };
            payout_decide(request, card, decision, facts, &context)
        })
    }

    /// Closes the round of `who`, who counts what he should have and `over` more, or less.
    pub fn close_round(&mut self, who: Person, date: Date, over: Money) -> Result<Round, Refusal> {
        let expected = self.books.purse(who.id, date).expected()?;
        let counted = expected.plus(over)?.max(Money::ZERO);
        let command = CloseRound { date, counted, note: None };
        let context = self.context(who);
        self.decide(|books| close_decide(BUSINESS, &command, books.purse(who.id, date), &DECIDERS, &context))
    }

    pub fn accept_round(&mut self, id: RoundId, handed_in: Option<Money>) -> Result<Round, Refusal> {
        self.accept_round_as(AGENT, id, handed_in)
    }

    pub fn accept_round_as(&mut self, who: Person, id: RoundId, handed_in: Option<Money>) -> Result<Round, Refusal> {
        let context = self.context(who);
        self.decide(|books| accept_decide(&books.rounds[&id], RoundAcceptance { handed_in }, &context))
    }

    pub fn reopen_round(&mut self, id: RoundId) -> Result<Round, Refusal> {
        let context = self.context(AGENT);
        self.decide(|books| {
            let round = &books.rounds[&id];
            let is_latest = books.live_rounds(round.collector_id).last().is_some_and(|last| last.id == id);
            reopen_decide(round, is_latest, "counted wrongly", &context)
        })
    }

    fn decide<T: Debug + PartialEq>(
        &mut self,
        decide: impl Fn(&Books) -> Result<(T, Effects), Refusal>,
    ) -> Result<T, Refusal> {
        let (answer, effects) = twice(|| decide(&self.books))?;
        self.books.apply(effects);
        books_audit(&self.books);
        Ok(answer)
    }
}

/// A change of a card changes neither its money nor a paid box, nor what is owed as commission.
fn no_money_moved(before: &SavingsAccount, after: &SavingsAccount) {
    let money = |card: &SavingsAccount| {
        (card.collected, card.credit, card.commission, card.balance, card.held, card.paid_out, card.paid.clone())
    };
    assert_eq!(money(before), money(after));
    let paid = |card: &SavingsAccount| -> Vec<(Date, Option<Money>)> {
        let paid = (0..card.plan.boxes.len()).filter(|index| card.paid.contains(*index));
        paid.map(|index| (card.plan.date_of(index), card.plan.boxes.amount_at(index))).collect()
    };
    assert_eq!(paid(before), paid(after), "paid history is not rewritten");
    let owed = |card: &SavingsAccount| {
        let periods = 0..=card.commission_terms.period_of(&card.plan, card.plan.boxes.len());
        let owed = periods.map(|period| card.commission_terms.owed(&card.plan, &card.paid, period).unwrap());
        Money::sum(owed).unwrap()
    };
    assert_eq!(owed(before), owed(after), "no change makes a commission due");
}

/// Decides twice on the same state in the same circumstances: the result is the same, ids included.
fn twice<T: Debug + PartialEq>(decide: impl Fn() -> Result<T, Refusal>) -> Result<T, Refusal> {
    let first = decide();
    assert_eq!(first, decide(), "a decision is a pure function");
    first
}
