//! Answers on the server's address while the server starts.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer};
use anyhow::{Context as _, Result};
use ofektom_http::configure_starting;

/// How long a client may take with a request that is refused anyway.
const REQUEST_MAX: Duration = Duration::from_secs(5);

/// How long the last connections that were taken get before the end: far longer than a refusal takes.
const LAST_CONNECTIONS: Duration = Duration::from_millis(50);

/// Refuses requests as long as the server starts: 503, but for `/livez`.
#[derive(Debug)]
pub(crate) struct Starting(ServerHandle);

impl Starting {
    /// Begins to answer on a listener, which stays usable for the server itself.
    ///
    /// # Errors
    /// When the listener cannot be used.
    pub(crate) fn serve(listener: &TcpListener) -> Result<Self> {
        let listener = listener.try_clone().context("cannot share the port")?;
        let server = HttpServer::new(|| App::new().configure(configure_starting))
            .workers(1)
            .client_request_timeout(REQUEST_MAX)
            .shutdown_timeout(1)
            .disable_signals()
            .listen(listener)
            .context("cannot listen")?
            .run();
        let handle = server.handle();
        tokio::spawn(server);
        Ok(Self(handle))
    }

    /// Stops, when the server itself answers. Requests that are under way get their answer; so do connections that were taken and not
    /// looked at yet, which stopping alone would drop.
    pub(crate) async fn stop(self) {
        self.0.pause().await;
        tokio::time::sleep(LAST_CONNECTIONS).await;
        self.0.stop(true).await;
    }
}
