//! Reversing a contribution: a mirror entry is posted, boxes reopen, commission is re-derived.

use jiff::civil::Date;

use super::post::Booking;
use super::{Contribution, ContributionKind, ContributionReceipt, Marking};
use crate::context::Context;
use crate::effects::Effects;
use crate::ledger::{EntryEvent, JournalEntry, LedgerAccount};
use crate::money::{Money, MoneyError};
use crate::notification::NotificationFacts;
use crate::permission::Role;
use crate::plan::PaidBoxes;
use crate::refusal::Refusal;
use crate::round::cash_day_check;
use crate::savings::{CompletionReason, SavingsAccount, SavingsStatus};

/// A contribution to reverse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReversalRequest {
    /// Why: 3 to 500 characters.
    pub reason: String,
}

/// Decides on reversing `original`. `live` are the card's markings that are not reversed; `closed_until` is the last day on
/// which the cash of whoever collected it is counted. The mirror entry is booked today, so today must be open.
///
/// The boxes that the contribution paid reopen. Where later contributions used credit that it had left, the newest boxes
/// they paid reopen too, one by one, until the card's credit is not below zero.
///
/// # Errors
/// [`Refusal::ReversalNotReversible`], [`Refusal::AlreadyReversed`], [`Refusal::ReversalNotYours`],
/// [`Refusal::RoundClosed`], [`Refusal::MoneyHeld`], [`Refusal::MoneyPaidOut`].
pub fn reversal_decide(
    account: &SavingsAccount,
    original: &Contribution,
    live: &[Marking],
    request: &ReversalRequest,
    closed_until: Option<Date>,
    context: &Context,
) -> Result<(ContributionReceipt, Effects), Refusal> {
    reversal_check(account, original, context)?;
    if original.method.is_cash() {
        cash_day_check(closed_until, context.today)?;
    }
    let (reopened, credit) = reopen(account, original, live)?;
    let mut paid = account.paid.clone();
    let mut touched: Vec<u32> = reopened.iter().filter_map(|marking| account.plan.index_of(marking.box_date)).collect();
    touched.sort_unstable();
    for index in &touched {
        paid.remove(*index);
    }

    let mut ids = context.ids();
    let booking = Booking {
        contribution_id: ids.make(),
        account,
        collector: original.collected_by,
        unit_id: original.unit_id,
        on: context.today,
        context,
    };
    let accounts = (LedgerAccount::Savings(account.id), original.method.debited(original.collected_by));
    let about = (account.business_id, EntryEvent::ContributionReversal, booking.link(Some(original.entry_id)));
    let entry = JournalEntry::transfer(&mut ids, context, about, accounts, original.amount)?;
    let (commission, commission_entry, movements) = booking.commission(&mut ids, &paid, &touched)?;
    let after = account_after(account, original.amount, (paid, credit, commission), context)?;

    let contribution = Contribution {
        id: booking.contribution_id,
        kind: ContributionKind::Reversal,
        collected_on: context.today,
        note: Some(request.reason.clone()),
        boxes: u32::try_from(reopened.len()).map_err(|_| Refusal::TooLarge)?,
        credit_after: after.credit,
        balance_after: after.balance,
        commission,
        entry_id: entry.id,
        reverses: Some(original.id),
        reversed_by: None,
        created_at: context.now,
        created_by: context.actor,
        ..original.clone()
    };
    let audit = booking.audit(&mut ids, "contribution.reverse", &contribution, &after);
    let facts = NotificationFacts::ContributionReversed {
        tracking_number: account.tracking_number,
        amount: original.amount,
        collected_on: original.collected_on,
        boxes: contribution.boxes,
        balance: contribution.balance_after,
    };
    let notifications = booking.notify(&mut ids, &facts);
    let effects = Effects {
        account: Some(after),
        contribution: Some(contribution.clone()),
        reversed: Some(original.id),
        reopened: reopened.clone(),
        entries: [Some(entry), commission_entry].into_iter().flatten().collect(),
        commissions: movements,
        audit: vec![audit],
        notifications,
        ..Effects::default()
    };
    Ok((ContributionReceipt { contribution, allocated: reopened }, effects))
}

fn reversal_check(account: &SavingsAccount, original: &Contribution, context: &Context) -> Result<(), Refusal> {
    if original.kind == ContributionKind::Reversal {
        return Err(Refusal::ReversalNotReversible);
    }
    if original.reversed_by.is_some() {
        return Err(Refusal::AlreadyReversed);
    }
    let own_today = original.collected_by == context.actor && original.collected_on == context.today;
    if context.role == Role::SubAgent && !own_today {
        return Err(Refusal::ReversalNotYours);
    }
    // A card that ended with nothing to pay is `PaidOut` too, but no money has left it: it can still be put right.
    if !account.paid_out.is_zero() {
        return Err(Refusal::MoneyPaidOut);
    }
    if !account.held.is_zero() {
        return Err(Refusal::MoneyHeld);
    }
    Ok(())
}

/// The markings to reopen, in order of days, and the card's credit afterwards.
fn reopen(
    account: &SavingsAccount,
    original: &Contribution,
    live: &[Marking],
) -> Result<(Vec<Marking>, Money), MoneyError> {
    let (mut reopened, mut others): (Vec<Marking>, Vec<Marking>) =
        live.iter().partition(|marking| marking.contribution_id == original.id);
    let freed = Money::sum(reopened.iter().map(|marking| marking.amount))?;
    let mut credit = account.credit.plus(freed)?.minus(original.amount)?;
    others.sort_unstable_by_key(|marking| (marking.contribution_id, marking.box_date));
    while credit.is_negative() {
        // The books guarantee that the paid boxes and the credit cover every collection, so there is a box left.
        let newest = others.pop().ok_or(MoneyError::Overflow)?;
        credit = credit.plus(newest.amount)?;
        reopened.push(newest);
    }
    reopened.sort_unstable_by_key(|marking| marking.box_date);
    Ok((reopened, credit))
}

fn account_after(
    account: &SavingsAccount,
    amount: Money,
    (paid, credit, commission): (PaidBoxes, Money, Money),
    context: &Context,
) -> Result<SavingsAccount, MoneyError> {
    let mut after = account.clone();
    after.collected = account.collected.minus(amount)?;
    after.credit = credit;
    after.commission = account.commission.plus(commission)?;
    after.balance = account.balance.minus(amount)?.minus(commission)?;
    after.paid = paid;
    match account.completion {
        // A full card with a reopened box goes on being saved on.
        Some(CompletionReason::AllPaid) => {
            after.status = SavingsStatus::Active;
            after.completion = None;
        }
        Some(reason) => after.complete(reason),
        None => {}
    }
    after.touch(context.now, context.actor);
    Ok(after)
}
