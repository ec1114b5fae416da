//! What copies depend on, beside the sessions and people of authentication.

use ofektom_auth::{session_tag, user_tag};
use ofektom_cache::{Caches, Tag};
use ofektom_domain::ids::{BusinessId, SavingsAccountId, UnitId};
use ofektom_domain::ports::Changed;

/// A business itself: its name, rules, status, join code.
pub(crate) const fn business_tag(business: BusinessId) -> Tag {
    Tag::new("business", business.uuid().as_u128())
}

/// A unit's name.
pub(crate) const fn unit_tag(unit: UnitId) -> Tag {
    Tag::new("unit", unit.uuid().as_u128())
}

/// A card and what is on it.
pub(crate) const fn card_tag(card: SavingsAccountId) -> Tag {
    Tag::new("card", card.uuid().as_u128())
}

/// All cards of a business, for what changes more of them than it names.
pub(crate) const fn cards_of_tag(business: BusinessId) -> Tag {
    Tag::new("cards_of", business.uuid().as_u128())
}

/// The books of a business: whatever moves its money, or promises to.
pub(crate) const fn books_tag(business: BusinessId) -> Tag {
    Tag::new("books", business.uuid().as_u128())
}

/// The names of all people and units, for sums that show some of them.
pub(crate) const ALL_NAMES: Tag = Tag::new("all_names", 0);

/// Ends the copies that what the feed of changes told of made wrong. Other servers are not told: they read the feed
/// themselves.
pub fn changes_apply(caches: &Caches, changes: &[Changed]) {
    if changes.contains(&Changed::Everything) {
        // In Redis too, and what only pushes keep fresh: whoever says "everything" means it.
        caches.invalidate_all();
        return;
    }
    let mut tags: Vec<Tag> = Vec::with_capacity(changes.len());
    for change in changes {
        match *change {
            Changed::Everything => {}
            Changed::Session(session) => tags.push(session_tag(session)),
            Changed::User(user) => tags.push(user_tag(user)),
            Changed::Business(business) => tags.push(business_tag(business)),
            Changed::Unit(unit) => tags.push(unit_tag(unit)),
        }
    }
    if !tags.is_empty() {
        caches.invalidate_local(&tags);
    }
}
