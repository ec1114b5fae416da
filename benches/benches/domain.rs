//! The pure rules: plans, contributions, commission.
#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use jiff::civil::date;
use ofektom_domain::commission::CommissionRequest;
use ofektom_domain::context::Context;
use ofektom_domain::contribution::{ContributionItem, ContributionMethod, PostRules, post_decide};
use ofektom_domain::ids::IdFactory;
use ofektom_domain::money::Money;
use ofektom_domain::permission::Role;
use ofektom_domain::plan::{Plan, preview};
use ofektom_domain::savings::{OpenSavings, PlanRequest, SavingsAccount, open_decide};
use ofektom_domain::tracking_number::TrackingNumber;

fn context() -> Context {
    let now: Timestamp = "2025-03-01T08:00:00Z".parse().unwrap();
    Context {
        actor: IdFactory::new(now, 1).make(),
        role: Role::Agent,
        now,
        today: date(2025, 3, 1),
        address: None,
        request_id: None,
        seed: 7,
        item: 0,
    }
}

fn card(months: u32) -> SavingsAccount {
    let mut ids = IdFactory::new(Timestamp::UNIX_EPOCH, 3);
    let command = OpenSavings {
        business_id: ids.make(),
        unit_id: ids.make(),
        customer_id: ids.make(),
        plan: PlanRequest::Daily { box_amount: Money::from_kobo(50_000), months, start_date: date(2025, 1, 1) },
        commission: CommissionRequest::default(),
        tracking_number: TrackingNumber::from_random(5),
    };
    open_decide(&command, &context()).unwrap().0
}

fn item(context: &Context, boxes: u32) -> ContributionItem {
    ContributionItem {
        amount: Money::from_kobo(50_000).times(boxes).unwrap(),
        method: ContributionMethod::Cash,
        collected_on: context.today,
        collected_by: context.actor,
        boxes: Vec::new(),
        note: None,
    }
}

fn contributions(c: &mut Criterion) {
    let rules = PostRules { backdate_days_max: 7 };
    let context = context();
    let mut group = c.benchmark_group("contribution_post_decide");
    for (name, months, boxes) in [("1 box of 90", 3, 1), ("31 boxes of 90", 3, 31), ("1 box of 1826", 60, 1)] {
        let (account, item) = (card(months), item(&context, boxes));
        group.bench_function(name, |b| {
            b.iter(|| post_decide(black_box(&account), black_box(&item), rules, None, &context).unwrap());
        });
    }
    group.finish();
}

fn plans(c: &mut Criterion) {
    let start = date(2025, 1, 1);
    c.bench_function("plan_daily 12 months", |b| {
        b.iter(|| Plan::daily(black_box(Money::from_kobo(20_000)), 12, start).unwrap());
    });
    let plan = Plan::daily(Money::from_kobo(20_000), 12, start).unwrap();
    let terms = CommissionRequest::default().terms_for(&plan).unwrap();
    c.bench_function("preview 12 months", |b| b.iter(|| preview(black_box(&plan), &terms).unwrap()));
    c.bench_function("schedule of 365 boxes", |b| {
        b.iter(|| plan.boxes.amounts(0..365).map(|(index, amount)| (plan.date_of(index), amount)).collect::<Vec<_>>());
    });
}

criterion_group!(benches, contributions, plans);
criterion_main!(benches);
