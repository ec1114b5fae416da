//! Cards: preview, open, read, change, mature.

mod change;
mod mature;
mod open;
mod read;
mod renew;
mod update;

pub(crate) use mature::MaturityRuns;
pub use mature::{MaturityReport, MaturityStatus};
pub use open::{OpenInput, PreviewInput};
pub use read::{ScheduleBox, Statement};
