//! The load harness: real server processes on loopback, held against bare actix-web, bare Argon2id, pgbench and SQLite with
//! one commit a contribution, in turns within one run. `cargo xtask bench` builds everything and starts it.

mod argon;
mod bare;
mod client;
mod counters;
mod document;
mod drive;
mod figures;
mod ground;
mod machine;
mod measured;
mod one_by_one;
mod pgbench;
mod plot;
mod postgres;
mod redis;
mod report;
mod request;
mod rows;
mod server;
mod shape;
mod stage;
mod writing;
mod wrk;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Parser;
use mimalloc::MiMalloc;

use ground::{Bench, Engine};
use machine::Circumstances;
use postgres::Cluster;
use report::Report;

// The server's allocator, so that the bare server has it too.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Measures the rows of docs/PERFORMANCE.md.
#[derive(Parser)]
struct Arguments {
    /// Rows to measure, such as P4 P5; all when none is named
    rows: Vec<String>,
    /// Only on this engine
    #[arg(long)]
    engine: Option<Engine>,
    /// Short runs, to see that everything works; their figures say little
    #[arg(long)]
    quick: bool,
    /// The server's program, built for release
    #[arg(long, default_value = "target/release/ofektom")]
    program: PathBuf,
    /// An administrator's URL of a durable PostgreSQL
    #[arg(long)]
    postgres_url: Option<String>,
    /// The program pgbench
    #[arg(long, default_value = "pgbench")]
    pgbench: PathBuf,
    /// The program redis-server, for P3 with the level in Redis; left out where it is missing
    #[arg(long, default_value = "/usr/bin/redis-server")]
    redis_server: PathBuf,
    /// Where the data is kept from run to run
    #[arg(long, default_value = "docs/performance/data.json")]
    data: PathBuf,
    /// The document whose table is made from the data; plots go into the folder of the data
    #[arg(long, default_value = "docs/PERFORMANCE.md")]
    document: PathBuf,
    /// Only serve constant JSON of so many bytes, to be held against
    #[arg(long, hide = true)]
    bare: Option<usize>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.bare {
        Some(bytes) => bare::serve(bytes),
        None => run(arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::step(format_args!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    let all = || rows::NAMES.iter().map(ToString::to_string).collect();
    let names: Vec<String> = if arguments.rows.is_empty() { all() } else { arguments.rows };
    let command = format!("cargo xtask bench {}{}", names.join(" "), if arguments.quick { " --quick" } else { "" });
    // One thread: the client takes as little as it can from the server's cores.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no runtime")?;
    let engines = arguments.engine.map_or_else(|| vec![Engine::Sqlite, Engine::Postgres], |engine| vec![engine]);
    runtime.block_on(async {
        let cluster = match &arguments.postgres_url {
            Some(url) => Some(Cluster::open(url).await?),
            None => None,
        };
        let mut bench = Bench {
            program: arguments.program.canonicalize().context("the server's program is not built")?,
            cluster,
            pgbench: arguments.pgbench,
            redis_server: Some(arguments.redis_server).filter(|program| program.is_file()),
            engines,
            quick: arguments.quick,
            circumstances: Circumstances::now(command),
            report: Report::read(&arguments.data)?,
        };
        let measured = rows::measure(&mut bench, &names).await;
        // What was measured before something failed is kept.
        bench.report.write(&arguments.data)?;
        document::write(&bench.report, &arguments.document)?;
        plot::write(&bench.report, arguments.data.parent().context("the data has no folder")?)?;
        measured
    })
}
