//! `ofektom openapi`.

use std::process::ExitCode;

use crate::output;

pub(super) fn run() -> ExitCode {
    output::line(ofektom_http::openapi_json());
    ExitCode::SUCCESS
}
