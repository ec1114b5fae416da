//! Cards: preview, open, read, change.

mod change;
mod open;
mod read;
mod renew;

pub use open::{OpenInput, PreviewInput};
pub use read::{ScheduleBox, Statement};
