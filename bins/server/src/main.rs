//! The program `ofektom`.

use std::process::ExitCode;

use clap::Parser as _;
use mimalloc::MiMalloc;
use ofektom_server::cli::Cli;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    ofektom_server::run(Cli::parse())
}
