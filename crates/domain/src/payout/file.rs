//! Filing a payment request: the money moves from the card to a hold, so that it cannot be spent twice.

use super::notify::payout_notify;
use super::{Destination, PaymentRequest, PayoutStatus};
use crate::audit::{AuditEntity, AuditRow};
use crate::business::Policy;
use crate::context::Context;
use crate::effects::Effects;
use crate::ids::{BankAccountId, PaymentRequestId, UserId};
use crate::ledger::{EntryEvent, EntryLink, JournalEntry, LedgerAccount};
use crate::money::Money;
use crate::people::BankAccount;
use crate::refusal::Refusal;
use crate::savings::{SavingsAccount, SavingsStatus};

/// Where the caller wants the money to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DestinationChoice {
    /// Into the customer's hand.
    Cash,
    /// To one of the customer's bank accounts.
    BankAccount(BankAccountId),
}

/// A payment request to file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePayout {
    /// Where the money is to go.
    pub destination: DestinationChoice,
    /// The amount; the whole balance when not given.
    pub amount: Option<Money>,
    /// Why it is filed on the customer's behalf; needed from anyone but him, whatever his role.
    pub reason: Option<String>,
}

/// Decides on filing a payment request. `bank_account` is the customer's bank account that the command names, if it names
/// one and he has it. `deciders` are those who may decide on the request: they are told.
///
/// # Errors
/// [`Refusal::NotCompleted`], [`Refusal::PaymentRequestOpen`], [`Refusal::InsufficientBalance`],
/// [`Refusal::CoolingOff`], [`Refusal::Invalid`].
pub fn file_decide(
    account: &SavingsAccount,
    command: &FilePayout,
    bank_account: Option<&BankAccount>,
    policy: &Policy,
    deciders: &[UserId],
    context: &Context,
) -> Result<(PaymentRequest, Effects), Refusal> {
    if !account.held.is_zero() {
        return Err(Refusal::PaymentRequestOpen);
    }
    if account.status != SavingsStatus::Completed {
        return Err(Refusal::NotCompleted(account.status));
    }
    if context.actor != account.customer_id && command.reason.is_none() {
        return Err(Refusal::field("reason", "required", "is needed to file on a customer's behalf"));
    }
    let amount = amount_to_pay(account, command.amount, policy)?;
    let named = bank_account.filter(|bank_account| bank_account.user_id == account.customer_id);
    let destination = destination_of(command.destination, named, policy, context)?;
    let mut ids = context.ids();
    let request = PaymentRequest {
        id: ids.make(),
        business_id: account.business_id,
        savings_account_id: account.id,
        customer_id: account.customer_id,
        unit_id: account.unit_id,
        amount,
        destination,
        status: PayoutStatus::Pending,
        filed_on: context.today,
        filed_by: context.actor,
        filed_reason: command.reason.clone(),
        approved_by: None,
        approved_at: None,
        reason: None,
        method: None,
        reference: None,
        paid_by: None,
        paid_at: None,
        version: 1,
        created_at: context.now,
        updated_at: context.now,
        updated_by: context.actor,
    };
    let about = (account.business_id, EntryEvent::PayoutHeld, payout_link(account, request.id));
    let accounts = (LedgerAccount::Savings(account.id), LedgerAccount::PayoutHold);
    let entry = JournalEntry::transfer(&mut ids, context, about, accounts, amount)?;
    let mut after = account.clone();
    after.balance = account.balance.minus(amount)?;
    after.held = amount;
    after.touch(context.now, context.actor);
    let about = (AuditEntity::PaymentRequest, request.id.uuid());
    let audit = AuditRow::new(&mut ids, context, Some(account.business_id), "payment_request.file", about)
        .after(request.audit_state());
    let notifications = payout_notify(&mut ids, context, (&request, account), deciders);
    let effects = Effects {
        account: Some(after),
        entries: vec![entry],
        payment_request: Some(request.clone()),
        audit: vec![audit],
        notifications,
        ..Effects::default()
    };
    Ok((request, effects))
}

/// What caused the entries of a payment request.
pub(super) const fn payout_link(account: &SavingsAccount, request: PaymentRequestId) -> EntryLink {
    EntryLink {
        savings_account_id: Some(account.id),
        contribution_id: None,
        payment_request_id: Some(request),
        round_id: None,
        reverses: None,
    }
}

fn amount_to_pay(account: &SavingsAccount, asked: Option<Money>, policy: &Policy) -> Result<Money, Refusal> {
    let amount = asked.unwrap_or(account.balance);
    if amount > account.balance || account.balance.is_zero() {
        return Err(Refusal::InsufficientBalance { available: account.balance });
    }
    if amount <= Money::ZERO {
        return Err(Refusal::field("amount", "out_of_range", "must be more than zero"));
    }
    if amount < account.balance && !policy.partial_payout {
        return Err(Refusal::field("amount", "partial_payout", "the business pays out the whole balance only"));
    }
    Ok(amount)
}

fn destination_of(
    choice: DestinationChoice,
    bank_account: Option<&BankAccount>,
    policy: &Policy,
    context: &Context,
) -> Result<Destination, Refusal> {
    let DestinationChoice::BankAccount(id) = choice else { return Ok(Destination::Cash) };
    let Some(bank_account) = bank_account.filter(|bank_account| bank_account.id == id) else {
        let message = "must be a bank account of the customer";
        return Err(Refusal::field("destination.bank_account_id", "unknown", message));
    };
    if let Some(until) = bank_account.cooling_off_until(context.now, policy.payout_cooling_off_hours) {
        return Err(Refusal::CoolingOff { until });
    }
    Ok(Destination::Bank { bank_account_id: bank_account.id, details: bank_account.details.clone() })
}
