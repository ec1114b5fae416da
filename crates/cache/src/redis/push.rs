//! Hears what other instances invalidate, and knows whether it hears.

use std::sync::Arc;
use std::time::{Duration, Instant};

use fred::interfaces::{ClientLike, EventInterface, PubsubInterface};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::commands::BACKGROUND_LIMIT;
use super::link::{Link, connect_anew};
use super::message::{self, Message};
use super::names;
use crate::caches::Shared;

/// Between two heartbeats.
const HEARTBEAT: Duration = Duration::from_millis(300);

/// Between two looks whether the channel must be subscribed to.
const LOOK: Duration = Duration::from_millis(500);

/// After so many looks in a row at a channel that is subscribed to and silent, its connection is made anew: it sends
/// nothing by itself, so nobody else would notice that it is dead.
const SILENT_LOOKS: u32 = 10;

/// Says on the channel that this instance is there, which it hears itself if the channel works.
pub(super) async fn beat(link: Arc<Link>, shared: Arc<Shared>) {
    let mut closing = link.closing();
    let mut ticks = interval(HEARTBEAT);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = closing.came() => return,
            _ = ticks.tick() => {}
        }
        if link.is_connected() {
            let sent_ms = shared.freshness.now_ms();
            // A failure is counted, and makes the channel unhealthy by not being heard.
            let _ = link.publish(&message::heartbeat(&link.instance, sent_ms)).await;
        } else {
            link.breaker.disconnected();
        }
    }
}

/// Hears the channel until the link closes.
pub(super) async fn hear(link: Arc<Link>, shared: Arc<Shared>) {
    let mut closing = link.closing();
    let (mut connects, mut errors) = (link.subscriber.reconnect_rx(), link.subscriber.error_rx());
    let mut messages = link.subscriber.message_rx();
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut subscribed, mut silent_looks) = (false, 0);
    loop {
        tokio::select! {
            biased;
            () = closing.came() => return,
            Ok(_) = connects.recv() => {
                // A new connection: whatever was said meanwhile is lost.
                shared.freshness.push_lost();
                subscribed = subscribe(&link, &shared).await;
            }
            Ok(_) = errors.recv() => {
                shared.freshness.push_lost();
                subscribed = false;
            }
            _ = looks.tick() => {
                if !subscribed {
                    subscribed = subscribe(&link, &shared).await;
                }
                let silent = subscribed && !shared.freshness.push_healthy(Instant::now());
                silent_looks = if silent { silent_looks + 1 } else { 0 };
                if silent_looks >= SILENT_LOOKS {
                    silent_looks = 0;
                    connect_anew(&link.subscriber);
                }
            }
            message = messages.recv(), if subscribed => match message {
                Ok(message) => heard(&link, &shared, message.value.as_str().as_deref()),
                Err(RecvError::Lagged(_)) => shared.generations.advance_all(),
                Err(RecvError::Closed) => return,
            },
        }
    }
}

/// Subscribes, after which nothing that this process kept before is current.
async fn subscribe(link: &Link, shared: &Shared) -> bool {
    if !link.subscriber.is_connected() {
        return false;
    }
    link.counters.background_commands.add_one();
    let subscribed = matches!(timeout(BACKGROUND_LIMIT, link.subscriber.subscribe(names::CHANNEL)).await, Ok(Ok(())));
    if subscribed {
        shared.generations.advance_all();
        link.counters.push_sessions.add_one();
    }
    subscribed
}

fn heard(link: &Link, shared: &Shared, text: Option<&str>) {
    match text.and_then(Message::read) {
        Some(Message::Heartbeat { from, sent_ms }) if from == link.instance => shared.push_heard(sent_ms),
        Some(Message::Invalidate { from, slots }) if from != link.instance => {
            link.counters.pushes_heard.add_one();
            for slot in slots {
                shared.generations.advance(slot);
            }
        }
        Some(Message::InvalidateAll { from }) if from != link.instance => {
            link.counters.pushes_heard.add_one();
            shared.generations.advance_all();
        }
        Some(_) | None => {}
    }
}
