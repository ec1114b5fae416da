//! A PostgreSQL that is lost and comes back, seen through a relay that can be cut and frozen.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use diesel_async::SimpleAsyncConnection as _;
use ofektom_domain::ports::{StoreError, StoreResult};
use ofektom_testkit::{Engine, TestDb, run_on};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::conn::Conn;
use super::{Db, DbConfig};

/// How the relay treats what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Open,
    /// Connections are closed, new ones at once.
    Cut,
    /// Connections stay and nothing passes.
    Frozen,
}

/// A relay in front of the server of `url`; the sender sets the state of the line.
async fn relay(url: &str) -> (String, watch::Sender<Line>) {
    let server: tokio_postgres::Config = url.parse().unwrap();
    let host = match server.get_hosts().first() {
        Some(tokio_postgres::config::Host::Tcp(host)) => host.clone(),
        _ => "127.0.0.1".to_owned(),
    };
    let port = server.get_ports().first().copied().unwrap_or(5432);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = listener.local_addr().unwrap();
    let (line, state) = watch::channel(Line::Open);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(carry(client, format!("{host}:{port}"), state.clone()));
        }
    });
    (redirected(url, here), line)
}

async fn carry(mut client: TcpStream, server: String, mut state: watch::Receiver<Line>) {
    let Ok(mut server) = TcpStream::connect(server).await else { return };
    loop {
        let now = *state.borrow_and_update();
        match now {
            Line::Open => tokio::select! {
                // The line's state goes before what was sent on it, so that nothing slips through.
                biased;
                _ = state.changed() => {}
                _ = copy_bidirectional(&mut client, &mut server) => return,
            },
            Line::Cut => return,
            Line::Frozen => {
                let _ = state.changed().await;
            }
        }
    }
}

/// `postgres://user:password@host:port/database` with another place.
fn redirected(url: &str, to: SocketAddr) -> String {
    let (scheme, rest) = url.split_once("://").unwrap();
    let (place, database) = rest.split_once('/').unwrap();
    let login = place.rsplit_once('@').map(|(login, _)| format!("{login}@")).unwrap_or_default();
    format!("{scheme}://{login}{to}/{database}")
}

async fn read(db: &Db) -> StoreResult<()> {
    db.read(async |conn: &mut Conn| Ok(on!(conn, |c| c.batch_execute("SELECT 1").await)?)).await
}

async fn write(db: &Db) -> StoreResult<()> {
    db.write(async |conn: &mut Conn| Ok(on!(conn, |c| c.batch_execute("SELECT 1").await)?)).await
}

#[test]
fn a_lost_database_is_told_quickly_and_its_return_is_noticed() {
    run_on(Engine::Postgres, async |test: TestDb| {
        let (url, line) = relay(&test.url).await;
        let mut config = DbConfig::new(url);
        // Every connection counts as idle for long, so that a read notices a frozen line by its ping.
        config.ping_after = Duration::ZERO;
        config.connect_timeout = Duration::from_millis(300);
        let db = Db::connect(config).await.unwrap();
        for state in [Line::Cut, Line::Frozen] {
            line.send(state).unwrap();
            for lost in [read(&db).await, write(&db).await] {
                assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{state:?}: {lost:?}");
            }
            let started = Instant::now();
            assert!(db.ping().await.is_err());
            assert!(started.elapsed() < Duration::from_secs(1), "{state:?}: {:?}", started.elapsed());
            line.send(Line::Open).unwrap();
            read(&db).await.unwrap();
            write(&db).await.unwrap();
        }
    });
}

/// The pool is full of connections that died while idle: nobody may be told, because a new one can be made.
#[test]
fn dead_connections_are_replaced_unnoticed() {
    run_on(Engine::Postgres, async |test: TestDb| {
        let (url, line) = relay(&test.url).await;
        let db = Db::connect(DbConfig::new(url)).await.unwrap();
        futures_util::future::join_all((0..8).map(|_| write(&db))).await;
        assert!(line.receiver_count() > 2, "the pool has few connections");
        line.send(Line::Cut).unwrap();
        // Only the listener still looks at the line once all connections are closed.
        while line.receiver_count() > 1 {
            tokio::task::yield_now().await;
        }
        line.send(Line::Open).unwrap();
        for answer in futures_util::future::join_all((0..8).map(|_| write(&db))).await {
            answer.unwrap();
        }
    });
}

/// The pool is full of connections that do not answer: whoever wants one does not wait for each of them.
#[test]
fn a_frozen_line_is_told_as_quickly_with_many_idle_connections() {
    run_on(Engine::Postgres, async |test: TestDb| {
        let (url, line) = relay(&test.url).await;
        let mut config = DbConfig::new(url);
        config.ping_after = Duration::ZERO;
        let db = Db::connect(config).await.unwrap();
        let slow =
            || db.read(async |conn: &mut Conn| Ok(on!(conn, |c| c.batch_execute("SELECT pg_sleep(0.3)").await)?));
        futures_util::future::join_all((0..8).map(|_| slow())).await;
        assert!(line.receiver_count() > 8, "the pool has few connections");
        line.send(Line::Frozen).unwrap();
        for _ in 0..2 {
            let started = Instant::now();
            assert!(matches!(read(&db).await, Err(StoreError::Unavailable(_))));
            // One that does not answer and a new one that does not: a second each.
            assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
        }
        line.send(Line::Open).unwrap();
        read(&db).await.unwrap();
        write(&db).await.unwrap();
    });
}

/// Who waits for an answer hears that there will be none, long before the time of a unit of work is up; and a slow answer
/// is not taken for a lost one.
#[test]
fn work_under_way_ends_with_the_line_and_not_before() {
    run_on(Engine::Postgres, async |test: TestDb| {
        let (url, line) = relay(&test.url).await;
        let mut config = DbConfig::new(url);
        config.connect_timeout = Duration::from_millis(300);
        let db = Db::connect(config).await.unwrap();
        for state in [Line::Open, Line::Frozen] {
            let (begin, mut begun) = watch::channel(false);
            let slow = db.write(async move |conn: &mut Conn| {
                begin.send_replace(true);
                Ok(on!(conn, |c| c.batch_execute("SELECT pg_sleep(1.5)").await)?)
            });
            let started = Instant::now();
            let freezing = async {
                begun.wait_for(|begun| *begun).await.unwrap();
                line.send(state).unwrap();
            };
            let (answer, ()) = futures_util::future::join(slow, freezing).await;
            match state {
                Line::Open => answer.unwrap(),
                _ => assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}"),
            }
            assert!(started.elapsed() < Duration::from_secs(10), "{state:?}: {:?}", started.elapsed());
        }
    });
}
