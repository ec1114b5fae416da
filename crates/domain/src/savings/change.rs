//! Decisions about a card that exists: change its terms, extend, end, cancel.

use serde_json::json;

use super::edit::{SavingsEdit, edited, terms_state};
use super::{CompletionReason, SavingsAccount, SavingsStatus};
use crate::audit::{AuditEntity, AuditRow};
use crate::context::Context;
use crate::effects::Effects;
use crate::notification::completion_notify;
use crate::refusal::Refusal;

/// A change of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SavingsChange {
    /// Change what was agreed.
    Edit(SavingsEdit),
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
            Self::Edit(_) => "savings.update",
            Self::Extend { .. } => "savings.extend",
            Self::End => "savings.end",
            Self::Cancel => "savings.cancel",
        }
    }
}

/// Decides on a change of a card.
///
/// # Errors
/// [`Refusal::NotActive`]; [`Refusal::HasPayments`] for a cancellation after a payment; [`Refusal::CommissionRaised`] for a
/// commission that would rise after a payment; [`Refusal::Invalid`] when the plan would be out of range.
pub fn change_decide(account: &SavingsAccount, change: SavingsChange, context: &Context) -> Result<Effects, Refusal> {
    if account.status != SavingsStatus::Active {
        return Err(Refusal::NotActive(account.status));
    }
    let mut after = account.clone();
    match change {
        SavingsChange::Edit(edit) => after = edited(account, &edit, context.today)?,
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
    let state = |card: &SavingsAccount| match change {
        SavingsChange::Edit(_) => Ok(json!({ "terms": terms_state(card)?, "state": card.audit_state() })),
        _ => Ok::<_, Refusal>(json!({ "end_date": card.plan.end(), "state": card.audit_state() })),
    };
    let mut ids = context.ids();
    let audit = AuditRow::new(&mut ids, context, Some(account.business_id), change.verb(), about)
        .before(state(account)?)
        .after(state(&after)?);
    let notifications = completion_notify(&mut ids, context, &after);
    Ok(Effects { account: Some(after), audit: vec![audit], notifications, ..Effects::default() })
}
