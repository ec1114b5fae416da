//! Payment requests: file, decide, read.

mod decide;
mod decision_body;
mod destination;
mod file;
mod query;
mod read;
mod table;
mod view;

pub use decide::{payout_approve, payout_cancel, payout_disburse, payout_fail, payout_reject};
pub use decision_body::{DisburseBody, FailBody, RejectBody};
pub use destination::{DestinationBody, DestinationView};
pub use file::{PaymentRequestBody, payout_file};
pub use query::PaymentRequestQuery;
pub use read::{payout_get, payouts_list};
pub use view::PaymentRequestView;
