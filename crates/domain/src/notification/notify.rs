//! Telling people.

use std::collections::BTreeSet;

use jiff::Timestamp;
use uuid::Uuid;

use super::{Notification, NotificationFacts};
use crate::context::{Context, SystemContext};
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

/// Tells a person of what was done in his name, whoever did it: it concerns him alone.
pub fn warn(
    ids: &mut IdFactory,
    now: Timestamp,
    user_id: UserId,
    subject_id: Uuid,
    facts: NotificationFacts,
) -> Notification {
    Notification { id: ids.make(), user_id, business_id: None, subject_id, facts, created_at: now, read_at: None }
}

/// Tells the customer that his card has completed; nobody when it has not.
pub fn completion_notify(ids: &mut IdFactory, context: &Context, card: &SavingsAccount) -> Vec<Notification> {
    let Some(facts) = completion_facts(card) else { return Vec::new() };
    notify(ids, context, [card.customer_id], (Some(card.business_id), card.id.uuid()), &facts)
}

/// The same when nobody completed it: it matured.
pub fn maturity_notify(ids: &mut IdFactory, context: &SystemContext, card: &SavingsAccount) -> Vec<Notification> {
    let told = completion_facts(card).map(|facts| Notification {
        business_id: Some(card.business_id),
        ..warn(ids, context.now, card.customer_id, card.id.uuid(), facts)
    });
    told.into_iter().collect()
}

fn completion_facts(card: &SavingsAccount) -> Option<NotificationFacts> {
    let (tracking_number, balance) = (card.tracking_number, card.balance);
    card.completion.map(|reason| NotificationFacts::SavingsCompleted { tracking_number, reason, balance })
}
