//! One file per command; each gives the exit code of xtask.

pub mod bench;
pub mod services;
pub mod test;
pub mod tidy;
