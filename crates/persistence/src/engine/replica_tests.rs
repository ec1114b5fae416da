//! A real replica: two servers of PostgreSQL of this test's own, one following the other.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use diesel::sql_types::BigInt;
use diesel::{QueryableByName, sql_query};
use diesel_async::{RunQueryDsl as _, SimpleAsyncConnection as _};
use ofektom_domain::ids::{IdFactory, UserId};
use ofektom_domain::reader::read_as;
use ofektom_testkit::{Engine, TestDb, run_on};
use tempfile::TempDir;

use super::{Conn, Db, DbConfig, ReplicaStatus};

/// A server that is killed when this goes.
struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A primary server and its replica, with their files.
struct Pair {
    primary: Server,
    replica: Server,
    _folder: TempDir,
}

/// The newest PostgreSQL that is installed.
fn programs() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = installed.map(|entry| entry.path().join("bin")).filter(|bin| bin.join("pg_basebackup").exists()).max();
    newest.expect("PostgreSQL's programs are not in /usr/lib/postgresql: `cargo xtask services` installs them")
}

/// Runs as nobody but root's `postgres`, because PostgreSQL refuses root.
fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap();
    let id = |name: &str, at: usize| {
        let line = passwd.lines().find(|line| line.starts_with(&format!("{name}:")))?;
        line.split(':').nth(at)?.parse::<u32>().ok()
    };
    if is_root() {
        command.uid(id("postgres", 2).unwrap()).gid(id("postgres", 3).unwrap());
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn is_root() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    status.lines().any(|line| line.starts_with("Uid:\t0\t"))
}

fn run(command: &mut Command) {
    assert!(command.status().unwrap().success(), "{command:?}");
}

fn serve(bin: &Path, data: &Path) -> Server {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let mut command = command(&bin.join("postgres"));
    command.arg("-D").arg(data).args(["-c", &format!("port={port}"), "-c", "listen_addresses=127.0.0.1"]);
    command.args(["-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=40"]).current_dir("/");
    let server = Server { child: command.spawn().unwrap(), port };
    let ready = data.join("postmaster.pid");
    until("the server starts", || {
        std::fs::read_to_string(&ready).is_ok_and(|text| text.lines().last().is_some_and(|line| line.trim() == "ready"))
    });
    server
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

impl Pair {
    fn start() -> Self {
        let (bin, folder) = (programs(), tempfile::tempdir().unwrap());
        // The servers' user makes his folders in it.
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o777);
        std::fs::set_permissions(folder.path(), mode).unwrap();
        let (here, there) = (folder.path().join("primary"), folder.path().join("replica"));
        let mut initdb = command(&bin.join("initdb"));
        run(initdb.args(["--username=postgres", "--auth=trust", "--no-sync", "-D"]).arg(&here).current_dir("/"));
        let primary = serve(&bin, &here);
        let mut copy = command(&bin.join("pg_basebackup"));
        let from =
            ["-h", "127.0.0.1", "-U", "postgres", "-p", &primary.port.to_string(), "-R", "-c", "fast", "-N", "-D"];
        run(copy.args(from).arg(&there).current_dir("/"));
        let replica = serve(&bin, &there);
        Self { primary, replica, _folder: folder }
    }

    fn url(server: &Server) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", server.port)
    }

    async fn connect(&self) -> Db {
        let mut config = DbConfig::new(Self::url(&self.primary));
        config.replica_url = Some(Self::url(&self.replica));
        Db::connect(config).await.unwrap()
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many things a list has.
async fn listed(db: &Db) -> i64 {
    let list = async |conn: &mut Conn| {
        let query = sql_query("SELECT count(*) AS count FROM things");
        Ok(on!(conn, |c| query.get_result::<Count>(c).await)?.count)
    };
    db.read_list(list).await.unwrap()
}

async fn add(db: &Db) {
    let add = async |conn: &mut Conn| Ok(on!(conn, |c| c.batch_execute("INSERT INTO things VALUES (1)").await)?);
    db.write(add).await.unwrap();
}

/// Waits until what the replica tells of itself is so.
async fn status(db: &Db, what: &str, is_so: impl Fn(ReplicaStatus) -> bool) {
    let wait = async {
        while !is_so(db.replica_status().unwrap()) {
            db.replica_news().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait)
        .await
        .unwrap_or_else(|_| panic!("{what}: {:?}", db.replica_status()));
}

#[test]
fn lists_come_from_the_replica_and_have_what_the_reader_wrote() {
    let pair = Pair::start();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut ids = IdFactory::new("2025-03-01T00:00:00Z".parse().unwrap(), 1);
        let (ann, bob): (UserId, UserId) = (ids.make(), ids.make());
        let db = pair.connect().await;
        db.write(async |conn: &mut Conn| Ok(on!(conn, |c| c.batch_execute("CREATE TABLE things (number int)").await)?))
            .await
            .unwrap();
        let served = || db.replica_status().unwrap().lists_total;
        status(&db, "the replica serves", |replica| replica.is_serving).await;
        // Known to have the table: noted before it is looked at again.
        db.replica_news().await;
        db.replica_news().await;
        assert_eq!((read_as(bob, listed(&db)).await, served()), (0, 1), "the replica serves him");
        assert_eq!((listed(&db).await, served()), (0, 1), "nobody's list is of the primary");

        // What he writes he sees, though the replica stands still.
        let (replica, connection) =
            tokio_postgres::connect(&Pair::url(&pair.replica), tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        replica.batch_execute("SELECT pg_wal_replay_pause()").await.unwrap();
        read_as(ann, add(&db)).await;
        let before = served();
        assert_eq!((read_as(ann, listed(&db)).await, served()), (1, before));
        assert_eq!((read_as(bob, listed(&db)).await, served()), (0, before + 1), "he sees what was");
        // Too far behind, it serves nobody.
        status(&db, "the replica is too far behind", |replica| !replica.is_serving).await;
        assert_eq!((read_as(bob, listed(&db)).await, served()), (1, before + 1));
        replica.batch_execute("SELECT pg_wal_replay_resume()").await.unwrap();
        status(&db, "the replica has caught up", |replica| replica.is_serving).await;
        db.replica_news().await;
        db.replica_news().await;
        assert_eq!((read_as(ann, listed(&db)).await, served()), (1, before + 2));

        // Lost, it is not missed: neither while its last processes go, nor when it is known to be gone.
        drop(pair.replica);
        for _ in 0..20 {
            assert_eq!(read_as(bob, listed(&db)).await, 1);
        }
        status(&db, "the replica is gone", |replica| !replica.is_serving).await;
        let before = served();
        assert_eq!((read_as(bob, listed(&db)).await, served()), (1, before));
        db.close().await;
    });
}

#[test]
fn a_server_that_is_no_replica_is_not_used() {
    run_on(Engine::Postgres, async |test: TestDb| {
        let mut config = DbConfig::new(&test.url);
        config.replica_url = Some(test.url.clone());
        let db = Db::connect(config).await.unwrap();
        let reader: UserId = IdFactory::new("2025-03-01T00:00:00Z".parse().unwrap(), 1).make();
        db.replica_news().await;
        let users = async |conn: &mut Conn| {
            let query = sql_query("SELECT count(*) AS count FROM users");
            Ok(on!(conn, |c| query.get_result::<Count>(c).await)?.count)
        };
        assert_eq!(read_as(reader, db.read_list(users)).await.unwrap(), 0);
        let status = db.replica_status().unwrap();
        assert_eq!((status.is_serving, status.lists_total, status.fallbacks_total), (false, 0, 0));
    });
    run_on(Engine::Sqlite, async |test: TestDb| {
        let mut config = DbConfig::new(&test.url);
        config.replica_url = Some("postgres://localhost/copy".to_owned());
        let refused = Db::connect(config).await.unwrap_err().to_string();
        assert!(refused.contains("SQLite"), "{refused}");
    });
}
