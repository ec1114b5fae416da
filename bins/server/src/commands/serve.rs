//! `ofektom serve`: the HTTP server, from the first check to the last answer.

use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer};
use anyhow::{Context as _, Result};
use ofektom_http::TraceLink;
use ofektom_persistence::Books;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::database;
use crate::books::books_start;
use crate::config::{Config, ServerConfig};
use crate::imports::imports_start;
use crate::maturity::maturity_start;
use crate::output;
use crate::sealing::{sealing_finish, sealing_start};
use crate::wiring::{Injected, System};

pub(super) async fn run(config: &Config, link: Option<Arc<dyn TraceLink>>) -> Result<ExitCode> {
    // First of all, so that a second server on the port changes nothing in the database.
    let listener = listen(&config.server)?;
    let address = listener.local_addr().context("the address that was taken")?;
    let db = database::open_migrated(config).await?;
    let system = System::start(config, db, Injected::default_of(config))?.linked(link);
    let server = http_server(&config.server, &system, listener)?;
    let importing = imports_start(system.app.clone());
    let maturing = maturity_start(system.app.clone(), config.jobs.maturity_every);
    let sealing = sealing_start(&system, config.jobs.seal_every);
    let books = books_start(Books::new(system.db.clone()), &system.books, config.jobs.books_every);
    let stopping = tokio::spawn(stop_on_signal(server.handle())?);
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

fn listen(config: &ServerConfig) -> Result<TcpListener> {
    TcpListener::bind((config.host.as_str(), config.port))
        .with_context(|| format!("cannot listen on {}:{} (HOST, PORT)", config.host, config.port))
}

/// Starts accepting on a listener. A client that is slow to send its request, or sends none, is let go.
///
/// # Errors
/// When the listener cannot be used.
pub fn http_server(config: &ServerConfig, system: &System, listener: TcpListener) -> Result<actix_web::dev::Server> {
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

/// The first signal lets requests under way finish; the second one does not wait for them.
fn stop_on_signal(handle: ServerHandle) -> Result<impl Future<Output = ()> + Send + 'static> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        let name = next_of(&mut interrupt, &mut terminate).await;
        tracing::info!(signal.name = name, "stopping: requests under way are finished");
        tokio::select! {
            () = handle.stop(true) => {}
            name = next_of(&mut interrupt, &mut terminate) => {
                tracing::warn!(signal.name = name, "stopping at once");
                handle.stop(false).await;
            }
        }
    })
}

async fn next_of(interrupt: &mut Signal, terminate: &mut Signal) -> &'static str {
    tokio::select! { _ = interrupt.recv() => "SIGINT", _ = terminate.recv() => "SIGTERM" }
}
