//! Invalidations that Redis does not know yet.
//!
//! While one waits, this instance must not read values with its tag from Redis: their tokens are still the old ones.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::Tag;

/// More tags than these become "everything".
const TAGS_MAX: usize = 4_096;

/// What waits, and what of it is on its way.
#[derive(Debug)]
pub(crate) struct Outbox {
    waiting: Mutex<Batch>,
    /// By the slot of a tag: how many of its invalidations Redis does not know for sure.
    unsettled: Box<[AtomicU32]>,
    all_unsettled: AtomicBool,
    came: Notify,
}

/// Invalidations to send together; the flag says whether other instances are to be told.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub tags: HashMap<Tag, bool>,
    pub all: Option<bool>,
}

impl Batch {
    pub(crate) fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.all.is_none()
    }
}

impl Outbox {
    pub(crate) fn new() -> Self {
        Self {
            waiting: Mutex::default(),
            unsettled: (0..=u16::MAX).map(|_| AtomicU32::new(0)).collect(),
            all_unsettled: AtomicBool::new(false),
            came: Notify::new(),
        }
    }

    /// Takes tags on. To be called before their generations advance: a reader that sees the new generation must also see
    /// that Redis is not to be asked.
    pub(crate) fn add(&self, tags: impl IntoIterator<Item = Tag>, tell: bool) {
        let mut waiting = self.lock();
        for tag in tags {
            self.add_one(&mut waiting, tag, tell);
        }
        drop(waiting);
        self.came.notify_one();
    }

    /// Takes "everything" on, which includes every tag that waits.
    pub(crate) fn add_all(&self, tell: bool) {
        let mut waiting = self.lock();
        self.make_all(&mut waiting, tell);
        drop(waiting);
        self.came.notify_one();
    }

    /// What waits, to be sent. It stays unsettled until `settled`.
    pub(crate) fn take(&self) -> Batch {
        std::mem::take(&mut *self.lock())
    }

    /// Redis knows the batch.
    pub(crate) fn settled(&self, batch: &Batch) {
        let waiting = self.lock();
        if batch.all.is_some() && waiting.all.is_none() {
            self.all_unsettled.store(false, Ordering::Release);
        }
        self.settle_tags(&batch.tags);
    }

    /// Nobody knows whether Redis knows the batch: it waits again.
    pub(crate) fn failed(&self, batch: &Batch) {
        let mut waiting = self.lock();
        if let Some(tell) = batch.all {
            self.make_all(&mut waiting, tell);
        }
        for (tag, tell) in &batch.tags {
            self.add_one(&mut waiting, *tag, *tell);
        }
        self.settle_tags(&batch.tags);
        drop(waiting);
        self.came.notify_one();
    }

    /// Whether values in any of these slots must not be read from Redis.
    pub(crate) fn holds(&self, mut slots: impl Iterator<Item = u16>) -> bool {
        let unsettled =
            |slot: u16| self.unsettled.get(usize::from(slot)).is_some_and(|count| count.load(Ordering::Acquire) > 0);
        self.all_unsettled.load(Ordering::Acquire) || slots.any(unsettled)
    }

    /// Whether anything waits or is on its way.
    pub(crate) fn is_settled(&self) -> bool {
        let waiting = self.lock();
        waiting.is_empty() && !self.holds(0..=u16::MAX)
    }

    /// Ends when something waits.
    pub(crate) async fn came(&self) {
        self.came.notified().await;
    }

    fn add_one(&self, waiting: &mut Batch, tag: Tag, tell: bool) {
        if let Some(all) = &mut waiting.all {
            *all |= tell;
        } else if let Some(told) = waiting.tags.get_mut(&tag) {
            *told |= tell;
        } else if waiting.tags.len() >= TAGS_MAX {
            self.make_all(waiting, tell);
        } else {
            waiting.tags.insert(tag, tell);
            self.count(tag, |count| count.saturating_add(1));
        }
    }

    fn make_all(&self, waiting: &mut Batch, tell: bool) {
        self.all_unsettled.store(true, Ordering::Release);
        let told = waiting.all.unwrap_or(false) || waiting.tags.values().any(|told| *told);
        waiting.all = Some(told || tell);
        let tags = std::mem::take(&mut waiting.tags);
        self.settle_tags(&tags);
    }

    fn settle_tags(&self, tags: &HashMap<Tag, bool>) {
        for tag in tags.keys() {
            self.count(*tag, |count| count.saturating_sub(1));
        }
    }

    fn count(&self, tag: Tag, change: impl Fn(u32) -> u32) {
        if let Some(count) = self.unsettled.get(usize::from(tag.slot())) {
            count.update(Ordering::AcqRel, Ordering::Acquire, change);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Batch> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARD: Tag = Tag::new("card", 1);
    const USER: Tag = Tag::new("user", 1);

    fn holds(outbox: &Outbox, tag: Tag) -> bool {
        outbox.holds([tag.slot()].into_iter())
    }

    #[test]
    fn a_tag_is_held_until_redis_knows_it() {
        let outbox = Outbox::new();
        outbox.add([CARD, CARD], false);
        assert!(holds(&outbox, CARD) && !holds(&outbox, USER));
        let batch = outbox.take();
        assert!(holds(&outbox, CARD), "it is on its way");
        outbox.add([CARD], true);
        outbox.settled(&batch);
        assert!(holds(&outbox, CARD), "it was invalidated again");
        outbox.failed(&outbox.take());
        assert!(holds(&outbox, CARD), "it waits again");
        let batch = outbox.take();
        assert_eq!(batch.tags.get(&CARD), Some(&true));
        outbox.settled(&batch);
        assert!(outbox.is_settled());
    }

    #[test]
    fn too_many_tags_become_everything() {
        let outbox = Outbox::new();
        outbox.add((0..5_000).map(|id| Tag::new("card", id)), true);
        assert!(holds(&outbox, USER));
        let batch = outbox.take();
        assert!(batch.tags.is_empty());
        assert_eq!(batch.all, Some(true));
        outbox.settled(&batch);
        assert!(outbox.is_settled());
    }

    #[test]
    fn everything_is_settled_by_the_last_one_only() {
        let outbox = Outbox::new();
        outbox.add([CARD], true);
        outbox.add_all(false);
        let batch = outbox.take();
        assert_eq!(batch.all, Some(true), "the tag in it was to be told");
        outbox.add_all(false);
        outbox.settled(&batch);
        assert!(holds(&outbox, USER));
        outbox.settled(&outbox.take());
        assert!(outbox.is_settled());
    }
}
