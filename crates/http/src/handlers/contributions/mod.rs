//! Contributions: record one, record a round of them, reverse, read.

mod body;
mod bulk;
mod bulk_body;
mod bulk_view;
mod post;
mod query;
mod read;
mod reverse;
mod view;

pub use body::{ContributionBody, ReversalBody};
pub use bulk::contributions_post_bulk;
pub use bulk_body::BulkBody;
pub use bulk_view::BulkView;
pub use post::contribution_post;
pub use query::ContributionQuery;
pub use read::{contribution_get, contributions_list};
pub use reverse::contribution_reverse;
pub use view::{ContributionDetailView, ContributionView};
