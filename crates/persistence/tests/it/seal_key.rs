//! A key to seal with, and how chains are sealed and verified in tests.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use jiff::Timestamp;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ports::{ChainSealed, SealChain, SealStore, VerifyTrail};
use ofektom_domain::seal::{SealKey, SealKeyId, SealMac, TrailReport};
use ofektom_persistence::{Db, DbConfig, Seals};
use ofektom_testkit::TestDb;

/// A keyed hash that is good enough to test with.
pub struct TestKey(pub u8);

impl SealKey for TestKey {
    fn id(&self) -> SealKeyId {
        SealKeyId([self.0; 8])
    }

    fn mac(&self, message: &[u8]) -> SealMac {
        let mut mac = [0; 32];
        for (at, part) in mac.chunks_mut(8).enumerate() {
            let mut hasher = DefaultHasher::new();
            (self.0, at, message).hash(&mut hasher);
            part.copy_from_slice(&hasher.finish().to_be_bytes());
        }
        SealMac(mac)
    }
}

/// The seals of a process of its own, made with the key of this number.
pub async fn seals(test: &TestDb, key: u8) -> Seals {
    Seals::new(Db::connect(DbConfig::new(&test.url)).await.unwrap(), Arc::new(TestKey(key)))
}

/// One step in a chain.
pub async fn step(seals: &Seals, business_id: BusinessId, now: Timestamp, sweep: bool) -> ChainSealed {
    seals.chain_seal(SealChain { business_id, now, rows_max: 10, sweep }).await.unwrap()
}

/// Seals a chain until nothing waits: how many rows it was.
pub async fn seal_all(seals: &Seals, business: BusinessId, now: Timestamp) -> u32 {
    let mut sealed = 0;
    loop {
        match step(seals, business, now, false).await {
            ChainSealed::Sealed { rows, more } => {
                sealed += rows;
                if !more {
                    return sealed;
                }
            }
            other => panic!("{other:?}"),
        }
    }
}

pub async fn verified(seals: &Seals) -> TrailReport {
    seals.trail_verify(VerifyTrail::default(), &|_, _| ()).await.unwrap()
}
