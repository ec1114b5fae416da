//! More connections at once than the server takes at that moment.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use ofektom_testkit::{Engine, TestDb, TestServer, run_on};

use crate::crowd::PATIENCE;

/// A balancer that starts, or a thousand phones after the network was gone. As many as the system lets wait, if that is fewer.
const CONNECTIONS: usize = 300;

#[test]
fn a_burst_of_connections_waits_to_be_taken() {
    run_on(Engine::Sqlite, async |db: TestDb| {
        let server = TestServer::spawn(&db.url).await;
        let address: SocketAddr = server.api.url.strip_prefix("http://").unwrap().parse().unwrap();
        let allowed = fs::read_to_string("/proc/sys/net/core/somaxconn").unwrap();
        let connections = CONNECTIONS.min(allowed.trim().parse().unwrap());
        server.freeze();
        // The system takes them for the server; what it has no room for gets no answer at all.
        let connect = |_| TcpStream::connect_timeout(&address, PATIENCE).unwrap();
        let mut waiting: Vec<TcpStream> = (0..connections).map(connect).collect();
        for connection in &mut waiting {
            connection.write_all(b"GET /livez HTTP/1.1\r\nHost: ofektom\r\nConnection: close\r\n\r\n").unwrap();
        }
        server.thaw();
        for mut connection in waiting {
            connection.set_read_timeout(Some(PATIENCE)).unwrap();
            let mut answer = String::new();
            connection.read_to_string(&mut answer).unwrap();
            assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        }
    });
}
