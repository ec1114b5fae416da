//! The whole server for tests: in this process, or as the program that is shipped.

mod api;
mod cache_mode;
mod clock;
mod fixtures;
mod in_process;
mod messages;
mod program;
mod reply;

pub use api::Api;
pub use clock::TestClock;
pub use fixtures::{Business, Person};
pub use in_process::TestApp;
pub use program::TestServer;
pub use reply::Reply;

/// The secret key of servers under test.
const SECRET_KEY: &str = "a secret key for tests, long enough";
