//! The keys that seal, while one takes the place of another.

use std::sync::Arc;

use ofektom_domain::seal::{SealKey, SealKeyId};

type Key = Arc<dyn SealKey>;

/// The present key, former ones whose chains are taken over, and coming ones that another server may have taken chains over with.
#[derive(Clone)]
pub(super) struct SealKeys {
    pub(super) present: Key,
    pub(super) previous: Arc<[Key]>,
    pub(super) next: Arc<[Key]>,
}

impl SealKeys {
    pub(super) fn alone(present: Key) -> Self {
        Self { present, previous: Arc::new([]), next: Arc::new([]) }
    }

    /// All of them, the present one first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.present).chain(self.next.iter()).chain(self.previous.iter())
    }

    /// The key of this name.
    pub(super) fn of(&self, id: SealKeyId) -> Option<&Key> {
        self.all().find(|key| key.id() == id)
    }

    /// Whether chains of this key are to be taken over.
    pub(super) fn is_former(&self, id: SealKeyId) -> bool {
        id != self.present.id() && self.previous.iter().any(|key| key.id() == id)
    }
}
