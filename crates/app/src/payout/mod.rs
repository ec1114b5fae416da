//! Payment requests: file, decide, read.

mod decide;
mod file;
mod read;

pub use file::PayoutInput;
