//! What things are called in Redis. Every key is used by itself, so the keys may lie on different nodes.

use std::fmt::Display;

use crate::{CacheKey, Tag};

/// Where instances tell each other what was invalidated, and hear that they still hear each other.
pub(crate) const CHANNEL: &str = "ofektom:invalidate";

/// Written to find out whether Redis takes writes in time.
const PROBE: &str = "ofektom:probe";

/// The tag that every value has.
pub(crate) const TAG_ALL: &str = "ofektom:tag:all";

/// So many keys that are written to find that out; those of a cluster are spread over its nodes.
pub(crate) fn probes(count: usize) -> Vec<String> {
    (0..count).map(|number| if number == 0 { PROBE.to_owned() } else { format!("{PROBE}:{number}") }).collect()
}

/// Where a value is.
pub(crate) fn value<K: CacheKey>(key: &K) -> String {
    format!("ofektom:{}:v{}:{key}", K::KIND, K::VERSION)
}

/// Where is what all instances have used of a quota.
pub(crate) fn quota(quota: &str, key: u128) -> String {
    format!("ofektom:quota:v1:{quota}:{key:032x}")
}

/// Where the token of a tag is.
pub(crate) fn tag(tag: impl Display) -> String {
    format!("ofektom:tag:{tag}")
}

/// The keys of the tokens that a value with these tags depends on: all, then each tag.
pub(crate) fn tokens(tags: &[Tag]) -> Vec<String> {
    std::iter::once(TAG_ALL.to_owned()).chain(tags.iter().map(tag)).collect()
}
