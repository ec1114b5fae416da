//! Extractors: what handlers take from a request. Each refuses with a problem document.

mod body;
mod idempotent;
mod json;
mod path;
mod query;
mod signed_in;

pub use body::RequestBody;
pub use idempotent::{Idempotent, IdempotentFile};
pub use json::{ApiJson, body_of};
pub use path::ApiPath;
pub use query::ApiQuery;
pub use signed_in::{OriginOf, SignedIn, authenticate};
