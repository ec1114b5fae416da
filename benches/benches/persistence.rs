//! The hot verbs of the stores, on each engine.
#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

mod stage;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use jiff::Timestamp;
use ofektom_app::{Caller, Origin};
use ofektom_domain::context::Context;
use ofektom_domain::contribution::{ContributionItem, ContributionMethod, PostRules};
use ofektom_domain::idempotency::{Idempotency, RequestHash, StoredAnswer};
use ofektom_domain::ids::{BusinessId, SavingsAccountId};
use ofektom_domain::money::Money;
use ofektom_domain::page::PageRequest;
use ofektom_domain::permission::Role;
use ofektom_domain::ports::{
    BulkItem, BulkPost, CardRef, ContributionFilter, ContributionStore as _, PostContribution, ReadScope,
    SavingsStore as _, SessionStore as _,
};
use ofektom_persistence::{Contributions, Savings, Sessions, WriterConfig};

use stage::Stage;

const BULK: usize = 100;
/// Cards, so that the contributions of a run fit on them.
const CARDS: usize = BULK;

/// The stores, and what the verbs need besides.
struct Desk {
    contributions: Contributions,
    savings: Savings,
    sessions: Sessions,
    caller: Caller,
    business: BusinessId,
    cards: Vec<SavingsAccountId>,
    now: Timestamp,
    turn: AtomicU64,
}

impl Desk {
    fn of(stage: &Stage, cards: &[String]) -> Self {
        let system = &stage.app.system;
        let _runtime = stage.runtime.enter();
        let caller = stage.runtime.block_on(system.app.authenticate(&stage.owner.token, Origin::default())).unwrap();
        Self {
            contributions: Contributions::new(system.db.clone(), WriterConfig::default()),
            savings: Savings::new(system.db.clone()),
            sessions: Sessions::new(system.db.clone()),
            business: caller.memberships.first().unwrap().business_id,
            caller,
            cards: cards.iter().map(|card| card.parse().unwrap()).collect(),
            now: system.app.now(),
            turn: AtomicU64::new(0),
        }
    }

    fn context(&self) -> Context {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        Context {
            actor: self.caller.id(),
            role: Role::Agent,
            now: self.now,
            today: self.now.in_tz("Africa/Lagos").unwrap().date(),
            address: None,
            request_id: None,
            seed: turn.into(),
            item: 0,
        }
    }

    /// One box. The oldest unpaid one of a card; a run does not come to the end of one.
    fn item(&self, context: &Context) -> ContributionItem {
        ContributionItem {
            amount: Money::from_kobo(50_000),
            method: ContributionMethod::Cash,
            collected_on: context.today,
            collected_by: context.actor,
            boxes: Vec::new(),
            note: None,
        }
    }

    fn idempotency<O>(&self, context: &Context) -> Idempotency<O> {
        Idempotency {
            caller: context.actor,
            key: format!("bench-{}", context.seed).parse().unwrap(),
            request_hash: RequestHash([0; 32]),
            render: Arc::new(|_| StoredAnswer { status: 201, location: None, body: b"{}".to_vec() }),
        }
    }

    async fn post_one(&self) {
        let context = self.context();
        let turn = usize::try_from(context.seed).unwrap();
        let (item, idempotency) = (self.item(&context), self.idempotency(&context));
        let command = PostContribution {
            business_id: self.business,
            savings_account_id: *self.cards.get(turn % self.cards.len()).unwrap(),
            item,
            rules: PostRules { backdate_days_max: 7 },
            context,
        };
        self.contributions.contribution_post(command, idempotency).await.unwrap();
    }

    async fn post_bulk(&self) {
        let context = self.context();
        let item = |card: &SavingsAccountId| Ok(BulkItem { card: CardRef::Id(*card), item: self.item(&context) });
        let command = BulkPost {
            business_id: self.business,
            items: self.cards.iter().take(BULK).map(item).collect(),
            all_or_nothing: true,
            rules: PostRules { backdate_days_max: 7 },
            context: context.clone(),
        };
        let idempotency = self.idempotency(&context);
        self.contributions.contributions_post_bulk(command, idempotency).await.unwrap();
    }

    fn scope(&self) -> ReadScope {
        ReadScope { businesses: vec![self.business], own_in: Vec::new(), own: self.caller.id(), all: false }
    }
}

fn group<'c>(c: &'c mut Criterion, name: &str) -> BenchmarkGroup<'c, WallTime> {
    let mut group = c.benchmark_group(name);
    group.sample_size(20).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1));
    group
}

fn verbs(c: &mut Criterion) {
    for engine in stage::engines() {
        let (stage, cards) = Stage::make(engine, CARDS, &[]);
        let (desk, name) = (Desk::of(&stage, &cards), stage::name(engine));
        let card = *desk.cards.first().unwrap();
        let (page, filter) = (PageRequest::default(), ContributionFilter::default());

        let mut writes = group(c, "contribution");
        writes.bench_function(format!("post, {name}"), |b| {
            b.to_async(&stage.runtime).iter(|| desk.post_one());
        });
        writes.throughput(Throughput::Elements(BULK.try_into().unwrap()));
        writes.bench_function(format!("post_bulk of {BULK}, {name}"), |b| {
            b.to_async(&stage.runtime).iter(|| desk.post_bulk());
        });
        writes.finish();

        let mut reads = group(c, "read");
        reads.bench_function(format!("savings_by_id, {name}"), |b| {
            b.to_async(&stage.runtime)
                .iter(|| async { desk.savings.savings_by_id(&desk.scope(), card).await.unwrap().unwrap() });
        });
        reads.bench_function(format!("markings_of, {name}"), |b| {
            b.to_async(&stage.runtime).iter(|| async { desk.savings.markings_of(desk.business, card).await.unwrap() });
        });
        reads.bench_function(format!("contributions_list, {name}"), |b| {
            b.to_async(&stage.runtime)
                .iter(|| async { desk.contributions.contributions_list(&desk.scope(), &filter, page).await.unwrap() });
        });
        reads.bench_function(format!("session_identity, {name}"), |b| {
            b.to_async(&stage.runtime).iter(|| async {
                desk.sessions.session_identity(desk.caller.session_id, desk.now).await.unwrap().unwrap()
            });
        });
        reads.finish();
        stage.runtime.block_on(desk.contributions.close());
    }
}

criterion_group!(benches, verbs);
criterion_main!(benches);
