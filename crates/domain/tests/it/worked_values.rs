//! The worked values that were agreed with the businesses.

use jiff::civil::{Date, date};
use ofektom_domain::commission::CommissionRequest;
use ofektom_domain::ids::SavingsAccountId;
use ofektom_domain::money::Money;
use ofektom_domain::payout::{DisburseMethod, PayoutDecision};
use ofektom_domain::plan::preview;
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::{PlanRequest, SavingsChange, SavingsStatus};

use super::desk::{ADMIN, AGENT, CUSTOMER, Desk, IN_CASH, daily, target};

struct Worked {
    plan: PlanRequest,
    /// How many boxes are paid before the card is ended; all of them when `None`.
    ended_after: Option<u32>,
    boxes: u32,
    end: Date,
    collected: &'static str,
    commission: &'static str,
    payout: &'static str,
}

const FIRST: PlanRequest = daily(500, 3, date(2025, 1, 1));
const JANUARY: PlanRequest = daily(1_000, 1, date(2025, 1, 1));
const FEBRUARY: PlanRequest = daily(1_000, 1, date(2025, 2, 1));
const YEAR: PlanRequest = daily(200, 12, date(2025, 1, 1));
const HALF_YEAR: PlanRequest = daily(300, 6, date(2025, 7, 1));
const TARGET: PlanRequest = target(100_000, date(2025, 1, 1), date(2025, 4, 1));
const TWO_DAYS: PlanRequest = target(100_000, date(2025, 1, 31), date(2025, 2, 1));

type Columns = (&'static str, &'static str, &'static str);

const fn row(plan: PlanRequest, ended_after: Option<u32>, boxes: u32, end: Date, money: Columns) -> Worked {
    let (collected, commission, payout) = money;
    Worked { plan, ended_after, boxes, end, collected, commission, payout }
}

const WORKED: [Worked; 11] = [
    row(FIRST, None, 90, date(2025, 3, 31), ("45000.00", "1500.00", "43500.00")),
    row(JANUARY, None, 31, date(2025, 1, 31), ("31000.00", "1000.00", "30000.00")),
    row(FEBRUARY, None, 28, date(2025, 2, 28), ("28000.00", "1000.00", "27000.00")),
    row(YEAR, None, 365, date(2025, 12, 31), ("73000.00", "2400.00", "70600.00")),
    row(HALF_YEAR, None, 184, date(2025, 12, 31), ("55200.00", "1800.00", "53400.00")),
    row(FIRST, Some(10), 90, date(2025, 3, 31), ("5000.00", "500.00", "4500.00")),
    row(FIRST, Some(2), 90, date(2025, 3, 31), ("1000.00", "500.00", "500.00")),
    row(FIRST, Some(1), 90, date(2025, 3, 31), ("500.00", "500.00", "0.00")),
    row(FIRST, Some(45), 90, date(2025, 3, 31), ("22500.00", "1000.00", "21500.00")),
    row(TARGET, None, 91, date(2025, 4, 1), ("100000.00", "4395.60", "95604.40")),
    row(TWO_DAYS, None, 2, date(2025, 2, 1), ("100000.00", "50000.00", "50000.00")),
];

fn amount(text: &str) -> Money {
    text.parse().unwrap()
}

/// Pays the first boxes of a card: in one sum, or one box after the other.
fn pay_boxes(desk: &mut Desk, card: SavingsAccountId, count: u32, in_one: bool) {
    let boxes: Vec<Money> = desk.card(card).plan.boxes.amounts(0..count).map(|(_, amount)| amount).collect();
    if in_one {
        desk.pay(card, Money::sum(boxes).unwrap()).unwrap();
    } else {
        for amount in boxes {
            desk.pay(card, amount).unwrap();
        }
    }
}

fn worked_check(worked: &Worked, in_one: bool) {
    let mut desk = Desk::new();
    let card = desk.open(worked.plan);
    let plan = desk.card(card).plan.clone();
    assert_eq!((plan.boxes.len(), plan.end()), (worked.boxes, worked.end));
    pay_boxes(&mut desk, card, worked.ended_after.unwrap_or(worked.boxes), in_one);
    if worked.ended_after.is_some() {
        assert_eq!(desk.card(card).status, SavingsStatus::Active);
        desk.change(card, SavingsChange::End).unwrap();
    }
    let (collected, commission) = (amount(worked.collected), amount(worked.commission));
    let payout = amount(worked.payout);
    let ended = desk.card(card);
    assert_eq!(
        (ended.collected, ended.commission, ended.balance),
        (collected, commission, payout),
        "{:?}",
        worked.plan
    );
    if payout.is_zero() {
        assert_eq!(ended.status, SavingsStatus::PaidOut);
        let nothing = desk.file(card, &IN_CASH, None, CUSTOMER);
        assert_eq!(nothing, Err(Refusal::NotCompleted(SavingsStatus::PaidOut)));
        return;
    }
    let request = desk.file(card, &IN_CASH, None, CUSTOMER).unwrap();
    assert_eq!(request.amount, payout);
    desk.payout(request.id, &PayoutDecision::Approve, AGENT).unwrap();
    let paid = PayoutDecision::Disburse { method: DisburseMethod::Cash, reference: None, paid_by: None };
    desk.payout(request.id, &paid, ADMIN).unwrap();
    let gone = desk.card(card);
    assert_eq!((gone.status, gone.paid_out, gone.balance), (SavingsStatus::PaidOut, payout, Money::ZERO));
}

#[test]
fn paid_in_one_sum() {
    for worked in &WORKED {
        worked_check(worked, true);
    }
}

#[test]
fn paid_box_by_box() {
    for worked in &WORKED {
        worked_check(worked, false);
    }
}

#[test]
fn the_preview_says_what_a_full_card_comes_to() {
    for worked in WORKED.iter().filter(|worked| worked.ended_after.is_none()) {
        let plan = worked.plan.plan().unwrap();
        let preview = preview(&plan, &CommissionRequest::default().terms_for(&plan).unwrap()).unwrap();
        assert_eq!((preview.boxes_total, preview.end_date), (worked.boxes, worked.end));
        assert_eq!(preview.total, amount(worked.collected));
        assert_eq!((preview.commission, preview.payout), (amount(worked.commission), amount(worked.payout)));
    }
}

#[test]
fn the_last_box_takes_the_remainder() {
    let plan = TARGET.plan().unwrap();
    assert_eq!(plan.boxes.to_string(), "90x109890,1x109900");
    assert_eq!(TWO_DAYS.plan().unwrap().boxes.to_string(), "2x5000000");
}
