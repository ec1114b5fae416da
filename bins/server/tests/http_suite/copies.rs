//! What is answered from copies: without a statement, never older than one's own change, to nobody who may not see it.

use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use ofektom_testkit::{Api, Business, Engine, Person, RedisServer, TestApp, TestDb, on_both_engines, run_on};
use serde_json::{Value, json};

/// More than enough on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a measurement is tried: copies of money live for five seconds, and a busy machine may take them.
const TRIES: usize = 10;

/// As everybody has it: ordinary requests are counted without asking anybody.
const LIMITED: (&str, &str) = ("RATE_LIMITS", "on");

on_both_engines!(
    whoever_writes_reads_what_he_wrote,
    a_copy_is_not_shown_to_others,
    many_who_look_at_once_see_each_his_own_card_as_it_is,
    who_loses_his_place_reads_no_copy,
    a_new_name_is_seen_at_once,
    a_warm_contribution_sends_what_the_writer_sends,
);

#[test]
fn a_warm_read_asks_nobody() {
    run_on(Engine::Sqlite, async |db: TestDb| {
        warm_reads(&TestApp::spawn_with(db, &[("CACHE", "memory"), LIMITED]).await).await;
    });
}

#[test]
fn a_warm_read_asks_nobody_where_there_is_redis() {
    run_on(Engine::Postgres, async |db: TestDb| {
        let redis = RedisServer::start().await;
        warm_reads(&spawned(db, &redis, "tiered").await).await;
    });
}

/// docs/CACHING.md has a row for each kind that the server keeps, and for no other.
#[test]
fn the_page_names_every_kind() {
    run_on(Engine::Sqlite, async |db: TestDb| {
        let app = TestApp::spawn_with(db, &[("CACHE", "memory")]).await;
        let mut kept: Vec<&str> = app.system.caches.stats().kinds.iter().map(|kind| kind.kind).collect();
        kept.sort_unstable();
        let page = include_str!("../../../../docs/CACHING.md");
        let keys = page.split("## Keys").nth(1).unwrap().split("## ").next().unwrap();
        let mut named: Vec<&str> =
            keys.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
        named.sort_unstable();
        assert_eq!(named, kept);
    });
}

async fn spawned(db: TestDb, redis: &RedisServer, mode: &str) -> TestApp {
    let settings = redis.settings();
    let mut settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    settings.extend([("CACHE", mode), LIMITED]);
    TestApp::spawn_with(db, &settings).await
}

async fn warm_reads(app: &TestApp) {
    let (api, (agent, business, customer)) = (&app.api, trade(&app.api).await);
    let card = api.daily_card(&agent, (&business, &customer), ("500.00", 3, api.today())).await;
    api.collect(&agent, &card, "1500.00").await;
    heard(app).await;
    let paths =
        ["/api/v1/me".to_owned(), format!("/api/v1/savings/{card}"), format!("/api/v1/savings/{card}/schedule")];
    let lists = ["savings", "contributions"].map(|list| list_path(list, &business));
    for person in [&agent, &customer] {
        // What a business looks at all day is a copy for whoever reads all of it.
        for path in paths.iter().chain(lists.iter().filter(|_| person.id == agent.id)) {
            let first = api.get(person, path).await.expect(200);
            let mut asked = Vec::new();
            for _ in 0..TRIES {
                for _ in 0..2 {
                    assert_eq!(api.get(person, path).await.expect(200), first);
                }
                let before = sent(app);
                assert_eq!(api.get(person, path).await.expect(200), first);
                asked.push(sent(app) - before);
                if asked.last() == Some(&0) {
                    break;
                }
            }
            assert_eq!(asked.last(), Some(&0), "{path} sent statements or commands: {asked:?}");
        }
    }
    // Whoever must not be served from copies is not.
    let [cards, contributions] = &lists;
    for (person, path) in [(&agent, "/api/v1/savings"), (&customer, cards), (&customer, contributions)] {
        let before = sent(app);
        let _ = api.get(person, path).await.expect(200);
        assert!(sent(app) > before, "a list of several businesses, and of one's own cards, is read");
    }
}

/// Statements and commands for requests since the start: without those that read the feed of changes.
fn sent(app: &TestApp) -> u64 {
    let metrics = app.system.caches.stats();
    let feed = app.system.feed_statements();
    app.system.db.pool_status().statements_total - feed + metrics.redis.commands
}

/// Waits until copies may be used.
async fn heard(app: &TestApp) {
    let started = Instant::now();
    let usable = || {
        let stats = app.system.caches.stats();
        stats.feed_fresh && (stats.redis.push_healthy || !stats.mode.has_redis())
    };
    while !usable() {
        assert!(started.elapsed() < PATIENCE, "{:?}", app.system.caches.stats());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn trade(api: &Api) -> (Person, Business, Person) {
    let agent = api.agent().await;
    let business = api.business(&agent).await;
    let customer = api.customer(Some(&business)).await;
    (agent, business, customer)
}

async fn whoever_writes_reads_what_he_wrote(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let (api, (agent, business, customer)) = (&app.api, trade(&app.api).await);
    let card = api.daily_card(&agent, (&business, &customer), ("10.00", 2, api.today())).await;
    heard_or_off(&app).await;
    let mut last = String::new();
    for boxes in 1..20 {
        // Copies of before, of both who look.
        for person in [&agent, &customer, &agent, &customer] {
            assert_eq!(api.card(person, &card).await["boxes_paid"], boxes - 1);
            assert_eq!(first_listed(api, person, &business).await["boxes_paid"], boxes - 1);
            schedule(api, person, &card).await;
        }
        let summary = format!("/api/v1/businesses/{}/summary", business.id);
        let before = api.get(&agent, &summary).await.expect(200);
        let paid = api.collect(&agent, &card, "10.00").await;
        last = paid["id"].as_str().unwrap().to_owned();
        for person in [&agent, &customer] {
            assert_eq!(api.card(person, &card).await["boxes_paid"], boxes);
            assert_eq!(first_listed(api, person, &business).await["boxes_paid"], boxes);
            let newest = first_of(api, person, &list_path("contributions", &business)).await;
            assert_eq!((&newest["id"], &newest["status"]), (&paid["id"], &json!("posted")));
            let schedule = schedule(api, person, &card).await;
            let last = &schedule["items"][boxes - 1];
            assert_eq!((&last["status"], &last["contribution_id"]), (&json!("paid"), &paid["id"]), "{schedule}");
        }
        assert_ne!(api.get(&agent, &summary).await.expect(200), before);
        assert_eq!(cash(api, &agent, &business).await, format!("{boxes}0.00"));
    }
    let reverse = format!("/api/v1/contributions/{last}/reversal");
    let _ = api.post_money(&agent, &reverse, "undo", &json!({ "reason": "a wrong card" })).await.expect(201);
    assert_eq!(api.card(&customer, &card).await["boxes_paid"], 18);
    assert_eq!(cash(api, &agent, &business).await, "180.00");
    let newest = first_of(api, &agent, &list_path("contributions", &business)).await;
    assert_eq!(newest["status"], "reversal");
    let ended = api.post(Some(&agent), &format!("/api/v1/savings/{card}/end"), &json!({})).await;
    assert_eq!(ended.expect(200)["status"], "completed");
    assert_eq!(api.card(&customer, &card).await["status"], "completed");
    assert_eq!(first_listed(api, &agent, &business).await["status"], "completed");
}

fn list_path(list: &str, business: &Business) -> String {
    format!("/api/v1/{list}?business_id={}", business.id)
}

/// The first card on the list of a business.
async fn first_listed(api: &Api, person: &Person, business: &Business) -> Value {
    first_of(api, person, &list_path("savings", business)).await
}

async fn first_of(api: &Api, person: &Person, path: &str) -> Value {
    api.get(person, path).await.expect(200)["items"][0].clone()
}

async fn schedule(api: &Api, person: &Person, card: &str) -> Value {
    api.get(person, &format!("/api/v1/savings/{card}/schedule")).await.expect(200)
}

async fn cash(api: &Api, agent: &Person, business: &Business) -> String {
    let books = api.get(agent, &format!("/api/v1/businesses/{}/ledger/trial-balance", business.id)).await.expect(200);
    let lines = books["lines"].as_array().unwrap();
    let cash = lines.iter().find(|line| line["account"] == "cash").unwrap();
    cash["balance"].as_str().unwrap().to_owned()
}

async fn heard_or_off(app: &TestApp) {
    if app.system.caches.stats().mode.name() != "off" {
        heard(app).await;
    }
}

async fn a_copy_is_not_shown_to_others(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let (api, (agent, business, customer)) = (&app.api, trade(&app.api).await);
    let (stranger, _, foreigner) = trade(api).await;
    let neighbour = api.customer(Some(&business)).await;
    let card = api.daily_card(&agent, (&business, &customer), ("10.00", 2, api.today())).await;
    heard_or_off(&app).await;
    for _ in 0..3 {
        for path in [format!("/api/v1/savings/{card}"), format!("/api/v1/savings/{card}/schedule")] {
            for person in [&agent, &customer] {
                let _ = api.get(person, &path).await.expect(200);
            }
            for person in [&stranger, &foreigner, &neighbour] {
                assert_eq!(api.get(person, &path).await.problem(404), "not_found");
            }
        }
        for person in [&agent, &customer] {
            assert_eq!(first_listed(api, person, &business).await["id"], card.as_str());
        }
        assert_eq!(first_listed(api, &neighbour, &business).await, Value::Null, "another customer's cards");
        for person in [&stranger, &foreigner] {
            assert_eq!(api.get(person, &list_path("savings", &business)).await.problem(404), "not_found");
        }
        let post = format!("/api/v1/savings/{card}/contributions");
        let body = json!({ "amount": "10.00", "method": "cash" });
        assert_eq!(api.post_money(&stranger, &post, "steal", &body).await.problem(404), "not_found");
    }
}

/// Where nothing is kept, cards that are asked for at once are read together.
async fn many_who_look_at_once_see_each_his_own_card_as_it_is(db: TestDb) {
    let app = TestApp::spawn_with(db, &[("CACHE", "memory")]).await;
    let (api, (agent, business, customer)) = (&app.api, trade(&app.api).await);
    let (stranger, neighbour) = (api.agent().await, api.customer(Some(&business)).await);
    let mut cards = Vec::new();
    for owner in [&customer, &neighbour].into_iter().cycle().take(12) {
        let card = api.daily_card(&agent, (&business, owner), ("10.00", 2, api.today())).await;
        cards.push((owner, card));
    }
    heard_or_off(&app).await;
    let (agent, stranger) = (&agent, &stranger);
    for boxes in 1..4 {
        let look = async |person: &Person, owner: &Person, card: &str, boxes: usize| {
            let path = format!("/api/v1/savings/{card}");
            if person.id == agent.id || person.id == owner.id {
                let shown = api.get(person, &path).await.expect(200);
                assert_eq!((&shown["id"], &shown["customer_id"]), (&json!(card), &json!(owner.id)));
                assert!(shown["boxes_paid"].as_u64().unwrap() >= u64::try_from(boxes).unwrap(), "{shown}");
            } else {
                assert_eq!(api.get(person, &path).await.problem(404), "not_found");
            }
        };
        let looks = cards.iter().flat_map(|(owner, card)| {
            let people = [agent, *owner, &customer, &neighbour, stranger];
            people.into_iter().map(move |person| look(person, owner, card, boxes - 1))
        });
        let pay = async |owner: &Person, card: &str| {
            api.collect(agent, card, "10.00").await;
            look(agent, owner, card, boxes).await;
            look(owner, owner, card, boxes).await;
        };
        join(join_all(looks), join_all(cards.iter().map(|(owner, card)| pay(owner, card)))).await;
    }
}

async fn who_loses_his_place_reads_no_copy(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let (api, (agent, business, customer)) = (&app.api, trade(&app.api).await);
    let helper = api.staff(&agent, &business, "sub_agent").await;
    let card = api.daily_card(&agent, (&business, &customer), ("10.00", 2, api.today())).await;
    heard_or_off(&app).await;
    let path = format!("/api/v1/savings/{card}");
    for _ in 0..3 {
        let _ = api.get(&helper, &path).await.expect(200);
        let _ = api.get(&helper, &list_path("savings", &business)).await.expect(200);
    }
    let member = format!("/api/v1/businesses/{}/members/{}", business.id, helper.id);
    let body = json!({ "status": "suspended" });
    let _ =
        api.send(api.request(reqwest::Method::PATCH, &member).bearer_auth(&agent.token).json(&body)).await.expect(200);
    let refused = api.get(&helper, &path).await;
    assert!(matches!(refused.status, 401 | 403 | 404), "{}", refused.text());
    let refused = api.get(&helper, &list_path("savings", &business)).await;
    assert!(matches!(refused.status, 401 | 403 | 404), "{}", refused.text());
}

async fn a_new_name_is_seen_at_once(db: TestDb) {
    let app = TestApp::spawn(db).await;
    let (api, (agent, business, customer)) = (&app.api, trade(&app.api).await);
    let card = api.daily_card(&agent, (&business, &customer), ("10.00", 2, api.today())).await;
    heard_or_off(&app).await;
    let change = async |person: &Person, path: &str, body: Value| {
        let request = api.request(reqwest::Method::PATCH, path).bearer_auth(&person.token);
        api.send(request.json(&body)).await.expect(200)
    };
    for name in ["Ngozi Eze", "Ngozi Okeke"] {
        for _ in 0..3 {
            api.card(&agent, &card).await;
            first_listed(api, &agent, &business).await;
            let _ = api.get(&customer, "/api/v1/me").await.expect(200);
        }
        change(&customer, "/api/v1/me", json!({ "full_name": name })).await;
        assert_eq!(api.get(&customer, "/api/v1/me").await.expect(200)["full_name"], name);
        assert_eq!(api.card(&agent, &card).await["customer_name"], name);
        assert_eq!(first_listed(api, &agent, &business).await["customer_name"], name);
        let renamed = format!("{name} Thrift");
        change(&agent, &format!("/api/v1/businesses/{}", business.id), json!({ "name": renamed })).await;
        let me = api.get(&customer, "/api/v1/me").await;
        assert!(me.text().contains(&renamed), "{}", me.text());
    }
}

/// Session, person and memberships (two statements), the card's place and the business are copies, also without Redis.
async fn a_warm_contribution_sends_what_the_writer_sends(db: TestDb) {
    let other = TestDb::migrated(db.engine).await;
    let without = contribution_statements(&TestApp::spawn_with(other, &[("CACHE", "off")]).await).await;
    let with = contribution_statements(&TestApp::spawn_with(db, &[("CACHE", "memory")]).await).await;
    assert_eq!(without - with, 4, "{without} without copies, {with} with them");
}

/// The statements of a contribution that nothing came between: a poll of the feed may be counted half with one, and on a busy machine
/// copies grow old between two.
async fn contribution_statements(app: &TestApp) -> u64 {
    let (api, (agent, business, customer)) = (&app.api, trade(&app.api).await);
    let card = api.daily_card(&agent, (&business, &customer), ("10.00", 2, api.today())).await;
    heard_or_off(app).await;
    let mut counted = Vec::new();
    for _ in 0..TRIES {
        let before = sent(app);
        api.collect(&agent, &card, "10.00").await;
        counted.push(sent(app) - before);
    }
    counted.sort_unstable();
    counted[TRIES / 4]
}
