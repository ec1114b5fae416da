//! The caches as their users see them.

mod contract;
mod garbage;
mod instance;
mod keys;
mod local_level;
mod never_older;
mod outages;
mod pushes;
