//! Posting a contribution: the hot path. It reads nothing but the card.

use jiff::civil::Date;
use serde_json::json;

use super::allocation::{Allocation, allocate};
use super::{Contribution, ContributionKind, ContributionMethod, ContributionReceipt, Marking};
use crate::audit::{AuditEntity, AuditRow};
use crate::calendar::add_days;
use crate::commission::{CommissionMovement, PeriodDifference};
use crate::context::Context;
use crate::effects::Effects;
use crate::ids::{ContributionId, EntryId, IdFactory, UnitId, UserId};
use crate::ledger::{EntryEvent, EntryLink, JournalEntry, LedgerAccount};
use crate::money::{Money, MoneyError};
use crate::notification::{Notification, NotificationFacts, completion_notify, notify};
use crate::plan::PaidBoxes;
use crate::refusal::Refusal;
use crate::round::cash_day_check;
use crate::savings::{CompletionReason, SavingsAccount, SavingsStatus};

/// A contribution to post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContributionItem {
    /// The amount.
    pub amount: Money,
    /// How the money came in.
    pub method: ContributionMethod,
    /// The business's day on which it was collected.
    pub collected_on: Date,
    /// Who collected it.
    pub collected_by: UserId,
    /// The days of the boxes to pay; the oldest unpaid ones when empty.
    pub boxes: Vec<Date>,
    /// A remark, at most 500 characters.
    pub note: Option<String>,
}

/// The business's rules that bound a contribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostRules {
    /// How many days back a collection may be recorded.
    pub backdate_days_max: u32,
}

/// Decides on a contribution to a card. `closed_until` is the last day on which the collector's cash is counted.
///
/// # Errors
/// [`Refusal::NotActive`], [`Refusal::CollectedInFuture`], [`Refusal::CollectedTooLongAgo`], [`Refusal::RoundClosed`],
/// [`Refusal::BoxesExhausted`], [`Refusal::BoxAlreadyPaid`], [`Refusal::BoxNotOnCard`], [`Refusal::BoxesNotCovered`],
/// [`Refusal::Invalid`].
pub fn post_decide(
    account: &SavingsAccount,
    item: &ContributionItem,
    rules: PostRules,
    closed_until: Option<Date>,
    context: &Context,
) -> Result<(ContributionReceipt, Effects), Refusal> {
    if account.status != SavingsStatus::Active {
        return Err(Refusal::NotActive(account.status));
    }
    if item.amount <= Money::ZERO {
        return Err(Refusal::field("amount", "out_of_range", "must be more than zero"));
    }
    collected_on_check(item.collected_on, rules, context.today)?;
    if item.method.is_cash() {
        cash_day_check(closed_until, item.collected_on)?;
    }
    let allocation = allocate(account, item.amount, &item.boxes)?;

    let mut ids = context.ids();
    let booking = Booking {
        contribution_id: ids.make(),
        account,
        collector: item.collected_by,
        unit_id: account.unit_id,
        on: item.collected_on,
        context,
    };
    let entry = booking.collection(&mut ids, item)?;
    let touched: Vec<u32> = allocation.boxes.iter().map(|(index, _)| *index).collect();
    let (commission, commission_entry, movements) = booking.commission(&mut ids, &allocation.paid, &touched)?;
    let after = account_after(account, item.amount, &allocation, commission, context)?;

    let contribution = Contribution {
        id: booking.contribution_id,
        business_id: account.business_id,
        savings_account_id: account.id,
        customer_id: account.customer_id,
        unit_id: account.unit_id,
        kind: ContributionKind::Collection,
        amount: item.amount,
        method: item.method,
        collected_on: item.collected_on,
        collected_by: item.collected_by,
        note: item.note.clone(),
        boxes: u32::try_from(touched.len()).map_err(|_| Refusal::TooLarge)?,
        credit_after: after.credit,
        balance_after: after.balance,
        commission,
        entry_id: entry.id,
        reverses: None,
        reversed_by: None,
        created_at: context.now,
        created_by: context.actor,
    };
    let markings: Vec<Marking> = booking.markings(&allocation.boxes);
    let audit = booking.audit(&mut ids, "contribution.post", &contribution, &after);
    let mut notifications = booking.notify(&mut ids, &posted_facts(account, &contribution));
    notifications.extend(completion_notify(&mut ids, context, &after));
    let effects = Effects {
        account: Some(after),
        contribution: Some(contribution.clone()),
        markings: markings.clone(),
        entries: [Some(entry), commission_entry].into_iter().flatten().collect(),
        commissions: movements,
        audit: vec![audit],
        notifications,
        ..Effects::default()
    };
    Ok((ContributionReceipt { contribution, allocated: markings }, effects))
}

fn posted_facts(account: &SavingsAccount, contribution: &Contribution) -> NotificationFacts {
    NotificationFacts::ContributionPosted {
        tracking_number: account.tracking_number,
        amount: contribution.amount,
        collected_on: contribution.collected_on,
        boxes: contribution.boxes,
        balance: contribution.balance_after,
    }
}

fn collected_on_check(collected_on: Date, rules: PostRules, today: Date) -> Result<(), Refusal> {
    if collected_on > today {
        return Err(Refusal::CollectedInFuture(collected_on));
    }
    let earliest = add_days(today, -i64::from(rules.backdate_days_max)).unwrap_or(Date::MIN);
    if collected_on < earliest { Err(Refusal::CollectedTooLongAgo { earliest }) } else { Ok(()) }
}

fn account_after(
    account: &SavingsAccount,
    amount: Money,
    allocation: &Allocation,
    commission: Money,
    context: &Context,
) -> Result<SavingsAccount, MoneyError> {
    let mut after = account.clone();
    after.ever_paid = true;
    after.collected = account.collected.plus(amount)?;
    after.credit = allocation.credit;
    after.commission = account.commission.plus(commission)?;
    after.balance = account.balance.plus(amount)?.minus(commission)?;
    after.paid = allocation.paid.clone();
    if after.paid.count() == after.plan.boxes.len() {
        after.complete(CompletionReason::AllPaid);
    }
    after.touch(context.now, context.actor);
    Ok(after)
}

/// What the rows of one contribution or reversal have in common.
pub(super) struct Booking<'a> {
    /// The contribution or reversal.
    pub contribution_id: ContributionId,
    /// The card before.
    pub account: &'a SavingsAccount,
    /// Who collected the money.
    pub collector: UserId,
    /// The unit it was collected in.
    pub unit_id: UnitId,
    /// The business's day of the booking.
    pub on: Date,
    /// The command's circumstances.
    pub context: &'a Context,
}

impl Booking<'_> {
    /// What caused the entries.
    pub fn link(&self, reverses: Option<EntryId>) -> EntryLink {
        EntryLink {
            savings_account_id: Some(self.account.id),
            contribution_id: Some(self.contribution_id),
            payment_request_id: None,
            round_id: None,
            reverses,
        }
    }

    fn collection(&self, ids: &mut IdFactory, item: &ContributionItem) -> Result<JournalEntry, MoneyError> {
        let event = match item.method {
            ContributionMethod::Cash => EntryEvent::CashContribution,
            ContributionMethod::Card | ContributionMethod::BankTransfer => EntryEvent::OnlineContribution,
        };
        let accounts = (item.method.debited(self.collector), LedgerAccount::Savings(self.account.id));
        let about = (self.account.business_id, event, self.link(None));
        let entry = JournalEntry::transfer(ids, self.context, about, accounts, item.amount)?;
        Ok(JournalEntry { occurred_on: self.on, ..entry })
    }

    /// The commission that follows from the boxes touched: its sum, its entry and its movements.
    pub fn commission(
        &self,
        ids: &mut IdFactory,
        paid_after: &PaidBoxes,
        touched: &[u32],
    ) -> Result<(Money, Option<JournalEntry>, Vec<CommissionMovement>), MoneyError> {
        let account = self.account;
        let terms = account.commission_terms;
        let differences = terms.differences(&account.plan, (&account.paid, paid_after), touched)?;
        let sum = Money::sum(differences.iter().map(|difference| difference.amount))?;
        if differences.is_empty() {
            return Ok((sum, None, Vec::new()));
        }
        let (card, income) = (LedgerAccount::Savings(account.id), LedgerAccount::CommissionIncome);
        let (accounts, amount) =
            if sum.is_negative() { ((income, card), sum.negated()?) } else { ((card, income), sum) };
        let about = (account.business_id, EntryEvent::Commission, self.link(None));
        let entry = JournalEntry::transfer(ids, self.context, about, accounts, amount)?;
        let entry = JournalEntry { occurred_on: self.on, ..entry };
        let movements = differences.iter().map(|difference| self.movement(ids, entry.id, difference)).collect();
        Ok((sum, Some(entry), movements))
    }

    fn movement(&self, ids: &mut IdFactory, entry_id: EntryId, difference: &PeriodDifference) -> CommissionMovement {
        CommissionMovement {
            id: ids.make(),
            business_id: self.account.business_id,
            savings_account_id: self.account.id,
            unit_id: self.unit_id,
            collector: self.collector,
            period: difference.period,
            period_start: difference.period_start,
            amount: difference.amount,
            contribution_id: self.contribution_id,
            entry_id,
            occurred_on: self.on,
            created_at: self.context.now,
        }
    }

    fn markings(&self, boxes: &[(u32, Money)]) -> Vec<Marking> {
        let marking = |(index, amount): &(u32, Money)| Marking {
            business_id: self.account.business_id,
            savings_account_id: self.account.id,
            box_date: self.account.plan.date_of(*index),
            amount: *amount,
            contribution_id: self.contribution_id,
            created_at: self.context.now,
        };
        boxes.iter().map(marking).collect()
    }

    /// Tells the customer.
    pub fn notify(&self, ids: &mut IdFactory, facts: &NotificationFacts) -> Vec<Notification> {
        let about = (Some(self.account.business_id), self.contribution_id.uuid());
        notify(ids, self.context, [self.account.customer_id], about, facts)
    }

    /// The audit row of the contribution or reversal.
    pub fn audit(
        &self,
        ids: &mut IdFactory,
        verb: &'static str,
        contribution: &Contribution,
        after: &SavingsAccount,
    ) -> AuditRow {
        let about = (AuditEntity::Contribution, contribution.id.uuid());
        AuditRow::new(ids, self.context, Some(self.account.business_id), verb, about)
            .before(self.account.audit_state())
            .after(json!({
                "savings_account_id": self.account.id, "amount": contribution.amount, "boxes": contribution.boxes,
                "collected_on": contribution.collected_on, "collected_by": contribution.collected_by,
                "reverses": contribution.reverses, "state": after.audit_state(),
            }))
    }
}
