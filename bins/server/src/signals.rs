//! The signals that end the server.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// What a shell makes of a program that a signal ended: this and the number of the signal.
const EXIT_BY_SIGNAL: i32 = 128;

/// SIGINT and SIGTERM. The first one is a request to stop, which the server follows in its own time; the second one ends the process
/// at once. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Signals(watch::Receiver<Option<&'static str>>);

impl Signals {
    /// Watches from now on, on the runtime that lives as long as the process.
    ///
    /// # Errors
    /// When the system does not let it.
    pub(crate) fn watch() -> io::Result<Self> {
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let (tell, told) = watch::channel(None);
        tokio::spawn(async move {
            let (name, _) = next_of(&mut interrupt, &mut terminate).await;
            tell.send_replace(Some(name));
            let (name, number) = next_of(&mut interrupt, &mut terminate).await;
            tracing::warn!(signal.name = name, "ending at once");
            // Like a crash: what was answered is in the database, what was not is asked again by its idempotency key.
            std::process::exit(EXIT_BY_SIGNAL + number);
        });
        Ok(Self(told))
    }

    /// The name of the first signal, as soon as it came.
    pub(crate) async fn first(&mut self) -> &'static str {
        let name = self.0.wait_for(Option::is_some).await.ok().and_then(|name| *name);
        match name {
            Some(name) => name,
            // Nobody watches any more: the runtime is ending.
            None => std::future::pending().await,
        }
    }
}

async fn next_of(interrupt: &mut Signal, terminate: &mut Signal) -> (&'static str, i32) {
    tokio::select! {
        _ = interrupt.recv() => ("SIGINT", SignalKind::interrupt().as_raw_value()),
        _ = terminate.recv() => ("SIGTERM", SignalKind::terminate().as_raw_value()),
    }
}
