//! `ofektom check-config`: what is in effect, and where it comes from.

use std::process::ExitCode;

use crate::config::Config;
use crate::output;

pub(super) fn run(config: &Config) -> ExitCode {
    for setting in &config.effective {
        let names = format!("{} ({})", setting.path, setting.variable);
        output::line(format_args!("{names:<92} {:<11} {}", setting.origin, setting.value));
    }
    ExitCode::SUCCESS
}
