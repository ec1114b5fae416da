//! The process and the program, by the names that Prometheus's own libraries give them.

use super::page::{About, Page, Written, level};
use crate::probe::ProcessStatus;

const BUILD: About = About("ofektom_build_info", "Always 1; what runs is in the labels.");
const LINES: About = About(
    "ofektom_log_lines_dropped",
    "Lines of the log that were dropped because they came faster than they could be written.",
);
const CPU: About = About("process_cpu_seconds", "Processor time, of the program and of the system on its behalf.");
const RESIDENT: About = About("process_resident_memory_bytes", "Memory that the process has in the machine's.");
const VIRTUAL: About = About("process_virtual_memory_bytes", "Address space of the process.");
const FILES: About = About("process_open_fds", "Open files and connections.");
const FILES_MAX: About = About("process_max_fds", "How many may be open.");
const THREADS: About = About("process_threads", "Threads.");
const START: About = About("process_start_time_seconds", "When the process started, in seconds since 1970.");

pub(super) fn write(page: &mut Page<'_, '_>, process: &ProcessStatus) -> Written {
    let build = [("version", process.version), ("commit", process.commit), ("engine", process.engine)];
    page.gauges(BUILD, [(build, 1)])?;
    page.counter(LINES, process.log_lines_dropped_total)?;
    let Some(system) = &process.system else { return Ok(()) };
    page.counter_of_time(CPU, system.processor_time)?;
    page.gauge(RESIDENT, level(system.resident_bytes))?;
    page.gauge(VIRTUAL, level(system.virtual_bytes))?;
    page.gauge(FILES, level(system.open_files))?;
    if let Some(max) = system.open_files_max {
        page.gauge(FILES_MAX, level(max))?;
    }
    page.gauge(THREADS, level(system.threads))?;
    page.gauge_of_time(START, system.started)
}
