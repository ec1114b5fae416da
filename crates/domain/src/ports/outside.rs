//! Time, randomness and messages: what a program is given from outside.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::people::BankDetailsChange;
use crate::permission::Role;
use crate::phone::PhoneNumber;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The instant.
    fn now(&self) -> Timestamp;
}

/// Gives random bits fit for secrets.
pub trait Randomness: Send + Sync {
    /// 16 random bytes as a number.
    fn seed(&self) -> u128;
    /// 32 random bytes, enough for a token.
    fn token(&self) -> [u8; 32];
}

/// A message to a person. Its text may hold a secret, so it never reaches a log.
#[derive(Clone, PartialEq, Eq)]
pub enum Message {
    /// Tells a person that someone registered him, with the token by which he sets his own secret.
    Activation {
        /// Where to.
        phone: PhoneNumber,
        /// The business that registered him.
        business_name: String,
        /// The single-use token.
        token: String,
    },
    /// Gives a person who forgot his secret the code by which he sets a new one.
    SecretCode {
        /// Where to.
        phone: PhoneNumber,
        /// The single-use code.
        code: String,
        /// How long it may be used, in minutes.
        minutes: u32,
    },
    /// Invites a person to a business, with the token by which he accepts or rejects.
    Invitation {
        /// Where to.
        phone: PhoneNumber,
        /// The business that invites him.
        business_name: String,
        /// As what.
        role: Role,
        /// The single-use token.
        token: String,
    },
    /// Tells a person that it changed where his payouts go: somebody else may have done it.
    BankDetailsChanged {
        /// Where to.
        phone: PhoneNumber,
        /// How.
        change: BankDetailsChange,
    },
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Message(…)")
    }
}

/// A message could not be handed over.
#[derive(Debug, thiserror::Error)]
#[error("the message could not be handed over")]
pub struct MessengerError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Delivers messages to people.
#[async_trait]
pub trait Messenger: Send + Sync {
    /// Hands a message over for delivery.
    ///
    /// # Errors
    /// [`MessengerError`] when it could not be handed over; the caller decides whether that matters.
    async fn message_send(&self, message: Message) -> Result<(), MessengerError>;
}
