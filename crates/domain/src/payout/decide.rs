//! Deciding on a payment request, and paying it.

use jiff::civil::Date;

use super::file::payout_link;
use super::notify::payout_notify;
use super::{Destination, DisburseMethod, PaymentRequest, PayoutStatus};
use crate::audit::{AuditEntity, AuditRow};
use crate::business::Policy;
use crate::context::Context;
use crate::effects::Effects;
use crate::ids::{IdFactory, UserId};
use crate::ledger::{EntryEvent, JournalEntry, LedgerAccount};
use crate::money::MoneyError;
use crate::refusal::Refusal;
use crate::round::cash_day_check;
use crate::savings::{SavingsAccount, SavingsStatus};

/// A decision on a payment request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayoutDecision {
    /// It may be paid. Also after a failure that was not final.
    Approve,
    /// It is refused.
    Reject {
        /// Why.
        reason: String,
    },
    /// The customer withdraws it.
    Cancel,
    /// It was paid.
    Disburse {
        /// How.
        method: DisburseMethod,
        /// The transfer's reference; needed for a bank transfer.
        reference: Option<String>,
        /// From whose cash, when it is not that of whoever records it.
        paid_by: Option<UserId>,
    },
    /// Paying it did not work.
    Fail {
        /// Why.
        reason: String,
        /// Whether it is given up.
        is_final: bool,
    },
}

impl PayoutDecision {
    /// The verb in the audit trail.
    #[must_use]
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Approve => "payment_request.approve",
            Self::Reject { .. } => "payment_request.reject",
            Self::Cancel => "payment_request.cancel",
            Self::Disburse { .. } => "payment_request.disburse",
            Self::Fail { .. } => "payment_request.fail",
        }
    }
}

/// What a decision needs to know beside the request and the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayoutFacts<'a> {
    /// The business's policy.
    pub policy: &'a Policy,
    /// Whether whoever decides has collected on the card.
    pub actor_collected: bool,
    /// The last day on which the cash of whoever pays is counted: no cash is paid out of such a day.
    pub closed_until: Option<Date>,
    /// Who could decide on it: they are told when it is withdrawn.
    pub deciders: &'a [UserId],
}

/// Decides on a payment request.
///
/// # Errors
/// [`Refusal::SamePerson`] when the filer or the payee decides, [`Refusal::PayoutStatus`] when the decision does not follow on the
/// status, [`Refusal::FourEyes`], [`Refusal::MethodMismatch`], [`Refusal::RoundClosed`] when the payer's cash of the day is
/// counted, [`Refusal::Invalid`].
pub fn payout_decide(
    request: &PaymentRequest,
    account: &SavingsAccount,
    decision: &PayoutDecision,
    facts: PayoutFacts<'_>,
    context: &Context,
) -> Result<(PaymentRequest, Effects), Refusal> {
    // Nor may he decide who is to be paid, whoever filed it for him.
    let concerned = [request.filed_by, request.customer_id].contains(&context.actor);
    if concerned && !matches!(decision, PayoutDecision::Cancel) {
        return Err(Refusal::SamePerson);
    }
    let mut ids = context.ids();
    let mut after = request.clone();
    let mut card = account.clone();
    apply(&mut after, decision, facts, context)?;
    let entry = settle(&mut ids, &mut card, &after, context)?;
    after.version += 1;
    after.updated_at = context.now;
    after.updated_by = context.actor;
    let about = (AuditEntity::PaymentRequest, request.id.uuid());
    let audit = AuditRow::new(&mut ids, context, Some(request.business_id), decision.verb(), about)
        .before(request.audit_state())
        .after(after.audit_state());
    let notifications = payout_notify(&mut ids, context, (&after, account), facts.deciders);
    let effects = Effects {
        account: entry.is_some().then_some(card),
        entries: entry.into_iter().collect(),
        payment_request: Some(after.clone()),
        audit: vec![audit],
        notifications,
        ..Effects::default()
    };
    Ok((after, effects))
}

/// Moves the request to its next status.
fn apply(
    request: &mut PaymentRequest,
    decision: &PayoutDecision,
    facts: PayoutFacts<'_>,
    context: &Context,
) -> Result<(), Refusal> {
    use PayoutStatus::{Approved, Cancelled, Failed, FailedFinal, Paid, Pending, Rejected};
    let next = match (decision, request.status) {
        (PayoutDecision::Approve, Pending | Failed) => {
            let watched = facts.policy.four_eyes_above.is_some_and(|above| request.amount > above);
            if watched && facts.actor_collected {
                return Err(Refusal::FourEyes);
            }
            // A failure before was overcome; the audit trail keeps it.
            request.reason = None;
            request.approved_by = Some(context.actor);
            request.approved_at = Some(context.now);
            Approved
        }
        (PayoutDecision::Reject { reason }, Pending) => {
            request.reason = Some(reason.clone());
            Rejected
        }
        (PayoutDecision::Cancel, Pending) => Cancelled,
        (PayoutDecision::Disburse { method, reference, paid_by }, Approved) => {
            disburse_check(&request.destination, *method, reference.as_deref())?;
            payer_check(request, (*method, *paid_by), facts, context)?;
            request.method = Some(*method);
            request.reference.clone_from(reference);
            request.paid_by = Some(paid_by.unwrap_or(context.actor));
            request.paid_at = Some(context.now);
            Paid
        }
        (PayoutDecision::Fail { reason, is_final }, Approved | Failed) => {
            if !is_final && request.status == Failed {
                return Err(Refusal::PayoutStatus(request.status));
            }
            request.reason = Some(reason.clone());
            if *is_final { FailedFinal } else { Failed }
        }
        (
            PayoutDecision::Approve
            | PayoutDecision::Reject { .. }
            | PayoutDecision::Cancel
            | PayoutDecision::Disburse { .. }
            | PayoutDecision::Fail { .. },
            status,
        ) => return Err(Refusal::PayoutStatus(status)),
    };
    request.status = next;
    Ok(())
}

/// Cash comes from the hands of one who may still pay out of them today, and not from those of the payee.
fn payer_check(
    request: &PaymentRequest,
    (method, paid_by): (DisburseMethod, Option<UserId>),
    facts: PayoutFacts<'_>,
    context: &Context,
) -> Result<(), Refusal> {
    match (method, paid_by) {
        (DisburseMethod::BankTransfer, Some(_)) => {
            Err(Refusal::field("paid_by", "not_allowed", "must not be named for a bank transfer"))
        }
        (DisburseMethod::BankTransfer, None) => Ok(()),
        (DisburseMethod::Cash, Some(payer)) if payer == request.customer_id => Err(Refusal::SamePerson),
        (DisburseMethod::Cash, _) => cash_day_check(facts.closed_until, context.today),
    }
}

fn disburse_check(destination: &Destination, method: DisburseMethod, reference: Option<&str>) -> Result<(), Refusal> {
    match (destination, method) {
        (Destination::Cash, DisburseMethod::BankTransfer) => Err(Refusal::MethodMismatch { expected: "in cash" }),
        (Destination::Bank { .. }, DisburseMethod::Cash) => {
            Err(Refusal::MethodMismatch { expected: "by bank transfer" })
        }
        (Destination::Bank { .. }, DisburseMethod::BankTransfer) if reference.is_none() => {
            Err(Refusal::field("reference", "required", "is needed for a bank transfer"))
        }
        (Destination::Cash, DisburseMethod::Cash) | (Destination::Bank { .. }, DisburseMethod::BankTransfer) => Ok(()),
    }
}

/// Books what the new status means for the money: paid out, given back, or nothing.
fn settle(
    ids: &mut IdFactory,
    card: &mut SavingsAccount,
    request: &PaymentRequest,
    context: &Context,
) -> Result<Option<JournalEntry>, MoneyError> {
    let amount = request.amount;
    let (event, credited) = match request.status {
        PayoutStatus::Paid => {
            let payer = match request.method {
                Some(DisburseMethod::Cash) => LedgerAccount::Cash(request.paid_by.unwrap_or(context.actor)),
                Some(DisburseMethod::BankTransfer) | None => LedgerAccount::Bank,
            };
            card.paid_out = card.paid_out.plus(amount)?;
            (EntryEvent::PayoutPaid, payer)
        }
        PayoutStatus::Rejected | PayoutStatus::Cancelled | PayoutStatus::FailedFinal => {
            card.balance = card.balance.plus(amount)?;
            (EntryEvent::PayoutReleased, LedgerAccount::Savings(card.id))
        }
        PayoutStatus::Pending | PayoutStatus::Approved | PayoutStatus::Failed => return Ok(None),
    };
    card.held = card.held.minus(amount)?;
    if card.balance.is_zero() && card.held.is_zero() {
        card.status = SavingsStatus::PaidOut;
    }
    card.touch(context.now, context.actor);
    let about = (request.business_id, event, payout_link(card, request.id));
    JournalEntry::transfer(ids, context, about, (LedgerAccount::PayoutHold, credited), amount).map(Some)
}
