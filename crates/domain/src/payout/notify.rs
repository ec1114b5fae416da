//! Who is told of a payment request, and what.

use super::{DisburseMethod, PaymentRequest, PayoutStatus};
use crate::context::Context;
use crate::ids::{IdFactory, UserId};
use crate::notification::{Notification, NotificationFacts, notify};
use crate::savings::SavingsAccount;

/// Tells of the status that a request has now: its customer, whoever filed it for him, whose cash it was paid from, and the
/// deciders while it is or was theirs to decide.
pub(super) fn payout_notify(
    ids: &mut IdFactory,
    context: &Context,
    (request, card): (&PaymentRequest, &SavingsAccount),
    deciders: &[UserId],
) -> Vec<Notification> {
    let told: &[UserId] = match request.status {
        PayoutStatus::Pending | PayoutStatus::Cancelled => deciders,
        PayoutStatus::Approved
        | PayoutStatus::Failed
        | PayoutStatus::Paid
        | PayoutStatus::Rejected
        | PayoutStatus::FailedFinal => &[],
    };
    let concerned = [request.customer_id, request.filed_by].into_iter().chain(request.paid_by);
    let recipients = concerned.chain(told.iter().copied());
    let about = (Some(request.business_id), request.id.uuid());
    notify(ids, context, recipients, about, &facts_of(request, card))
}

fn facts_of(request: &PaymentRequest, card: &SavingsAccount) -> NotificationFacts {
    let (tracking_number, amount) = (card.tracking_number, request.amount);
    match request.status {
        PayoutStatus::Pending => NotificationFacts::PayoutFiled { tracking_number, amount },
        PayoutStatus::Approved => NotificationFacts::PayoutApproved { tracking_number, amount },
        PayoutStatus::Rejected => NotificationFacts::PayoutRejected { tracking_number, amount },
        PayoutStatus::Cancelled => NotificationFacts::PayoutCancelled { tracking_number, amount },
        PayoutStatus::Failed => NotificationFacts::PayoutFailed { tracking_number, amount, is_final: false },
        PayoutStatus::FailedFinal => NotificationFacts::PayoutFailed { tracking_number, amount, is_final: true },
        PayoutStatus::Paid => {
            let method = request.method.unwrap_or(DisburseMethod::BankTransfer);
            NotificationFacts::PayoutPaid { tracking_number, amount, method }
        }
    }
}
