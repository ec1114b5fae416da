//! The audit trail: reading it, sealing it, verifying it.

mod read;
mod seal;

pub use seal::SealReport;
