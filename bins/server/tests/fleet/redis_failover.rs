//! The master of Redis is lost, under Sentinels and in a cluster: no request fails, and the servers find the one that takes its place.

use ofektom_testkit::{Api, Person, RedisCluster, RedisServer, RedisWatched, TestDb};
use serde_json::{Value, json};

use crate::collectors::{AtWork, Done};
use crate::instances::books_verify;
use crate::stage::{Fleet, alone, read, until};

/// Contributions before and after each change.
const WORK: usize = 30;

#[test]
fn a_replica_that_sentinels_promote_takes_over() {
    sentinels_replace(
        |master| master.kill(),
        // It comes back with nothing, and takes itself for a master until the Sentinels make it a replica.
        async |master| master.run().await,
    );
}

#[test]
fn a_master_that_says_nothing_is_left() {
    sentinels_replace(|master| master.pause(), async |master| master.resume());
}

/// The master is lost, and comes back when another one has taken its place.
fn sentinels_replace(lose: fn(&mut RedisServer), back: impl AsyncFnOnce(&mut RedisServer) + 'static) {
    alone(async move |db: TestDb| {
        let redis = RedisWatched::start().await;
        let settings = redis.settings();
        let mut fleet = Fleet::start_around(&db.url, redis, &settings, |site| site).await;
        all_hear_each_other(&fleet).await;
        let at_work = AtWork::begin_for_long(&fleet).await;
        at_work.more(WORK).await;
        lose(&mut fleet.redis.servers[0]);
        at_work.more(WORK).await;
        fleet.redis.master_becomes(1).await;
        all_hear_each_other(&fleet).await;
        at_work.more(WORK).await;
        back(&mut fleet.redis.servers[0]).await;
        at_work.more(WORK).await;
        all_hear_each_other(&fleet).await;
        ended_well(&fleet, at_work, &db).await;
    });
}

#[test]
fn a_cluster_loses_a_master() {
    cluster_loses(|cluster, lost| cluster.nodes[lost].kill());
}

#[test]
fn a_master_of_a_cluster_says_nothing() {
    cluster_loses(|cluster, lost| cluster.nodes[lost].pause());
}

/// Each of the masters holds some of the keys; the first that is lost has the channel, the next one has not.
fn cluster_loses(lose: fn(&mut RedisCluster, usize)) {
    alone(async |db: TestDb| {
        let cluster = RedisCluster::start().await;
        let settings = cluster.settings();
        let mut fleet = Fleet::start_around(&db.url, cluster, &settings, |site| site).await;
        all_hear_each_other(&fleet).await;
        every_node_is_used(&fleet).await;
        let at_work = AtWork::begin_for_long(&fleet).await;
        at_work.more(WORK).await;
        let of_channel = fleet.redis.master_of("ofektom:invalidate").await;
        lose(&mut fleet.redis, of_channel);
        at_work.more(WORK).await;
        fleet.redis.replica_takes_over(of_channel).await;
        all_hear_each_other(&fleet).await;
        at_work.more(WORK).await;
        ended_well(&fleet, at_work, &db).await;
    });
}

/// Waits until each server uses Redis, and hears what another one tells through it.
async fn all_hear_each_other<Redis>(fleet: &Fleet<Redis>) {
    for instance in &fleet.instances {
        let well = async || {
            let link = link(&instance.api).await;
            link["state"] == "healthy" && link["push_healthy"] == true
        };
        until("a server uses Redis", well).await;
        until("its health tells it", async || read(&instance.api, "/health").await.json()["redis"] == "connected")
            .await;
    }
    for (number, teller) in fleet.instances.iter().enumerate() {
        let person = fleet.direct().customer(None).await;
        let others = || fleet.instances.iter().enumerate().filter(move |(other, _)| *other != number);
        let mut heard = Vec::new();
        for (_, other) in others() {
            seen(&other.api, &person).await;
            heard.push(link(&other.api).await["pushes_heard"].as_u64().unwrap());
        }
        let left = teller.api.post(Some(&person), "/api/v1/auth/logout", &json!({})).await;
        assert!(left.status < 300, "{}", left.text());
        for ((_, other), heard) in others().zip(heard) {
            until("a logout is known", async || other.api.get(&person, "/api/v1/me").await.status == 401).await;
            // The feed of the database would tell it, too; that it came through Redis is seen by this.
            let told = async || link(&other.api).await["pushes_heard"].as_u64().is_some_and(|now| now > heard);
            until("a push is heard", told).await;
        }
    }
}

/// Lets a server have copies of a person.
async fn seen(api: &Api, person: &Person) {
    for _ in 0..2 {
        let _ = api.get(person, "/api/v1/me").await.expect(200);
    }
}

/// The link to Redis as a server tells of it.
async fn link(api: &Api) -> Value {
    read(api, "/metrics").await.expect(200)["caches"]["redis_link"].clone()
}

/// Keys lie on every master, which is what a cluster is for.
async fn every_node_is_used(fleet: &Fleet<RedisCluster>) {
    for node in &fleet.redis.nodes {
        until("a node has keys", async || node.command(&["DBSIZE"]).await.concat() != "0").await;
    }
}

/// That no contribution and no read had to be repeated, and the books have what was answered.
async fn ended_well<Redis>(fleet: &Fleet<Redis>, at_work: AtWork, db: &TestDb) {
    let work = at_work.work.clone();
    let (done, failed) = at_work.end().await;
    assert!(failed.is_empty() && work.reads_repeated() == 0, "{failed:?}");
    let failures: Vec<_> = done.iter().flat_map(|done: &Done| &done.failures).collect();
    assert!(failures.is_empty(), "{failures:?}");
    work.check(fleet.direct(), &done).await;
    books_verify(&db.url);
    for instance in &fleet.instances {
        assert!(!instance.log().contains("panicked"), "{}", instance.log());
    }
}
