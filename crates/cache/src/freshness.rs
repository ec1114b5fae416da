//! Whether the sources of invalidations were heard lately enough to trust copies.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::Trust;

/// How long copies that the change feed keeps fresh are trusted after a poll of the feed. With a poll each second, nothing
/// of these kinds is served older than this and one poll: five seconds.
pub const FEED_LEASE: Duration = Duration::from_secs(4);

/// How long the push channel counts as healthy after this instance sent a heartbeat that came back.
pub(crate) const PUSH_LEASE: Duration = Duration::from_secs(1);

const NEVER: u64 = 0;

/// When each source was heard last.
#[derive(Debug)]
pub(crate) struct Freshness {
    born: Instant,
    alone: bool,
    feed_heard_ms: AtomicU64,
    push_heard_ms: AtomicU64,
}

impl Freshness {
    pub(crate) fn new(alone: bool) -> Self {
        Self { born: Instant::now(), alone, feed_heard_ms: AtomicU64::new(NEVER), push_heard_ms: AtomicU64::new(NEVER) }
    }

    /// The feed was read up to what had been committed by `at`. An earlier moment than one already heard changes nothing.
    pub(crate) fn feed_heard(&self, at: Instant) {
        self.feed_heard_ms.fetch_max(self.ms(at), Ordering::AcqRel);
    }

    pub(crate) fn feed_lost(&self) {
        self.feed_heard_ms.store(NEVER, Ordering::Release);
    }

    /// The time on the clock by which heartbeats are sent, in milliseconds.
    pub(crate) fn now_ms(&self) -> u64 {
        self.ms(Instant::now())
    }

    /// A heartbeat that was sent at `sent_ms` of `now_ms` came back.
    pub(crate) fn push_heard(&self, sent_ms: u64) {
        self.push_heard_ms.fetch_max(sent_ms, Ordering::AcqRel);
    }

    pub(crate) fn push_lost(&self) {
        self.push_heard_ms.store(NEVER, Ordering::Release);
    }

    pub(crate) fn feed_fresh(&self, now: Instant) -> bool {
        self.within(&self.feed_heard_ms, now, FEED_LEASE)
    }

    pub(crate) fn push_healthy(&self, now: Instant) -> bool {
        self.within(&self.push_heard_ms, now, PUSH_LEASE)
    }

    /// Whether copies of such a kind in this process may be kept and served.
    pub(crate) fn trusts_process(&self, trust: Trust, now: Instant) -> bool {
        match trust {
            Trust::Fed => self.feed_fresh(now),
            Trust::Pushed => self.alone || self.push_healthy(now),
        }
    }

    /// Whether copies of such a kind in Redis may be kept and served.
    pub(crate) fn trusts_redis(&self, trust: Trust, now: Instant) -> bool {
        match trust {
            Trust::Fed => self.feed_fresh(now),
            Trust::Pushed => true,
        }
    }

    fn within(&self, heard_ms: &AtomicU64, now: Instant, lease: Duration) -> bool {
        let heard_ms = heard_ms.load(Ordering::Acquire);
        heard_ms != NEVER && Duration::from_millis(self.ms(now).saturating_sub(heard_ms)) < lease
    }

    /// Milliseconds since this was made, from one.
    fn ms(&self, at: Instant) -> u64 {
        let ms = at.saturating_duration_since(self.born).as_millis();
        u64::try_from(ms).unwrap_or(u64::MAX - 1).saturating_add(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fed_copies_need_the_feed_at_both_levels() {
        let freshness = Freshness::new(true);
        let heard = freshness.born + Duration::from_secs(10);
        assert!(!freshness.trusts_process(Trust::Fed, heard), "never heard");
        freshness.feed_heard(heard);
        for (after_ms, trusted) in [(0, true), (3_999, true), (4_000, false), (60_000, false)] {
            let now = heard + Duration::from_millis(after_ms);
            assert_eq!(freshness.trusts_process(Trust::Fed, now), trusted, "{after_ms}");
            assert_eq!(freshness.trusts_redis(Trust::Fed, now), trusted, "{after_ms}");
        }
        freshness.feed_heard(freshness.born);
        assert!(freshness.feed_fresh(heard), "an earlier poll that ends later changes nothing");
        freshness.feed_lost();
        assert!(!freshness.feed_fresh(heard));
    }

    #[test]
    fn pushed_copies_need_the_channel_in_the_process_only() {
        let freshness = Freshness::new(false);
        let heard = freshness.born + Duration::from_secs(10);
        assert!(!freshness.trusts_process(Trust::Pushed, heard));
        assert!(freshness.trusts_redis(Trust::Pushed, heard));
        freshness.push_heard(freshness.ms(heard));
        assert!(freshness.trusts_process(Trust::Pushed, heard + Duration::from_millis(999)));
        assert!(!freshness.trusts_process(Trust::Pushed, heard + Duration::from_millis(1_000)));
        freshness.push_lost();
        assert!(!freshness.trusts_process(Trust::Pushed, heard));
    }

    #[test]
    fn who_is_alone_needs_no_channel() {
        let freshness = Freshness::new(true);
        assert!(freshness.trusts_process(Trust::Pushed, Instant::now()));
    }
}
