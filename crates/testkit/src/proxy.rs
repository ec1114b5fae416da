//! A network between a program and a server that a test can break.

use std::future::pending;
use std::io;
use std::pin::pin;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

/// Pieces that may be on their way in one direction of a connection.
const PIECES_MAX: usize = 256;

/// The state of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// Everything passes.
    Up,
    /// Everything passes so much later, in each direction.
    Slow(Duration),
    /// Connections are closed, new ones as soon as they are made.
    Cut,
    /// Connections stay, and nothing passes.
    Frozen,
}

/// A proxy on loopback; gone with this.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    network: watch::Sender<Network>,
    /// Connections that are older than this many abandonments pass nothing.
    abandoned: watch::Sender<u64>,
}

impl Proxy {
    /// A proxy to the server of a URL.
    ///
    /// # Panics
    /// When there is no free port, or the URL names no host and port.
    pub async fn start(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("no free port");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let (network, state) = watch::channel(Network::Up);
        let (abandoned, abandonments) = watch::channel(0);
        tokio::spawn(accept(listener, server_of(url).to_owned(), state, abandonments));
        Self { port, network, abandoned }
    }

    /// The URL through this proxy.
    #[must_use]
    pub fn url_of(&self, url: &str) -> String {
        url.replace(server_of(url), &format!("127.0.0.1:{}", self.port))
    }

    /// Lets nothing pass any more on the connections there are, as when a router has forgotten them. New ones are not
    /// touched.
    pub fn abandon(&self) {
        self.abandoned.send_modify(|count| *count += 1);
    }

    /// Changes the network, for the connections there are and for new ones.
    pub fn set(&self, network: Network) {
        self.network.send_replace(network);
    }
}

/// Host and port.
fn server_of(url: &str) -> &str {
    let (_, rest) = url.split_once("://").expect("a URL has a scheme");
    let server = rest.split_once('/').map_or(rest, |(server, _)| server);
    server.rsplit_once('@').map_or(server, |(_, server)| server)
}

async fn accept(
    listener: TcpListener,
    server: String,
    mut state: watch::Receiver<Network>,
    abandonments: watch::Receiver<u64>,
) {
    loop {
        let (connections, abandonments) = (state.clone(), abandonments.clone());
        tokio::select! {
            () = until(&mut state, |_| false) => return,
            accepted = listener.accept() => {
                // A client that has gone already needs no connection.
                let Ok((client, _)) = accepted else { continue };
                tokio::spawn(connection(client, server.clone(), connections, abandonments));
            }
        }
    }
}

/// Ends when the network is as asked for, or the proxy is gone.
async fn until(state: &mut watch::Receiver<Network>, asked: impl Fn(Network) -> bool) {
    let _ = state.wait_for(|network| asked(*network)).await.is_ok();
}

async fn connection(
    client: TcpStream,
    server: String,
    mut state: watch::Receiver<Network>,
    mut abandonments: watch::Receiver<u64>,
) -> io::Result<()> {
    abandonments.mark_unchanged();
    if *state.borrow_and_update() == Network::Cut {
        return Ok(());
    }
    let server = TcpStream::connect(server).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    let (there, back) = (state.clone(), state.clone());
    // Pinned here, so that the sockets stay open when the connection is abandoned.
    let (mut there, mut back) =
        (pin!(direction(from_client, to_server, there)), pin!(direction(from_server, to_client, back)));
    tokio::select! {
        () = until(&mut state, |network| network == Network::Cut) => Ok(()),
        ended = &mut there => ended,
        ended = &mut back => ended,
        Ok(()) = abandonments.changed() => {
            // Both ends stay open, and hear nothing.
            until(&mut state, |network| network == Network::Cut).await;
            Ok(())
        }
    }
}

/// Passes on what comes, as the network allows.
async fn direction(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut state: watch::Receiver<Network>,
) -> io::Result<()> {
    let (pieces, mut on_their_way) = mpsc::channel::<(Instant, Vec<u8>)>(PIECES_MAX);
    let reading = async move {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let count = from.read(&mut buffer).await?;
            let piece = buffer.get(..count).unwrap_or_default().to_vec();
            if count == 0 || pieces.send((Instant::now(), piece)).await.is_err() {
                return io::Result::Ok(());
            }
        }
    };
    let writing = async move {
        while let Some((came, piece)) = on_their_way.recv().await {
            loop {
                let network = *state.borrow_and_update();
                match network {
                    Network::Up => break,
                    Network::Cut => pending().await,
                    Network::Frozen => state.changed().await.map_err(io::Error::other)?,
                    Network::Slow(delay) => tokio::select! {
                        () = sleep_until(came + delay) => break,
                        changed = state.changed() => changed.map_err(io::Error::other)?,
                    },
                }
            }
            to.write_all(&piece).await?;
        }
        io::Result::Ok(())
    };
    let (read, written) = tokio::join!(reading, writing);
    read.and(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_found_in_every_url() {
        for url in ["redis://127.0.0.1:6379", "redis://:secret@127.0.0.1:6379/1", "postgres://me@127.0.0.1:6379/db"] {
            assert_eq!(server_of(url), "127.0.0.1:6379");
        }
    }
}
