//! Names beside rows.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::future::join_all;
use ofektom_cache::{Cache, Caches, Lookup, Ticket};
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ports::{NameStore, Names, NamesWanted, StoreResult};
use uuid::Uuid;

use super::keys::{NameKey, NamedKind};

/// Most names in this process.
const NAMES_MAX: u64 = 100_000;

/// Most names that are looked for among copies: those of a page of the usual length, twice. What a longer page mentions is one
/// query.
const LOOKED_FOR_MAX: usize = 64;

/// Keeps copies of names.
pub(super) struct CachedNames {
    store: Arc<dyn NameStore>,
    names: Cache<NameKey>,
}

impl CachedNames {
    pub fn new(store: Arc<dyn NameStore>, caches: &Caches) -> Self {
        Self { store, names: caches.cache(NAMES_MAX) }
    }
}

/// The keys of what is wanted, when it is the few names of one business.
fn keys_of(wanted: &NamesWanted) -> Option<Vec<NameKey>> {
    let mut businesses = wanted.businesses.iter();
    let (&business, None) = (businesses.next()?, businesses.next()) else { return None };
    let key = |kind: NamedKind, id: Uuid| NameKey { business, kind, id };
    let people = wanted.people.iter().map(|id| key(NamedKind::Person, id.uuid()));
    let units = wanted.units.iter().map(|id| key(NamedKind::Unit, id.uuid()));
    let cards = wanted.cards.iter().map(|id| key(NamedKind::Card, id.uuid()));
    let keys: Vec<NameKey> = people.chain(units).chain(cards).take(LOOKED_FOR_MAX + 1).collect();
    (keys.len() <= LOOKED_FOR_MAX).then_some(keys)
}

fn wanted_of(business: BusinessId, tickets: &[Ticket<NameKey>]) -> NamesWanted {
    let mut wanted = NamesWanted { businesses: [business].into(), ..NamesWanted::default() };
    for ticket in tickets {
        let NameKey { kind, id, .. } = *ticket.key();
        match kind {
            NamedKind::Person => drop(wanted.people.insert(id.into())),
            NamedKind::Unit => drop(wanted.units.insert(id.into())),
            NamedKind::Card => drop(wanted.cards.insert(id.into())),
        }
    }
    wanted
}

#[async_trait]
impl NameStore for CachedNames {
    async fn names_of(&self, wanted: NamesWanted) -> StoreResult<Names> {
        let Some(keys) = keys_of(&wanted) else { return self.store.names_of(wanted).await };
        let mut found: Vec<(Uuid, String)> = Vec::with_capacity(keys.len());
        let mut missing = Vec::new();
        let looked = join_all(keys.iter().map(|key| self.names.lookup(key))).await;
        for (key, lookup) in keys.iter().zip(looked) {
            match lookup {
                Lookup::Known(name) => found.extend(name.map(|name| (key.id, (*name).clone()))),
                Lookup::Unknown(ticket) => missing.push(ticket),
            }
        }
        if let Some(business) = missing.first().map(|ticket| ticket.key().business) {
            let read = self.store.names_of(wanted_of(business, &missing)).await?;
            for ticket in missing {
                let id = ticket.key().id;
                let name = read.get(id).map(str::to_owned);
                found.extend(name.clone().map(|name| (id, name)));
                self.names.put(ticket, name);
            }
        }
        Ok(found.into_iter().collect())
    }
}
