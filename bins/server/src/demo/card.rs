//! One card of the demo: what its customer pays at a visit.

use anyhow::Result;
use jiff::civil::Date;
use ofektom_domain::calendar::{add_days, days_between};
use ofektom_domain::contribution::ContributionReceipt;
use ofektom_domain::money::{Money, MoneyError};
use ofektom_domain::savings::{PlanRequest, SavingsAccount};

use super::dice::Dice;
use super::stories::{Habit, Saving, Story};

/// From how many days before its last box a card is filled up.
const FILL_UP_DAYS: i64 = 2;

/// A card with its story. `account` is as it was opened; what is paid is counted beside it.
pub(super) struct Card {
    pub account: SavingsAccount,
    pub story: Story,
    /// Which customer, and which of the collectors comes to him.
    pub customer: usize,
    pub collector: usize,
    /// Whether visits go on.
    pub open: bool,
    paid: Vec<bool>,
    credit: Money,
}

/// What a collector is given at a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Payment {
    pub amount: Money,
    /// The boxes the customer names; the oldest unpaid ones when empty.
    pub boxes: Vec<Date>,
}

impl Card {
    pub fn new(account: SavingsAccount, story: Story, customer: usize, collector: usize) -> Self {
        let paid = account.plan.boxes.amounts(0..account.plan.boxes.len()).map(|_| false).collect();
        Self { account, story, customer, collector, open: true, paid, credit: Money::ZERO }
    }

    /// What the customer pays on a day; `None` when nothing.
    pub fn payment_on(&self, day: Date, dice: &mut Dice) -> Result<Option<Payment>, MoneyError> {
        let plan = &self.account.plan;
        if !self.open || day < plan.start {
            return Ok(None);
        }
        let everything_from = add_days(plan.end(), -FILL_UP_DAYS).unwrap_or(plan.end());
        match self.story.habit {
            Habit::Never => Ok(None),
            Habit::Once if self.paid.contains(&true) => Ok(None),
            Habit::Once => self.boxes_until(plan.start, 0),
            Habit::WithGaps(percent) => Ok(if dice.chance(percent) { self.box_of(day) } else { None }),
            Habit::CatchingUp(percent) => {
                if dice.chance(percent) {
                    self.boxes_until(day, 0)
                } else {
                    Ok(None)
                }
            }
            Habit::OneAndAHalf => Ok(if dice.chance(75) { self.one_and_a_half() } else { None }),
            Habit::Everything if day >= everything_from => self.boxes_until(plan.end(), 0),
            Habit::Everything => self.boxes_until(day, 0),
            Habit::AllBut(left) => self.boxes_until(day, left),
        }
    }

    /// Takes note of what a contribution paid.
    pub fn posted(&mut self, receipt: &ContributionReceipt) {
        self.credit = receipt.contribution.credit_after;
        for marking in &receipt.allocated {
            self.set(marking.box_date, true);
        }
        if self.paid.iter().all(|paid| *paid) {
            self.open = false;
        }
    }

    /// Takes note of what a reversal reopened.
    pub fn reversed(&mut self, receipt: &ContributionReceipt) {
        self.credit = receipt.contribution.credit_after;
        for marking in &receipt.allocated {
            self.set(marking.box_date, false);
        }
    }

    /// Takes note of a longer plan.
    pub fn extended(&mut self, account: SavingsAccount) {
        let boxes = usize::try_from(account.plan.boxes.len()).unwrap_or(usize::MAX);
        self.paid.resize(boxes, false);
        self.account = account;
    }

    fn set(&mut self, day: Date, paid: bool) {
        let index = usize::try_from(days_between(self.account.plan.start, day)).unwrap_or(usize::MAX);
        if let Some(slot) = self.paid.get_mut(index) {
            *slot = paid;
        }
    }

    /// The day's box, when the card has one that is unpaid.
    fn box_of(&self, day: Date) -> Option<Payment> {
        let (_, amount, _) = self.unpaid().find(|(date, _, _)| *date == day)?;
        Some(Payment { amount, boxes: vec![day] })
    }

    /// All unpaid boxes up to a day, but never the last `left` of the card.
    fn boxes_until(&self, day: Date, left: u32) -> Result<Option<Payment>, MoneyError> {
        let end = self.account.plan.boxes.len().saturating_sub(left);
        let due = self.unpaid().filter(|(date, _, index)| *date <= day && *index < end);
        let amount = Money::sum(due.map(|(_, amount, _)| amount))?;
        Ok((amount > Money::ZERO).then(|| Payment { amount, boxes: Vec::new() }))
    }

    fn one_and_a_half(&self) -> Option<Payment> {
        let (_, one, _) = self.unpaid().nth(1)?;
        let half = one.share_of(2)?;
        Some(Payment { amount: one.plus(half).ok()?, boxes: Vec::new() })
    }

    /// The unpaid boxes: day, amount, place.
    fn unpaid(&self) -> impl Iterator<Item = (Date, Money, u32)> + '_ {
        let plan = &self.account.plan;
        let boxes = plan.boxes.amounts(0..plan.boxes.len()).zip(&self.paid);
        boxes.filter(|(_, paid)| !**paid).map(|((index, amount), _)| (plan.date_of(index), amount, index))
    }
}

/// The plan that a story asks for.
pub(super) fn plan_of(saving: Saving, start_date: Date) -> Result<PlanRequest> {
    let naira = |amount: u32| Money::from_kobo(i64::from(amount) * 100);
    Ok(match saving {
        Saving::Daily { box_naira, months } => PlanRequest::Daily { box_amount: naira(box_naira), months, start_date },
        Saving::Target { naira: amount, days } => {
            let end_date = add_days(start_date, i64::from(days) - 1).unwrap_or(start_date);
            PlanRequest::Target { target_amount: naira(amount), start_date, end_date }
        }
    })
}
