//! Servers whose database is not there yet when they start, or does not come.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use ofektom_testkit::{Engine, Network, Proxy, Reply, TestDb, run_on};
use reqwest::{Client, Method};
use tokio::task::block_in_place;

use crate::crowd::PATIENCE;
use crate::program::ofektom;

const KEY: (&str, &str) = ("SECRET_KEY", "0123456789abcdef0123456789abcdef");
/// A server of PostgreSQL that nobody runs.
const NOWHERE: (&str, &str) = ("DATABASE_URL", "postgres://ann:s3cret@127.0.0.1:1/books");

/// A server that need not get ready. It is killed when this is dropped.
struct Started {
    child: Child,
    url: String,
    client: Client,
}

impl Started {
    fn new(database_url: &str, settings: &[(&str, &str)]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let data = std::env::temp_dir().display().to_string();
        let mut command = Command::new(env!("CARGO_BIN_EXE_ofektom"));
        command.env_clear().envs([KEY, ("DATABASE_URL", database_url), ("OFEKTOM_DATA", &data)]);
        command.env("PORT", free.to_string()).envs(settings.iter().copied());
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        Self { child, url: format!("http://127.0.0.1:{free}"), client: Client::new() }
    }

    /// The answer to a request; the port is taken a moment after the start.
    async fn ask(&self, method: Method, path: &str) -> Reply {
        let started = Instant::now();
        loop {
            if let Ok(answer) = self.client.request(method.clone(), format!("{}{path}", self.url)).send().await {
                let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
                return Reply { status, headers, body: answer.bytes().await.unwrap().to_vec() };
            }
            assert!(started.elapsed() < PATIENCE, "nobody answers");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn terminate(&mut self) -> Option<i32> {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
        block_in_place(|| self.child.wait()).unwrap().code()
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_server_waits_for_its_database_and_tells_so() {
    run_on(Engine::Postgres, async |db: TestDb| {
        let proxy = Proxy::start(&db.url).await;
        proxy.set(Network::Cut);
        let mut server = Started::new(&proxy.url_of(&db.url), &[]);
        let alive = server.ask(Method::GET, "/livez").await;
        assert_eq!((alive.status, alive.header("connection")), (200, "close"));
        for (method, path) in [
            (Method::GET, "/readyz"),
            (Method::GET, "/health"),
            (Method::POST, "/api/v1/auth/login"),
            (Method::DELETE, "/nothing/here"),
        ] {
            let refused = server.ask(method, path).await;
            assert_eq!(refused.problem(503), "unavailable", "{path}");
            let document = refused.json();
            assert_eq!((&document["detail"], &document["instance"]), (&"the server is starting".into(), &path.into()));
            assert_eq!((refused.header("retry-after"), refused.header("connection")), ("2", "close"));
        }
        proxy.set(Network::Up);
        let started = Instant::now();
        while server.ask(Method::GET, "/readyz").await.status != 200 {
            assert!(started.elapsed() < PATIENCE, "the database is there, and the server does not start");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(server.ask(Method::GET, "/health").await.expect(200)["database"], "healthy");
        assert_eq!(server.terminate(), Some(0));
    });
}

#[test]
fn a_server_that_waits_is_stopped_by_a_signal() {
    run_on(Engine::Postgres, async |db: TestDb| {
        let proxy = Proxy::start(&db.url).await;
        proxy.set(Network::Cut);
        let mut server = Started::new(&proxy.url_of(&db.url), &[("OFEKTOM_START_WAIT_SECONDS", "3600")]);
        assert_eq!(server.ask(Method::GET, "/livez").await.status, 200);
        assert_eq!(server.terminate(), Some(0));
    });
}

#[test]
fn a_database_that_does_not_come_ends_the_server() {
    let said = ofektom(&[], &[KEY, NOWHERE, ("PORT", "0"), ("OFEKTOM_START_WAIT_SECONDS", "1")], "");
    assert!(said.code == 1 && said.stdout.is_empty(), "{said:?}");
    assert!(said.stderr.contains("waiting for the database"), "{said:?}");
    let last = said.stderr.lines().last().unwrap();
    assert!(last.starts_with("ofektom: gave up after 1 seconds (OFEKTOM_START_WAIT_SECONDS): DATABASE_URL "), "{last}");
    assert!(!said.stderr.contains("s3cret"), "{said:?}");
}

/// What waiting does not help with is told at once: the time of waiting is longer than this test waits.
#[test]
fn a_wrong_database_ends_the_server_at_once() {
    run_on(Engine::Postgres, async |db: TestDb| {
        let wait = ("OFEKTOM_START_WAIT_SECONDS", "3600");
        let (server, _) = db.url.rsplit_once('/').unwrap();
        let missing = format!("{server}/no_such_database");
        let said = ofektom(&[], &[KEY, ("PORT", "0"), wait, ("DATABASE_URL", &missing)], "");
        assert!(said.code == 1 && said.stderr.contains("the database refuses the connection"), "{said:?}");
        let other = ("SECRET_KEY", "another key of the same length.....");
        assert_eq!(ofektom(&["demo"], &[KEY, ("DATABASE_URL", &db.url)], "").code, 0);
        let said = ofektom(&[], &[other, ("PORT", "0"), wait, ("DATABASE_URL", &db.url)], "");
        assert!(said.code == 1 && said.stderr.contains("SECRET_KEY is not the key"), "{said:?}");
    });
}

/// Servers that start together on an empty database: one migrates, the others wait for their turn.
#[test]
fn servers_that_start_together_migrate_once() {
    run_on(Engine::Postgres, async |_: TestDb| {
        let db = TestDb::empty(Engine::Postgres).await;
        let mut servers: Vec<_> = (0..3).map(|_| Started::new(&db.url, &[])).collect();
        for server in &servers {
            let started = Instant::now();
            while server.ask(Method::GET, "/readyz").await.status != 200 {
                assert!(started.elapsed() < PATIENCE, "a server does not start");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        for server in &mut servers {
            assert_eq!(server.terminate(), Some(0));
        }
    });
}
