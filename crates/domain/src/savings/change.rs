//! Decisions about a card that exists: extend, end, cancel.

use serde_json::json;

use super::{CompletionReason, SavingsAccount, SavingsStatus};
use crate::audit::{AuditEntity, AuditRow};
use crate::context::Context;
use crate::effects::Effects;
use crate::notification::completion_notify;
use crate::refusal::Refusal;

/// A change of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SavingsChange {
    /// Add months.
    Extend {
        /// How many.
        months: u32,
    },
    /// End it early: what was collected becomes payable.
    End,
    /// End it before anything was paid.
    Cancel,
}

impl SavingsChange {
    /// The verb in the audit trail.
    #[must_use]
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Extend { .. } => "savings.extend",
            Self::End => "savings.end",
            Self::Cancel => "savings.cancel",
        }
    }
}

/// Decides on a change of a card.
///
/// # Errors
/// [`Refusal::NotActive`]; [`Refusal::HasPayments`] for a cancellation after a payment; [`Refusal::Invalid`] when a longer
/// plan is out of range.
pub fn change_decide(account: &SavingsAccount, change: SavingsChange, context: &Context) -> Result<Effects, Refusal> {
    if account.status != SavingsStatus::Active {
        return Err(Refusal::NotActive(account.status));
    }
    let mut after = account.clone();
    match change {
        SavingsChange::Extend { months } => {
            after.plan = account.plan.extended(months, &account.paid, account.paid_amount()?)?;
        }
        SavingsChange::End => after.complete(CompletionReason::EndedEarly),
        SavingsChange::Cancel => {
            if account.ever_paid {
                return Err(Refusal::HasPayments);
            }
            after.status = SavingsStatus::Cancelled;
        }
    }
    after.touch(context.now, context.actor);
    let about = (AuditEntity::SavingsAccount, account.id.uuid());
    let mut ids = context.ids();
    let audit = AuditRow::new(&mut ids, context, Some(account.business_id), change.verb(), about)
        .before(json!({ "end_date": account.plan.end(), "state": account.audit_state() }))
        .after(json!({ "end_date": after.plan.end(), "state": after.audit_state() }));
    let notifications = completion_notify(&mut ids, context, &after);
    Ok(Effects { account: Some(after), audit: vec![audit], notifications, ..Effects::default() })
}
