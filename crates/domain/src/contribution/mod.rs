//! Contributions: one act of collecting, allocated to boxes; and their reversal.

mod allocation;
mod post;
mod record;
mod reversal;

pub use post::{ContributionItem, PostRules, post_decide};
pub use record::{
    Contribution, ContributionKind, ContributionMethod, ContributionReceipt, ContributionStatus, Marking,
};
pub use reversal::{ReversalRequest, reversal_decide};
