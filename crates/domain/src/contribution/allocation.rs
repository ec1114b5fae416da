//! Which boxes the money pays: those that the caller names, then the oldest unpaid ones.

use jiff::civil::Date;

use crate::money::{Money, MoneyError};
use crate::plan::{PaidBoxes, Plan};
use crate::refusal::{FieldError, Refusal};
use crate::savings::SavingsAccount;

/// Boxes to pay, and the money that is left as credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Allocation {
    /// The boxes, in order of days.
    pub boxes: Vec<(u32, Money)>,
    /// The set of paid boxes afterwards.
    pub paid: PaidBoxes,
    /// What does not fill a box.
    pub credit: Money,
}

/// Allocates `amount` and the card's credit: first to the `named` boxes, all of which must be covered, then to the oldest
/// unpaid boxes. It stops at the first box that the rest does not fill; the rest stays as credit and is used first next
/// time.
pub(super) fn allocate(account: &SavingsAccount, amount: Money, named: &[Date]) -> Result<Allocation, Refusal> {
    let plan = &account.plan;
    let available = account.credit.plus(amount)?;
    let unpaid = plan.boxes.total()?.minus(account.paid_amount()?)?;
    if available > unpaid {
        return Err(Refusal::BoxesExhausted { left: unpaid.minus(account.credit)? });
    }
    let mut allocation = Allocation { boxes: Vec::new(), paid: account.paid.clone(), credit: available };
    let mut needed = Money::ZERO;
    for (index, price) in named_boxes(account, named)? {
        needed = needed.plus(price)?;
        if needed > available {
            return Err(not_covered(account, named, available)?);
        }
        allocation.pay(index, price)?;
    }
    allocation.pay_oldest(plan)?;
    allocation.boxes.sort_unstable_by_key(|(index, _)| *index);
    Ok(allocation)
}

impl Allocation {
    fn pay(&mut self, index: u32, price: Money) -> Result<(), MoneyError> {
        self.credit = self.credit.minus(price)?;
        self.paid.insert(index);
        self.boxes.push((index, price));
        Ok(())
    }

    fn pay_oldest(&mut self, plan: &Plan) -> Result<(), MoneyError> {
        let mut next = self.paid.first_unpaid(0);
        while let Some(price) = plan.boxes.amount_at(next).filter(|price| *price <= self.credit) {
            self.pay(next, price)?;
            next = self.paid.first_unpaid(next);
        }
        Ok(())
    }
}

fn named_boxes(account: &SavingsAccount, named: &[Date]) -> Result<Vec<(u32, Money)>, Refusal> {
    let mut boxes = Vec::with_capacity(named.len());
    for (at, date) in named.iter().enumerate() {
        let index = account.plan.index_of(*date).ok_or(Refusal::BoxNotOnCard(*date))?;
        if account.paid.contains(index) {
            return Err(Refusal::BoxAlreadyPaid(*date));
        }
        if boxes.iter().any(|(seen, _)| *seen == index) {
            let repeated = FieldError::new(format!("boxes[{at}]"), "repeated", "must not name a day twice");
            return Err(Refusal::Invalid(vec![repeated]));
        }
        boxes.push((index, account.plan.boxes.amount_at(index).unwrap_or(Money::ZERO)));
    }
    Ok(boxes)
}

fn not_covered(account: &SavingsAccount, named: &[Date], available: Money) -> Result<Refusal, Refusal> {
    let prices = named_boxes(account, named)?.into_iter().map(|(_, price)| price);
    Ok(Refusal::BoxesNotCovered { needed: Money::sum(prices)?, available })
}
