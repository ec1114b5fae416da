//! Telling people.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{Notification, NotificationFacts};
use crate::context::Context;
use crate::ids::{BusinessId, IdFactory, UserId};
use crate::savings::SavingsAccount;

/// One notification for each recipient. Nobody is told twice, nor of what he does himself.
pub fn notify(
    ids: &mut IdFactory,
    context: &Context,
    recipients: impl IntoIterator<Item = UserId>,
    (business_id, subject_id): (Option<BusinessId>, Uuid),
    facts: &NotificationFacts,
) -> Vec<Notification> {
    let recipients: BTreeSet<UserId> = recipients.into_iter().filter(|user| *user != context.actor).collect();
    let notification = |user_id| Notification {
        id: ids.make(),
        user_id,
        business_id,
        subject_id,
        facts: facts.clone(),
        created_at: context.now,
        read_at: None,
    };
    recipients.into_iter().map(notification).collect()
}

/// Tells the customer that his card has completed; nobody when it has not.
pub fn completion_notify(ids: &mut IdFactory, context: &Context, card: &SavingsAccount) -> Vec<Notification> {
    let Some(reason) = card.completion else { return Vec::new() };
    let facts =
        NotificationFacts::SavingsCompleted { tracking_number: card.tracking_number, reason, balance: card.balance };
    notify(ids, context, [card.customer_id], (Some(card.business_id), card.id.uuid()), &facts)
}
