//! `ofektom serve`: the HTTP server, from the first check to the last answer.

use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::{App, HttpServer};
use anyhow::{Context as _, Result};
use ofektom_http::{Drain, TraceLink};
use ofektom_persistence::Books;

use super::database;
use crate::books::books_start;
use crate::config::{Config, ServerConfig};
use crate::imports::imports_start;
use crate::listening::listen;
use crate::maturity::maturity_start;
use crate::output;
use crate::sealing::{sealing_finish, sealing_start};
use crate::signals::Signals;
use crate::starting::Starting;
use crate::wiring::{Injected, System};

pub(super) async fn run(config: &Config, link: Option<Arc<dyn TraceLink>>) -> Result<ExitCode> {
    // First of all, so that a second server on the port changes nothing in the database.
    let listener = listen(&config.server).await?;
    let address = listener.local_addr().context("the address that was taken")?;
    let mut signals = Signals::watch()?;
    let starting = Starting::serve(&listener)?;
    let opened = tokio::select! {
        opened = database::open_waiting(config) => Some(opened),
        name = signals.first() => {
            tracing::info!(signal.name = name, "stopping before the start was complete");
            None
        }
    };
    let Some(opened) = opened else {
        starting.stop().await;
        return Ok(ExitCode::SUCCESS);
    };
    let system = System::start(config, opened?, Injected::default_of(config))?.linked(link);
    serve(config, system, (listener, address), starting, signals).await
}

async fn serve(
    config: &Config,
    system: System,
    (listener, address): (TcpListener, SocketAddr),
    starting: Starting,
    signals: Signals,
) -> Result<ExitCode> {
    let server = http_server(&config.server, &system, listener)?;
    starting.stop().await;
    let importing = imports_start(system.app.clone());
    let maturing = maturity_start(system.app.clone(), config.jobs.maturity_every);
    let sealing = sealing_start(&system, config.jobs.seal_every);
    let books = books_start(Books::new(system.db.clone()), &system.books, config.jobs.books_every);
    let stopping = drain_on_signal(signals, system.drain.clone(), config.server.drain, server.handle());
    let stopping = tokio::spawn(stopping);
    output::line(format_args!("ofektom is ready at http://{address}"));
    tracing::info!(server.address = %address, database.engine = system.db.engine().name(), "the server is ready");
    server.await.context("the server failed")?;
    stopping.abort();
    importing.abort();
    if let Some(maturing) = maturing {
        // Whatever step it is at is finished by the database, which is closed last.
        maturing.abort();
    }
    if let Some(books) = books {
        books.abort();
    }
    sealing_finish(&system, sealing).await;
    system.close().await;
    tracing::info!("the server has stopped");
    Ok(ExitCode::SUCCESS)
}

/// Starts accepting on a listener. A client that is slow to send its request, or sends none, is let go.
///
/// # Errors
/// When the listener cannot be used.
pub fn http_server(config: &ServerConfig, system: &System, listener: TcpListener) -> Result<Server> {
    let state = system.http_state();
    let server = HttpServer::new(move || {
        let state = state.clone();
        App::new().configure(move |services| ofektom_http::configure(services, state))
    });
    let server = server
        .workers(config.workers)
        .keep_alive(config.keep_alive)
        .client_request_timeout(config.client_request_timeout)
        .shutdown_timeout(config.shutdown_timeout.as_secs())
        .disable_signals()
        .listen(listener)
        .context("cannot listen")?;
    Ok(server.run())
}

/// At the first signal: tells so, serves on until balancers look elsewhere, then stops accepting and lets the requests under way
/// finish.
async fn drain_on_signal(mut signals: Signals, drain: Drain, grace: Duration, handle: ServerHandle) {
    let name = signals.first().await;
    drain.begin();
    tracing::info!(signal.name = name, drain.seconds = grace.as_secs(), "stopping: requests under way are finished");
    tokio::time::sleep(grace).await;
    handle.stop(true).await;
}
