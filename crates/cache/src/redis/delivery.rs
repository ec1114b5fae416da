//! Brings invalidations to Redis and to the other instances.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::link::Link;
use super::message;
use super::names;
use super::outbox::Batch;
use super::token::Token;

/// Between two attempts while Redis is lost.
const RETRY: Duration = Duration::from_millis(100);

/// A batch, ready to be sent.
pub(super) struct Delivery {
    pub tokens: Vec<(String, Token)>,
    /// After the tokens: who hears of a change must not find the old token.
    pub messages: Vec<String>,
}

impl Delivery {
    fn of(batch: &Batch, instance: &str) -> Result<Self, getrandom::Error> {
        let all = batch.all.map(|_| names::TAG_ALL.to_owned());
        let names = all.into_iter().chain(batch.tags.keys().map(names::tag));
        Ok(Self {
            tokens: names.map(|name| Token::random().map(|token| (name, token))).collect::<Result<_, _>>()?,
            messages: message::invalidate(instance, batch).into_iter().collect(),
        })
    }
}

/// Sends what comes, in the order in which it came and until it arrived, until the link closes. It also goes on while the
/// breaker is open: a slow Redis serves no reads, but the others must hear of changes.
pub(super) async fn run(link: Arc<Link>) {
    let mut closing = link.closing();
    loop {
        tokio::select! {
            () = closing.came() => return,
            () = link.outbox.came() => {}
        }
        while !send(&link).await {
            tokio::select! {
                () = closing.came() => return,
                () = sleep(RETRY) => {}
            }
        }
    }
}

/// Sends what waits; false when it still does.
async fn send(link: &Link) -> bool {
    if !link.is_connected() {
        return false;
    }
    let batch = link.outbox.take();
    if batch.is_empty() {
        return true;
    }
    let sent = match Delivery::of(&batch, &link.instance) {
        Ok(delivery) => link.deliver(&delivery).await.is_ok(),
        Err(_) => false,
    };
    if sent {
        link.outbox.settled(&batch);
    } else {
        link.outbox.failed(&batch);
    }
    sent
}
