//! The audit trail of a business.

mod list;
mod query;
mod state;
mod view;

pub use list::audit_list;
pub use query::AuditQuery;
pub use view::AuditEntryView;
