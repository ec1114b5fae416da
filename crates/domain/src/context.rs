//! Who gives a command, in which role, when and from where.

use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::ids::{IdFactory, UserId};
use crate::permission::Role;

/// The circumstances of one command. Decisions read the time from here and nowhere else.
#[derive(Clone, Debug)]
pub struct Context {
    /// Who gives the command.
    pub actor: UserId,
    /// The role in which he gives it.
    pub role: Role,
    /// The instant of the command.
    pub now: Timestamp,
    /// The business's day at that instant, in its time zone.
    pub today: Date,
    /// The client's address.
    pub address: Option<IpAddr>,
    /// The request's id, to join the audit trail with the log.
    pub request_id: Option<Arc<str>>,
    /// 128 random bits for the ids that the command makes.
    pub seed: u128,
    /// The place in a command of many items, so that the ids of later items are later ids.
    pub item: u32,
}

/// The circumstances of what the system does by itself, in one business: nobody gives the command.
#[derive(Clone, Debug)]
pub struct SystemContext {
    /// The instant.
    pub now: Timestamp,
    /// The business's day at that instant, in its time zone.
    pub today: Date,
    /// 128 random bits for the ids that are made.
    pub seed: u128,
    /// The place in a batch of many items.
    pub item: u32,
}

impl SystemContext {
    /// The factory of the ids. A repeated decision on the same context makes the same ids.
    #[must_use]
    pub fn ids(&self) -> IdFactory {
        IdFactory::for_item(self.now, self.seed, self.item)
    }

    /// The same circumstances for one item of many.
    #[must_use]
    pub fn for_item(&self, item: u32) -> Self {
        Self { item, ..self.clone() }
    }
}

impl Context {
    /// The factory of this command's ids. A repeated decision on the same context makes the same ids.
    #[must_use]
    pub fn ids(&self) -> IdFactory {
        IdFactory::for_item(self.now, self.seed, self.item)
    }

    /// The same circumstances for one item of a command of many.
    #[must_use]
    pub fn for_item(&self, item: u32) -> Self {
        Self { item, ..self.clone() }
    }
}
