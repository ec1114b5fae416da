//! What cached values depend on.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The name of something that changes, such as a user. Values that depend on it carry it, and whoever changes it
/// invalidates it. Its text is `kind:id` with the id in 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag {
    kind: &'static str,
    id: u128,
}

impl Tag {
    /// The tag of one thing. `kind` is a word of letters and underscores.
    #[must_use]
    pub const fn new(kind: &'static str, id: u128) -> Self {
        Self { kind, id }
    }

    /// Where its generation is counted.
    pub(crate) fn slot(&self) -> u16 {
        slot_of(self.kind, self.id)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{:032x}", self.kind, self.id)
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The slot of a tag that another instance named; `None` for a text that no tag has.
pub(crate) fn slot_of_text(text: &str) -> Option<u16> {
    let (kind, id) = text.split_once(':')?;
    if kind.is_empty() || id.len() != 32 {
        return None;
    }
    u128::from_str_radix(id, 16).ok().map(|id| slot_of(kind, id))
}

/// `DefaultHasher::new` has fixed keys, so that a tag and its text fall into one slot.
fn slot_of(kind: &str, id: u128) -> u16 {
    let mut hasher = DefaultHasher::new();
    (kind, id).hash(&mut hasher);
    let [low, high, ..] = hasher.finish().to_le_bytes();
    u16::from_le_bytes([low, high])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_and_its_text_share_a_slot() {
        for id in [0, 1, u128::MAX, 0x1234_5678_9abc_def0] {
            let tag = Tag::new("user", id);
            assert_eq!(slot_of_text(&tag.to_string()), Some(tag.slot()));
        }
        assert_ne!(Tag::new("user", 1).slot(), Tag::new("card", 1).slot());
    }

    #[test]
    fn other_texts_are_no_tags() {
        for text in ["", "user", "user:", "user:1", ":00000000000000000000000000000001", "user:zz"] {
            assert_eq!(slot_of_text(text), None, "{text}");
        }
    }
}
