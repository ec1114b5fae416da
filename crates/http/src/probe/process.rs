//! What the system says of the process.

use std::time::Duration;

/// The program and its process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProcessStatus {
    /// The version of the program.
    pub version: &'static str,
    /// The commit that it was built from, or `unknown`.
    pub commit: &'static str,
    /// The engine of its database.
    pub engine: &'static str,
    /// Lines of the log that were dropped since the start.
    pub log_lines_dropped_total: u64,
    /// `None` where the system does not say, which is everywhere but on Linux.
    pub system: Option<SystemFacts>,
}

/// What Linux says of the process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SystemFacts {
    /// Processor time since the start.
    pub processor_time: Duration,
    /// Memory in the machine's.
    pub resident_bytes: u64,
    /// Address space.
    pub virtual_bytes: u64,
    /// Open files and connections.
    pub open_files: u64,
    /// How many may be open; `None` for no limit.
    pub open_files_max: Option<u64>,
    /// Threads.
    pub threads: u64,
    /// When it started, since 1970.
    pub started: Duration,
}
