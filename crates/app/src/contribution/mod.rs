//! Contributions: post, bulk, reverse, read.

mod bulk;
mod post;
mod read;
mod reverse;

pub use bulk::{BulkInput, BulkItemInput, BulkPermitted};
pub use post::ContributionInput;
pub use read::ContributionView;
