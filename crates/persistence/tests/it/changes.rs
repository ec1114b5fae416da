//! The feed of changes: what triggers tell of, once to each reader, in whatever order transactions commit.

use jiff::Timestamp;
use ofektom_domain::business::BusinessChange;
use ofektom_domain::permission::Role;
use ofektom_domain::ports::{BusinessStore, ChangeStore, Changed, FeedCursor, SessionStore};
use ofektom_persistence::{Changes, Sessions};
use ofektom_testkit::{Engine, TestDb, on_both_engines, run_on};

use crate::fixture::{World, context, later, membership, start};
use crate::raw::Raw;
use crate::sessions::signed_in;

on_both_engines!(
    each_change_is_told_once,
    what_nobody_copies_is_not_told,
    every_write_of_a_row_is_seen_however_it_is_made,
    old_changes_are_forgotten_and_later_ones_told,
    too_many_changes_are_everything,
);

/// A reader of the feed, who knows where he was.
struct Reader {
    changes: Changes,
    cursor: FeedCursor,
}

impl Reader {
    async fn open(world: &World) -> Self {
        let mut reader = Self { changes: Changes::new(world.db.clone()), cursor: FeedCursor::default() };
        // Whoever begins is told of all that is kept: there may be copies of before.
        let _ = reader.told().await;
        reader
    }

    async fn told(&mut self) -> Vec<Changed> {
        let part = self.changes.changes_since(self.cursor.clone()).await.unwrap();
        self.cursor = part.cursor;
        let mut changes = part.changes;
        changes.sort();
        changes.dedup();
        changes
    }
}

async fn each_change_is_told_once(test: TestDb) {
    let mut world = World::open(&test).await;
    let business = world.opened("Sunrise Thrift").await;
    let user = world.registered("Ada").await;
    let sessions = Sessions::new(world.db.clone());
    let session = signed_in(&mut world, &sessions, user.id, 1).await;
    let (mut reader, mut other) = (Reader::open(&world).await, Reader::open(&world).await);

    let audit = world.audit(user.id, later(2));
    sessions.session_end(user.id, session.id, audit).await.unwrap();
    assert_eq!(reader.told().await, [Changed::Session(session.id)]);
    assert_eq!(reader.told().await, []);

    let joined = membership(&business, user.id, Role::Customer);
    let audit = world.audit(user.id, start());
    world.businesses.membership_create(joined, business.join_code, audit).await.unwrap();
    assert_eq!(reader.told().await, [Changed::User(user.id)]);

    let by = context(business.owner_id, later(3));
    let zone = BusinessChange { time_zone: Some("Africa/Accra".to_owned()), ..BusinessChange::default() };
    world.businesses.business_update(business.id, zone, &by).await.unwrap();
    assert_eq!(reader.told().await, [Changed::Business(business.id)]);
    let name = BusinessChange { name: Some("Sunset Thrift".to_owned()), ..BusinessChange::default() };
    let by = context(business.owner_id, later(5));
    world.businesses.business_update(business.id, name, &by).await.unwrap();
    assert_eq!(reader.told().await, [Changed::Everything, Changed::Business(business.id)], "memberships have the name");

    let mut unit = world.businesses.unit_by_id(business.id, business.default_unit_id).await.unwrap().unwrap();
    unit.name = "Market".to_owned();
    let audit = world.audit(business.owner_id, later(4));
    world.businesses.unit_update(unit.clone(), audit).await.unwrap();
    assert_eq!(reader.told().await, [Changed::Unit(unit.id)]);

    reader.changes.everything_changed().await.unwrap();
    assert_eq!(reader.told().await, [Changed::Everything]);
    assert_eq!(other.told().await.len(), 5, "each reader is told");
    assert_eq!(reader.changes.statements(), 8, "one for each reading");
}

async fn what_nobody_copies_is_not_told(test: TestDb) {
    let mut world = World::open(&test).await;
    let business = world.opened("Sunrise Thrift").await;
    let user = world.registered("Ada").await;
    let sessions = Sessions::new(world.db.clone());
    let session = signed_in(&mut world, &sessions, user.id, 1).await;
    let mut reader = Reader::open(&world).await;
    let raw = Raw::open(&test).await;
    raw.execute("UPDATE sessions SET last_used_at = created_at").await;
    raw.execute("UPDATE memberships SET cash_closed_until = '2026-01-01'").await;
    assert_eq!(reader.told().await, []);
    assert!(sessions.session_identity(session.id, later(1)).await.unwrap().is_some());
    assert_eq!(world.businesses.business_by_id(business.id).await.unwrap(), Some(business));
}

async fn every_write_of_a_row_is_seen_however_it_is_made(test: TestDb) {
    let mut world = World::open(&test).await;
    let business = world.opened("Sunrise Thrift").await;
    let user = world.registered("Ada").await;
    let sessions = Sessions::new(world.db.clone());
    let session = signed_in(&mut world, &sessions, user.id, 1).await;
    let mut reader = Reader::open(&world).await;
    let raw = Raw::open(&test).await;
    let (user_id, business_id) = (raw.id(user.id), raw.id(business.id));
    let (his, its) = (Changed::User(user.id), Changed::Business(business.id));
    for (sql, told) in [
        (format!("UPDATE users SET status = 'suspended' WHERE id = {user_id}"), his),
        (format!("UPDATE users SET secret_hash = 'other' WHERE id = {user_id}"), his),
        (format!("UPDATE users SET platform_role = 'super_admin' WHERE id = {user_id}"), his),
        (format!("UPDATE businesses SET status = 'closed' WHERE id = {business_id}"), its),
        (format!("UPDATE businesses SET policy = '{{}}' WHERE id = {business_id}"), its),
        ("UPDATE memberships SET role = 'admin'".to_owned(), Changed::User(business.owner_id)),
        ("UPDATE memberships SET status = 'left'".to_owned(), Changed::User(business.owner_id)),
        ("DELETE FROM memberships".to_owned(), Changed::User(business.owner_id)),
        ("DELETE FROM refresh_tokens".to_owned(), Changed::Everything),
        ("DELETE FROM sessions".to_owned(), Changed::Session(session.id)),
    ] {
        raw.execute(&sql).await;
        let expected = if told == Changed::Everything { vec![] } else { vec![told] };
        assert_eq!(reader.told().await, expected, "{sql}");
    }
}

async fn old_changes_are_forgotten_and_later_ones_told(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Ada").await;
    let mut reader = Reader::open(&world).await;
    let raw = Raw::open(&test).await;
    for name in ["a", "b", "c"] {
        raw.execute(&format!("UPDATE users SET full_name = '{name}' WHERE id = {}", raw.id(user.id))).await;
    }
    let long_ago: Timestamp = "2000-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(reader.changes.changes_forget(long_ago).await.unwrap(), 0);
    let soon: Timestamp = "2100-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(reader.changes.changes_forget(soon).await.unwrap(), 2, "the newest stays");
    assert_eq!(reader.told().await, [Changed::User(user.id)]);
    raw.execute("UPDATE users SET full_name = 'd'").await;
    assert_eq!(reader.told().await, [Changed::User(user.id)]);
    // A database that was restored from a copy counts from an earlier number.
    let horizon = reader.cursor.horizon.map(|horizon| horizon + 1_000_000);
    reader.cursor = FeedCursor { horizon, seen: Vec::new() };
    assert_eq!(reader.told().await, [Changed::Everything]);
    raw.execute("UPDATE users SET full_name = 'e'").await;
    assert_eq!(reader.told().await, [Changed::User(user.id)]);
}

async fn too_many_changes_are_everything(test: TestDb) {
    let mut world = World::open(&test).await;
    let user = world.registered("Ada").await;
    let mut reader = Reader::open(&world).await;
    let raw = Raw::open(&test).await;
    let one = format!("UPDATE users SET full_name = full_name || '!' WHERE id = {};", raw.id(user.id));
    raw.execute(&one.repeat(2_000)).await;
    assert_eq!(reader.told().await, [Changed::User(user.id)]);
    raw.execute(&one.repeat(2_001)).await;
    assert_eq!(reader.told().await, [Changed::Everything]);
    assert_eq!(reader.told().await, []);
}

/// Whoever began first commits last: his change has the smaller number, and must not be overlooked.
#[test]
fn a_change_that_commits_late_is_told() {
    run_on(Engine::Postgres, async |test: TestDb| {
        let mut world = World::open(&test).await;
        let (first, second) = (world.registered("Ada").await, world.registered("Obi").await);
        let mut reader = Reader::open(&world).await;
        let (slow, quick) = (Raw::open(&test).await, Raw::open(&test).await);
        let rename = |id: String| format!("UPDATE users SET full_name = 'other' WHERE id = {id}");
        slow.execute(&format!("BEGIN; {}", rename(slow.id(first.id)))).await;
        quick.execute(&rename(quick.id(second.id))).await;
        assert_eq!(reader.told().await, [Changed::User(second.id)]);
        assert_eq!(reader.told().await, [], "not again while the other is under way");
        slow.execute("COMMIT").await;
        assert_eq!(reader.told().await, [Changed::User(first.id)]);
        assert_eq!(reader.told().await, []);
    });
}
