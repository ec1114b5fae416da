//! The caches as their users see them.

mod keys;
mod local_level;
