//! The desk of one business, at work through the stores.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use ofektom_domain::business::{Business, Policy};
use ofektom_domain::commission::CommissionRequest;
use ofektom_domain::context::Context;
use ofektom_domain::contribution::{
    ContributionItem, ContributionMethod, ContributionReceipt, PostRules, ReversalRequest,
};
use ofektom_domain::idempotency::{Answer, Idempotency, RequestHash, StoredAnswer};
use ofektom_domain::ids::{ContributionId, PaymentRequestId, SavingsAccountId, UnitId, UserId};
use ofektom_domain::money::Money;
use ofektom_domain::payout::{DestinationChoice, FilePayout, PaymentRequest, PayoutDecision};
use ofektom_domain::permission::Role;
use ofektom_domain::ports::{
    BulkItem, BulkOutcome, BulkPost, CardRef, ChangeSavings, ContributionStore, DecidePayout, FilePayoutOn,
    LedgerStore, PayoutStore, PeopleStore, PostContribution, ReadScope, ReverseContribution, SavingsStore, StoreResult,
};
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::{OpenSavings, PlanRequest, SavingsAccount, SavingsChange, open_decide};
use ofektom_domain::tracking_number::TrackingNumber;
use ofektom_persistence::{Contributions, Db, DbConfig, Ledger, Payouts, Savings, WriterConfig};
use ofektom_testkit::TestDb;

use crate::fixture::{World, membership};

/// Who gives a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: UserId,
    pub role: Role,
}

/// The money stores of one process, and the people of one business.
#[derive(Clone)]
pub struct Desk {
    pub db: Db,
    pub savings: Savings,
    pub contributions: Contributions,
    pub payouts: Payouts,
    pub ledger: Ledger,
    pub business: Business,
    pub agent: Person,
    pub admin: Person,
    pub collector: Person,
    pub customer: Person,
    pub policy: Policy,
    commands: Arc<AtomicU64>,
}

/// An amount in whole naira.
pub const fn naira(naira: i64) -> Money {
    Money::from_kobo(naira * 100)
}

pub const TODAY: Date = date(2025, 3, 15);

fn now() -> Timestamp {
    "2025-03-15T09:00:00Z".parse().unwrap()
}

/// A daily card in whole naira that starts at the beginning of the month.
pub const fn daily(box_naira: i64, months: u32) -> PlanRequest {
    PlanRequest::Daily { box_amount: naira(box_naira), months, start_date: date(2025, 3, 1) }
}

impl Desk {
    pub async fn open(test: &TestDb) -> Self {
        Self::open_in(&mut World::open(test).await, "Ajo Store").await
    }

    /// Another business on the same database.
    pub async fn open_in(world: &mut World, name: &str) -> Self {
        let business = world.opened(name).await;
        let mut people = Vec::new();
        for role in [Role::Admin, Role::SubAgent, Role::Customer] {
            let user = world.user("Chidi Obi");
            let joined = Some(membership(&business, user.id, role));
            let new = world.new_user(user.clone());
            world.people.user_create(ofektom_domain::ports::NewUser { membership: joined, ..new }).await.unwrap();
            people.push(Person { id: user.id, role });
        }
        let agent = Person { id: business.owner_id, role: Role::Agent };
        let db = world.db.clone();
        Self {
            savings: Savings::new(db.clone()),
            contributions: Contributions::new(db.clone(), WriterConfig::default()),
            payouts: Payouts::new(db.clone()),
            ledger: Ledger::new(db.clone()),
            db,
            policy: business.policy,
            business,
            agent,
            admin: people[0],
            collector: people[1],
            customer: people[2],
            commands: Arc::new(AtomicU64::new(0)),
        }
    }

    /// The same business as another process sees it.
    pub async fn in_another_process(&self, test: &TestDb) -> Self {
        let db = Db::connect(DbConfig::new(&test.url)).await.unwrap();
        Self {
            savings: Savings::new(db.clone()),
            contributions: Contributions::new(db.clone(), WriterConfig::default()),
            payouts: Payouts::new(db.clone()),
            ledger: Ledger::new(db.clone()),
            db,
            ..self.clone()
        }
    }

    /// The same business with one writer only, so that nothing is written while it waits for a lock.
    pub fn with_one_writer(self, queue_items_max: u32) -> Self {
        let config = WriterConfig { queue_items_max, writers: 1, ..WriterConfig::default() };
        Self { contributions: Contributions::new(self.db.clone(), config), ..self }
    }

    /// A number that no other call gives.
    pub fn serial(&self) -> u64 {
        self.commands.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// The circumstances of the next command, a second after the last.
    pub fn context(&self, who: Person) -> Context {
        let serial = self.serial();
        Context {
            actor: who.id,
            role: who.role,
            now: now() + SignedDuration::from_secs(i64::try_from(serial).unwrap()),
            today: TODAY,
            address: Some("127.0.0.1".parse().unwrap()),
            request_id: Some("test".into()),
            seed: self.business.id.uuid().as_u128() ^ u128::from(serial),
            item: 0,
        }
    }

    /// Everything of the business.
    pub fn scope(&self) -> ReadScope {
        ReadScope { businesses: vec![self.business.id], own_in: Vec::new(), own: self.agent.id, all: false }
    }

    /// What is a person's own in the business.
    pub fn own_scope(&self, person: Person) -> ReadScope {
        ReadScope { businesses: Vec::new(), own_in: vec![self.business.id], own: person.id, all: false }
    }

    pub async fn open_card(&self, plan: PlanRequest) -> SavingsAccount {
        self.open_card_for((self.customer.id, self.business.default_unit_id), plan).await
    }

    /// A card of a customer in a unit.
    pub async fn open_card_for(&self, (customer_id, unit_id): (UserId, UnitId), plan: PlanRequest) -> SavingsAccount {
        let context = self.context(self.agent);
        let command = OpenSavings {
            business_id: self.business.id,
            unit_id,
            customer_id,
            plan,
            commission: CommissionRequest::default(),
            tracking_number: TrackingNumber::from_random(u64::try_from(context.seed >> 64).unwrap() ^ self.serial()),
        };
        let (card, effects) = open_decide(&command, &context).unwrap();
        self.savings.savings_open(card.clone(), effects).await.unwrap();
        card
    }

    pub async fn card(&self, id: SavingsAccountId) -> SavingsAccount {
        self.savings.savings_by_id(&self.scope(), id).await.unwrap().unwrap()
    }

    pub async fn change(&self, card: SavingsAccountId, change: SavingsChange) -> StoreResult<SavingsAccount> {
        let context = self.context(self.agent);
        let business_id = self.business.id;
        let command = ChangeSavings { business_id, savings_account_id: card, change, if_version: None, context };
        self.savings.savings_change(command).await
    }

    /// Cash collected today by the collector.
    pub fn cash(&self, amount: Money) -> ContributionItem {
        ContributionItem {
            amount,
            method: ContributionMethod::Cash,
            collected_on: TODAY,
            collected_by: self.collector.id,
            boxes: Vec::new(),
            note: None,
        }
    }

    pub fn post_command(&self, card: SavingsAccountId, item: ContributionItem) -> PostContribution {
        PostContribution {
            business_id: self.business.id,
            savings_account_id: card,
            item,
            rules: PostRules { backdate_days_max: self.policy.backdate_days_max },
            context: self.context(self.collector),
        }
    }

    /// A command under a key of its own.
    pub fn once<O: std::fmt::Debug>(&self) -> Idempotency<O> {
        keyed(self.collector, &format!("key-{}", self.serial()), 1)
    }

    pub async fn post(
        &self,
        card: SavingsAccountId,
        item: ContributionItem,
    ) -> StoreResult<Answer<ContributionReceipt>> {
        self.contributions.contribution_post(self.post_command(card, item), self.once()).await
    }

    /// Posts cash collected today, which must be accepted.
    pub async fn pay(&self, card: SavingsAccountId, amount: Money) -> ContributionReceipt {
        fresh(self.post(card, self.cash(amount)).await)
    }

    pub fn bulk_command(&self, items: Vec<Result<BulkItem, Refusal>>, all_or_nothing: bool) -> BulkPost {
        BulkPost {
            business_id: self.business.id,
            items,
            all_or_nothing,
            rules: PostRules { backdate_days_max: self.policy.backdate_days_max },
            context: self.context(self.collector),
        }
    }

    pub fn bulk_item(&self, card: CardRef, amount: Money) -> Result<BulkItem, Refusal> {
        Ok(BulkItem { card, item: self.cash(amount) })
    }

    pub async fn bulk(&self, items: Vec<Result<BulkItem, Refusal>>, all_or_nothing: bool) -> BulkOutcome {
        let command = self.bulk_command(items, all_or_nothing);
        fresh(self.contributions.contributions_post_bulk(command, self.once()).await)
    }

    pub async fn reverse(&self, id: ContributionId, who: Person) -> StoreResult<Answer<ContributionReceipt>> {
        let command = ReverseContribution {
            business_id: self.business.id,
            contribution_id: id,
            request: ReversalRequest { reason: "wrong card".to_owned() },
            context: self.context(who),
        };
        self.contributions.contribution_reverse(command, self.once()).await
    }

    pub fn file_command(&self, card: SavingsAccountId, destination: DestinationChoice) -> FilePayoutOn {
        FilePayoutOn {
            business_id: self.business.id,
            savings_account_id: card,
            request: FilePayout { destination, amount: None, reason: None },
            policy: self.policy,
            context: self.context(self.customer),
        }
    }

    /// The customer asks for the whole balance in cash.
    pub async fn file(&self, card: SavingsAccountId) -> StoreResult<Answer<PaymentRequest>> {
        self.payouts.payout_file(self.file_command(card, DestinationChoice::Cash), self.once()).await
    }

    pub async fn decide(
        &self,
        id: PaymentRequestId,
        decision: PayoutDecision,
        who: Person,
    ) -> StoreResult<Answer<PaymentRequest>> {
        let command = DecidePayout {
            business_id: self.business.id,
            payment_request_id: id,
            decision,
            policy: self.policy,
            context: self.context(who),
        };
        self.payouts.payout_decide(command, self.once()).await
    }

    /// Verifies all books of the database; nothing may differ.
    pub async fn books_are_right(&self) {
        let report = self.ledger.ledger_verify(&|_, _| ()).await.unwrap();
        assert_eq!(report.differences, []);
        assert!(report.businesses > 0);
    }
}

/// Exactly-once under a named key. The answer tells the outcome, ids included.
pub fn keyed<O: std::fmt::Debug>(caller: Person, key: &str, hash: u8) -> Idempotency<O> {
    Idempotency {
        caller: caller.id,
        key: key.parse().unwrap(),
        request_hash: RequestHash([hash; 32]),
        render: Arc::new(|outcome| StoredAnswer {
            status: 201,
            location: Some("/somewhere".to_owned()),
            body: format!("{outcome:?}").into_bytes(),
        }),
    }
}

/// The outcome of a command that was carried out now.
pub fn fresh<O: std::fmt::Debug>(answer: StoreResult<Answer<O>>) -> O {
    match answer.unwrap() {
        Answer::Fresh { outcome, .. } => outcome,
        Answer::Replayed(_) => panic!("carried out before"),
    }
}

/// Why a command was refused.
pub fn refusal<O: std::fmt::Debug>(answer: StoreResult<O>) -> Refusal {
    match answer {
        Err(ofektom_domain::ports::StoreError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}
