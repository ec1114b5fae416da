//! A network between the server and its database that a test can break.

use std::io;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// The state of the network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Network {
    /// Everything passes.
    Up,
    /// Connections are closed, new ones as soon as they are made.
    Cut,
    /// Connections stay, and nothing passes.
    Frozen,
}

/// A proxy on loopback; gone with this.
pub struct Proxy {
    port: u16,
    network: watch::Sender<Network>,
}

impl Proxy {
    /// A proxy to the server of a database URL.
    pub async fn start(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (network, state) = watch::channel(Network::Up);
        tokio::spawn(accept(listener, server_of(url).to_owned(), state));
        Self { port, network }
    }

    /// The database URL through this proxy.
    pub fn url_of(&self, url: &str) -> String {
        url.replace(server_of(url), &format!("127.0.0.1:{}", self.port))
    }

    pub fn set(&self, network: Network) {
        self.network.send_replace(network);
    }
}

/// Host and port.
fn server_of(url: &str) -> &str {
    let (_, rest) = url.split_once('@').unwrap();
    rest.split_once('/').unwrap().0
}

async fn accept(listener: TcpListener, server: String, state: watch::Receiver<Network>) {
    loop {
        let mut closed = state.clone();
        tokio::select! {
            // The proxy is gone.
            _ = closed.wait_for(|_| false) => return,
            accepted = listener.accept() => {
                let (client, _) = accepted.unwrap();
                tokio::spawn(connection(client, server.clone(), state.clone()));
            }
        }
    }
}

async fn connection(mut client: TcpStream, server: String, mut state: watch::Receiver<Network>) -> io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    loop {
        let now = *state.borrow_and_update();
        match now {
            Network::Cut => return Ok(()),
            Network::Frozen => state.changed().await.map_err(io::Error::other)?,
            Network::Up => tokio::select! {
                ended = tokio::io::copy_bidirectional(&mut client, &mut server) => return ended.map(drop),
                // What was read and not yet written is lost; a connection that was frozen is of no more use.
                changed = state.changed() => changed.map_err(io::Error::other)?,
            },
        }
    }
}
