//! Hashing of secrets, and locks after failed attempts.

use ofektom_auth::{HasherStats, LockoutStats};

use super::page::{About, Page, Written, level};

const DEPTH: About = About("ofektom_hashing_queue_depth", "Hashings that wait for a thread.");
const DEPTH_MAX: About = About("ofektom_hashing_queue_depth_max", "How many may; more are refused with 503.");
const HASHINGS: About = About("ofektom_hashings", "Hashings of secrets that were computed.");
const REFUSED: About = About("ofektom_hashings_overloaded", "Hashings that were refused because the queue was full.");
const LOCKS: About =
    About("ofektom_lockouts", "Locks after too many failed attempts, of phone numbers or of addresses.");
const HELD_UP: About = About(
    "ofektom_sign_ins_held_up",
    "Attempts refused unheard, because their number or address was delayed or locked.",
);

pub(super) fn write(page: &mut Page<'_, '_>, hashing: HasherStats, lockouts: LockoutStats) -> Written {
    let count = |number: usize| level(u64::try_from(number).unwrap_or(u64::MAX));
    page.gauge(DEPTH, count(hashing.waiting))?;
    page.gauge(DEPTH_MAX, count(hashing.waiting_max))?;
    page.counter(HASHINGS, hashing.hashings_total)?;
    page.counter(REFUSED, hashing.refused_total)?;
    let locks = [("phone", lockouts.phones_total), ("address", lockouts.addresses_total)];
    page.counters(LOCKS, locks.map(|(of, count)| ([("of", of)], count)))?;
    page.counter(HELD_UP, lockouts.held_up_total)
}
