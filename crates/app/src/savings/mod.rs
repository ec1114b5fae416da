//! Cards: preview, open, read, change, mature.

mod change;
mod mature;
mod open;
mod read;
mod renew;
mod update;

pub use mature::MaturityReport;
pub use open::{OpenInput, PreviewInput};
pub use read::{ScheduleBox, Statement};
