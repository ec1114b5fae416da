//! The level in Redis, and the pushes through it.

mod background;
mod breaker;
mod commands;
mod delivery;
mod frame;
mod link;
mod message;
mod names;
mod outbox;
mod push;
mod quotas;
mod stores;
mod token;

pub(crate) use commands::Answer;
pub(crate) use frame::{Framed, decode, encode};
pub(crate) use link::Link;
pub(crate) use names::{quota as quota_name, value as value_name};
pub(crate) use quotas::Spend;
pub(crate) use stores::Store;
pub(crate) use token::Token;
