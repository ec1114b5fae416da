//! Three servers on one database, with and without Redis: what one changes, the others know within the stated time.

use std::time::{Duration, Instant};

use ofektom_testkit::{Api, Engine, Person, RedisServer, TestDb, TestServer, run_on};
use reqwest::Method;
use serde_json::{Value, json};

use crate::crowd::PATIENCE;
use crate::desk::Desk;
use crate::program::ofektom;

const SECRET_KEY: &str = "0123456789abcdef0123456789abcdef";
const PASSPHRASE: &str = "the keys of the house";

/// Within this the other servers know with Redis; it is stated in docs/CACHING.md.
const BOUND_WITH_REDIS: Duration = Duration::from_secs(1);
/// And without.
const BOUND_WITHOUT: Duration = Duration::from_secs(5);
/// How often each change is made and measured.
const ROUNDS: usize = 3;

#[test]
fn with_redis_all_servers_know_within_a_second() {
    run_on(Engine::Postgres, async |db: TestDb| {
        let redis = RedisServer::start().await;
        let settings = redis.settings();
        let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        all_servers_know(&db, &settings, BOUND_WITH_REDIS).await;
    });
}

#[test]
fn without_redis_all_servers_know_within_five_seconds() {
    run_on(Engine::Postgres, async |db: TestDb| all_servers_know(&db, &[("CACHE", "memory")], BOUND_WITHOUT).await);
}

/// Three servers, and what they serve.
struct Fleet {
    servers: Vec<TestServer>,
    bound: Duration,
}

async fn all_servers_know(db: &TestDb, settings: &[(&str, &str)], bound: Duration) {
    let admin = super_admin_made(db);
    let settings: Vec<_> = settings.iter().copied().chain([("SECRET_KEY", SECRET_KEY)]).collect();
    let mut servers = Vec::new();
    for _ in 0..3 {
        servers.push(TestServer::spawn_with(&db.url, &settings).await);
    }
    let fleet = Fleet { servers, bound };
    let api = fleet.first();
    let admin = api.login(&admin).await;
    let desk = Desk::open(api).await;
    let mut slowest = [Duration::ZERO; 4];
    for _ in 0..ROUNDS {
        let customer = api.customer(Some(&desk.business)).await;
        let staff = api.staff(&desk.agent, &desk.business, "sub_agent").await;
        for (place, took) in [
            fleet.logout(&customer).await,
            fleet.suspension(&admin, &api.login(&customer).await).await,
            fleet.role_change(&desk, &staff).await,
            fleet.secret_change(&api.login(&staff).await, &staff).await,
        ]
        .into_iter()
        .enumerate()
        {
            slowest[place] = slowest[place].max(took);
        }
    }
    report(&fleet, slowest);
}

#[expect(clippy::print_stderr, reason = "the measured times are what whoever runs this test wants to read")]
fn report(fleet: &Fleet, [logout, suspension, role, secret]: [Duration; 4]) {
    eprintln!(
        "slowest of {ROUNDS} rounds on two other servers, bound {:?}: logout {logout:?}, suspension {suspension:?}, \
         role {role:?}, secret {secret:?}",
        fleet.bound
    );
}

impl Fleet {
    fn first(&self) -> &Api {
        &self.servers[0].api
    }

    /// Lets all servers have copies of a person.
    async fn warm(&self, person: &Person) {
        for server in &self.servers {
            for _ in 0..3 {
                server.api.get(person, "/api/v1/me").await.expect(200);
            }
        }
    }

    /// That the server itself knows at once and the others within the bound; how long they took.
    async fn known(&self, person: &Person, is_known: impl Fn(u16, &str) -> bool) -> Duration {
        let started = Instant::now();
        let mine = self.first().get(person, "/api/v1/me").await;
        assert!(is_known(mine.status, &mine.text()), "the server that did it: {}", mine.text());
        for server in &self.servers[1..] {
            loop {
                let asked = started.elapsed();
                let reply = server.api.get(person, "/api/v1/me").await;
                if is_known(reply.status, &reply.text()) {
                    break;
                }
                assert!(asked < self.bound, "after {asked:?}: {}", reply.text());
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
        started.elapsed()
    }

    async fn logout(&self, person: &Person) -> Duration {
        self.warm(person).await;
        let left = self.first().post(Some(person), "/api/v1/auth/logout", &json!({})).await;
        assert!(left.status < 300, "{}", left.text());
        self.known(person, |status, _| status == 401).await
    }

    async fn suspension(&self, admin: &Person, person: &Person) -> Duration {
        self.warm(person).await;
        let path = format!("/api/v1/admin/users/{}", person.id);
        self.patch(admin, &path, &json!({ "status": "suspended" })).await;
        let took = self.known(person, |status, _| status == 401).await;
        self.patch(admin, &path, &json!({ "status": "active" })).await;
        took
    }

    async fn role_change(&self, desk: &Desk, staff: &Person) -> Duration {
        self.warm(staff).await;
        let path = format!("/api/v1/businesses/{}/members/{}", desk.business.id, staff.id);
        self.patch(&desk.agent, &path, &json!({ "role": "admin" })).await;
        self.known(staff, |status, body| status == 200 && body.contains(r#""role":"admin""#)).await
    }

    /// It ends the other sessions of the person.
    async fn secret_change(&self, person: &Person, other: &Person) -> Duration {
        self.warm(other).await;
        let body = json!({ "old_secret": person.secret, "new_secret": "a quite different phrase" });
        let changed = self.first().post(Some(person), "/api/v1/auth/secret/change", &body).await;
        assert!(changed.status < 300, "{}", changed.text());
        let took = self.known(other, |status, _| status == 401).await;
        self.known(person, |status, _| status == 200).await;
        took
    }

    async fn patch(&self, person: &Person, path: &str, body: &Value) {
        let request = self.first().request(Method::PATCH, path).bearer_auth(&person.token);
        self.first().send(request.json(body)).await.expect(200);
    }
}

fn super_admin_made(db: &TestDb) -> Person {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().display().to_string();
    let settings = [("DATABASE_URL", db.url.as_str()), ("SECRET_KEY", SECRET_KEY), ("OFEKTOM_DATA", folder.as_str())];
    let create = ["admin", "create", "--phone", "08100000001", "--name", "Ada Obi"];
    let said = ofektom(&create, &settings, &format!("{PASSPHRASE}\n"));
    assert_eq!(said.code, 0, "{said:?}");
    Person {
        id: String::new(),
        phone: "+2348100000001".to_owned(),
        secret: PASSPHRASE.to_owned(),
        token: String::new(),
        refresh_token: String::new(),
    }
}

/// `ofektom cache stats` reads a running server, and `cache clear` reaches it, whatever its caches.
#[test]
fn the_command_looks_at_a_server_and_clears_it() {
    run_on(Engine::Sqlite, async |db: TestDb| {
        let server = TestServer::spawn_with(&db.url, &[("SECRET_KEY", SECRET_KEY), ("CACHE", "memory")]).await;
        let desk = Desk::open(&server.api).await;
        for _ in 0..3 {
            server.api.get(&desk.agent, "/api/v1/me").await.expect(200);
        }
        let stats = |url: &str| {
            let said = ofektom(&["cache", "stats", "--json", "--url", url], &[], "");
            assert_eq!(said.code, 0, "{said:?}");
            serde_json::from_str::<Value>(&said.stdout).unwrap()["caches"].clone()
        };
        let before = stats(&server.api.url);
        assert_eq!(before["mode"], "memory", "{before}");
        let table = ofektom(&["cache", "stats", "--url", &server.api.url], &[], "");
        assert!(table.stdout.contains("memberships") && table.stdout.contains("not configured"), "{table:?}");
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().display().to_string();
        let settings =
            [("DATABASE_URL", db.url.as_str()), ("SECRET_KEY", SECRET_KEY), ("OFEKTOM_DATA", folder.as_str())];
        let said = ofektom(&["cache", "clear"], &settings, "");
        assert_eq!(said.code, 0, "{said:?}");
        let started = Instant::now();
        while stats(&server.api.url)["invalidations_of_all"] == before["invalidations_of_all"] {
            assert!(started.elapsed() < PATIENCE, "the server was not told");
        }
        let nobody = ofektom(&["cache", "stats", "--url", "http://127.0.0.1:1"], &[], "");
        assert!(nobody.code != 0 && nobody.stderr.contains("no server answers"), "{nobody:?}");
    });
}
