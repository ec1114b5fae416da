//! A Redis cluster: three masters, each with a replica.

use crate::redis_watched::until;
use crate::{RedisServer, lasting_port};

const MASTERS: usize = 3;
const SLOTS: usize = 16_384;
/// A node that is silent for so long is lost to the others.
const NODE_TIMEOUT_MS: &str = "1500";

/// Six nodes on ports of their own.
#[derive(Debug)]
pub struct RedisCluster {
    /// The masters of the beginning, then their replicas in the same order.
    pub nodes: Vec<RedisServer>,
}

impl RedisCluster {
    /// A cluster whose nodes all say that it is well.
    ///
    /// # Panics
    /// When the nodes do not start or do not find each other.
    pub async fn start() -> Self {
        let mut nodes = Vec::new();
        let mut bus_ports = Vec::new();
        for _ in 0..2 * MASTERS {
            let bus_port = lasting_port().to_string();
            let words =
                ["--cluster-enabled", "yes", "--cluster-node-timeout", NODE_TIMEOUT_MS, "--cluster-port", &bus_port];
            nodes.push(RedisServer::start_with(&words.map(str::to_owned)).await);
            bus_ports.push(bus_port);
        }
        let cluster = Self { nodes };
        cluster.slots_given().await;
        let (first, others) = cluster.nodes.split_first().expect("there are nodes");
        for (node, bus_port) in others.iter().zip(bus_ports.iter().skip(1)) {
            first.command(&["CLUSTER", "MEET", "127.0.0.1", &node.port().to_string(), bus_port]).await;
        }
        cluster.all_say("cluster_known_nodes:6").await;
        cluster.all_say("cluster_state:ok").await;
        for (master, replica) in cluster.nodes.iter().zip(cluster.nodes.iter().skip(MASTERS)) {
            let id = master.command(&["CLUSTER", "MYID"]).await.concat();
            replica.command(&["CLUSTER", "REPLICATE", &id]).await;
            until("the replica has what its master has", async || {
                replica.told(&["INFO", "replication"]).await.concat().contains("master_link_status:up")
            })
            .await;
        }
        // A replica may take its master's place once the others know of it.
        for node in &cluster.nodes {
            until("each node knows the replicas", async || {
                node.told(&["CLUSTER", "NODES"]).await.concat().matches("slave ").count() == MASTERS
            })
            .await;
        }
        cluster
    }

    /// What a server needs to use it, by the names in the environment. It is told two of the nodes and finds the others.
    #[must_use]
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let mut places = self.nodes.iter().map(|node| format!("127.0.0.1:{}", node.port()));
        let mut place = || places.next().unwrap_or_default();
        vec![("REDIS_URL", format!("redis-cluster://{}?node={}", place(), place()))]
    }

    /// The master, by its number, that a key belongs to at the beginning.
    ///
    /// # Panics
    /// When it does not run.
    pub async fn master_of(&self, key: &str) -> usize {
        let first = self.nodes.first().expect("there are nodes");
        let slot: usize = first.command(&["CLUSTER", "KEYSLOT", key]).await.concat().parse().expect("a slot");
        (0..MASTERS).find(|number| slot <= last_slot(*number)).expect("each slot has a master")
    }

    /// Waits until the replica of a master has taken its place and the nodes that run say that all is well.
    ///
    /// # Panics
    /// When that does not come.
    pub async fn replica_takes_over(&self, number: usize) {
        let replica = self.nodes.get(MASTERS + number).expect("each master has a replica");
        until("the replica is a master", async || {
            replica.told(&["ROLE"]).await.first().is_some_and(|role| role == "master")
        })
        .await;
        for (place, node) in self.nodes.iter().enumerate() {
            if place != number {
                says(node, "cluster_state:ok").await;
            }
        }
    }

    async fn slots_given(&self) {
        let mut begin = 0;
        for (number, node) in self.nodes.iter().enumerate() {
            // Nodes that meet with the same epoch would first have to settle who is ahead.
            node.command(&["CLUSTER", "SET-CONFIG-EPOCH", &(number + 1).to_string()]).await;
            if number < MASTERS {
                let last = last_slot(number);
                node.command(&["CLUSTER", "ADDSLOTSRANGE", &begin.to_string(), &last.to_string()]).await;
                begin = last + 1;
            }
        }
    }

    async fn all_say(&self, what: &str) {
        for node in &self.nodes {
            says(node, what).await;
        }
    }
}

async fn says(node: &RedisServer, what: &str) {
    until(what, async || node.told(&["CLUSTER", "INFO"]).await.concat().contains(what)).await;
}

/// The last slot of a master.
const fn last_slot(number: usize) -> usize {
    SLOTS * (number + 1) / MASTERS - 1
}
