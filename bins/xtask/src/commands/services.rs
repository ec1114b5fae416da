//! `cargo xtask services`: the services alone, for work on one crate.

use std::process::ExitCode;

use anyhow::Result;

use crate::process::Interrupt;
use crate::report;
use crate::services::Services;

/// Starts the services, prints `export` lines and waits for Ctrl-C.
pub fn run() -> Result<ExitCode> {
    let interrupt = Interrupt::watch()?;
    let services = Services::start()?;
    for (name, value) in services.exports() {
        report::line(format_args!("export {name}='{value}'"));
    }
    report::step("ready; give these lines to another terminal, Ctrl-C here stops the services");
    interrupt.wait();
    report::step("stopping");
    Ok(ExitCode::SUCCESS)
}
