//! The address on which the server is reached.

use std::io;
use std::net::{SocketAddr, TcpListener};

use anyhow::{Context as _, Result, anyhow};
use tokio::net::{TcpSocket, lookup_host};

use crate::config::ServerConfig;

/// Connections that may wait to be taken; the kernel allows 4,096 unless `net.core.somaxconn` says otherwise. Of a burst of more
/// than that the rest gets no answer and tries again after a second, and the 128 of the standard library are few beside a balancer
/// that starts.
const BACKLOG: u32 = 2_048;

/// Takes the port. Of several addresses that a name has, the first that can be had.
///
/// # Errors
/// When none can be had.
pub(crate) async fn listen(config: &ServerConfig) -> Result<TcpListener> {
    let refused = || format!("cannot listen on {}:{} (HOST, PORT)", config.host, config.port);
    let mut failed = None;
    for address in lookup_host((config.host.as_str(), config.port)).await.with_context(refused)? {
        match listen_on(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => failed = Some(error),
        }
    }
    Err(failed.map_or_else(|| anyhow!("the name has no address"), anyhow::Error::from)).with_context(refused)
}

fn listen_on(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // As the standard library does: a server that starts again need not wait for connections of the one before it to be forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}
