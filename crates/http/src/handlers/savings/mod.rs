//! Cards: preview, open, read, change.

mod change;
mod list;
mod open;
mod plan;
mod preview;
mod read;
mod renew;
mod schedule;
mod statement;
mod statement_csv;
mod statement_pdf;
mod update;
mod view;

pub use change::{ExtendBody, savings_cancel, savings_end, savings_extend};
pub use list::{SavingsQuery, savings_list};
pub use open::{SavingsBody, savings_open};
pub use plan::PlanFields;
pub use preview::{PreviewBody, PreviewView, savings_preview};
pub use read::{savings_by_tracking, savings_get};
pub use renew::{RenewBody, savings_renew};
pub use schedule::{ScheduleView, savings_schedule};
pub use statement::{StatementQuery, StatementView, savings_statement};
pub use update::{SavingsPatch, savings_update};
pub use view::SavingsView;
