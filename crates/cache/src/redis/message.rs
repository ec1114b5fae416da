//! What instances say to each other.

use super::outbox::Batch;
use crate::tag::slot_of_text;

const EVERYTHING: &str = "all";

/// A message on the channel. Its text is words: a letter, the sender, and more.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Message<'a> {
    /// The sender heard itself at this time of its own clock, if it hears this.
    Heartbeat { from: &'a str, sent_ms: u64 },
    /// The sender changed what these slots count.
    Invalidate { from: &'a str, slots: Vec<u16> },
    /// The sender changed what it cannot name.
    InvalidateAll { from: &'a str },
}

pub(super) fn heartbeat(from: &str, sent_ms: u64) -> String {
    format!("h {from} {sent_ms}")
}

/// The message of a batch; `None` when nobody is to be told of it.
pub(super) fn invalidate(from: &str, batch: &Batch) -> Option<String> {
    if batch.all == Some(true) {
        return Some(format!("i {from} {EVERYTHING}"));
    }
    let told: Vec<String> = batch.tags.iter().filter(|(_, tell)| **tell).map(|(tag, _)| tag.to_string()).collect();
    (!told.is_empty()).then(|| format!("i {from} {}", told.join(" ")))
}

impl<'a> Message<'a> {
    /// Reads a message. A word that is no tag may be one of another version of this program: then everything is meant.
    /// `None` for what nobody of us has sent.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let mut words = text.split(' ');
        match (words.next()?, words.next()?) {
            ("h", from) => Some(Self::Heartbeat { from, sent_ms: words.next()?.parse().ok()? }),
            ("i", from) => {
                let slots: Option<Vec<u16>> = words.map(slot_of_text).collect();
                Some(slots.map_or(Self::InvalidateAll { from }, |slots| Self::Invalidate { from, slots }))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::Tag;

    #[test]
    fn what_is_said_is_understood() {
        assert_eq!(Message::read(&heartbeat("me", 7)), Some(Message::Heartbeat { from: "me", sent_ms: 7 }));
        let (card, user) = (Tag::new("card", 1), Tag::new("user", 2));
        let mut batch = Batch { tags: HashMap::from([(card, true), (user, false)]), all: None };
        let text = invalidate("me", &batch).unwrap();
        assert_eq!(Message::read(&text), Some(Message::Invalidate { from: "me", slots: vec![card.slot()] }));
        batch.all = Some(true);
        let text = invalidate("me", &batch).unwrap();
        assert_eq!(Message::read(&text), Some(Message::InvalidateAll { from: "me" }));
        assert_eq!(invalidate("me", &Batch { tags: HashMap::from([(user, false)]), all: Some(false) }), None);
    }

    #[test]
    fn garbage_is_none_and_an_unknown_tag_means_everything() {
        for text in ["", "h", "h me", "h me soon", "x me 7"] {
            assert_eq!(Message::read(text), None, "{text}");
        }
        assert_eq!(Message::read("i you card#1"), Some(Message::InvalidateAll { from: "you" }));
    }
}
