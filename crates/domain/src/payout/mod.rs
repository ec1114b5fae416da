//! Payment requests: from the card to a hold, from the hold to the customer.

mod decide;
mod file;
mod notify;
mod request;

pub use decide::{PayoutDecision, PayoutFacts, payout_decide};
pub use file::{DestinationChoice, FilePayout, file_decide};
pub use request::{Destination, DisburseMethod, PaymentRequest, PayoutStatus};
