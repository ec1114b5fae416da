//! Commission depends on which boxes are paid, never on the order; and ending early pays out the rest.

use ofektom_domain::commission::CommissionRequest;
use ofektom_domain::contribution::ContributionItem;
use ofektom_domain::ids::SavingsAccountId;
use ofektom_domain::money::Money;
use ofektom_domain::plan::preview;
use ofektom_domain::savings::{PlanRequest, SavingsChange, SavingsStatus};
use proptest::prelude::*;
use proptest::sample::Index;

use super::desk::{CUSTOMER, Desk, IN_CASH};
use super::history_command::any_plan;

/// A plan, and the order in which some or all of its boxes are paid.
fn any_order() -> impl Strategy<Value = (PlanRequest, Vec<u32>)> {
    any_plan().prop_flat_map(|plan| {
        let boxes = plan.plan().unwrap().boxes.len();
        let all: Vec<u32> = (0..boxes).collect();
        (Just(plan), Just(all).prop_shuffle(), 0..=boxes).prop_map(|(plan, mut order, count)| {
            order.truncate(usize::try_from(count).unwrap());
            (plan, order)
        })
    })
}

fn any_terms() -> impl Strategy<Value = CommissionRequest> {
    use ofektom_domain::commission::CommissionPeriod::{Days, Monthly};
    let amount = prop_oneof![Just(None), (0_i64..100).prop_map(|kobo| Some(Money::from_kobo(kobo)))];
    (amount, prop_oneof![Just(Monthly), (1_u32..40).prop_map(Days)])
        .prop_map(|(amount, period)| CommissionRequest { amount, period })
}

/// Pays the boxes by name, so many at a time.
fn pay_named(desk: &mut Desk, card: SavingsAccountId, order: &[u32], at_a_time: usize) {
    for named in order.chunks(at_a_time) {
        let plan = &desk.card(card).plan;
        let amount = Money::sum(named.iter().map(|index| plan.boxes.amount_at(*index).unwrap())).unwrap();
        let boxes = named.iter().map(|index| plan.date_of(*index)).collect();
        let item = ContributionItem { boxes, ..desk.cash(amount) };
        desk.post(card, &item).unwrap();
    }
}

fn open(desk: &mut Desk, plan: PlanRequest, terms: CommissionRequest) -> SavingsAccountId {
    desk.open_with(plan, terms).unwrap_or_else(|_| desk.open(plan))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.div_ceil(4), ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_boxes_never_changes_the_commission(
        (plan, order) in any_order(), terms in any_terms(), at_a_time in 1_usize..20,
    ) {
        let mut desk = Desk::new();
        let (shuffled, sorted) = (open(&mut desk, plan, terms), open(&mut desk, plan, terms));
        pay_named(&mut desk, shuffled, &order, at_a_time);
        let mut in_order = order.clone();
        in_order.sort_unstable();
        pay_named(&mut desk, sorted, &in_order, order.len().max(1));
        let (shuffled, sorted) = (desk.card(shuffled), desk.card(sorted));
        prop_assert_eq!(shuffled.commission, sorted.commission);
        prop_assert_eq!(shuffled.balance, sorted.balance);
        prop_assert_eq!(shuffled.status, sorted.status);
        if shuffled.paid.count() == shuffled.plan.boxes.len() {
            prop_assert_eq!(shuffled.commission, preview(&shuffled.plan, &shuffled.commission_terms).unwrap().commission);
        }
    }

    #[test]
    fn ending_early_pays_out_what_was_collected_less_the_commission(
        plan in any_plan(), terms in any_terms(), shares in prop::collection::vec(any::<Index>(), 0..6),
    ) {
        let mut desk = Desk::new();
        let card = open(&mut desk, plan, terms);
        for share in shares {
            let state = desk.card(card);
            let left = state.plan.boxes.total().unwrap().minus(state.collected).unwrap().kobo();
            if left < 2 {
                break;
            }
            // At least a kobo, and at least a kobo less than the card takes.
            let kobo = i64::try_from(share.index(usize::try_from(left - 1).unwrap())).unwrap() + 1;
            desk.pay(card, Money::from_kobo(kobo)).unwrap();
        }
        desk.change(card, SavingsChange::End).unwrap();
        let ended = desk.card(card).clone();
        let payout = ended.collected.minus(ended.commission).unwrap();
        prop_assert_eq!(ended.balance, payout);
        if payout.is_zero() {
            prop_assert_eq!(ended.status, SavingsStatus::PaidOut);
        } else {
            prop_assert_eq!(ended.status, SavingsStatus::Completed);
            prop_assert_eq!(desk.file(card, &IN_CASH, None, CUSTOMER).unwrap().amount, payout);
        }
    }
}
