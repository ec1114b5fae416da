//! Where a request came from.

use std::net::IpAddr;
use std::sync::Arc;

/// Where a request came from; also of one that nobody signed in for.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The client's address.
    pub address: Option<IpAddr>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// The request's id.
    pub request_id: Option<Arc<str>>,
}
