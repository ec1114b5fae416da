-- What servers hold copies of, and that it changed. Triggers fill it, so that no way of changing something can forget it;
-- every server reads what is new each second, and forgets its copies.

CREATE TABLE change_feed (
    -- Here the same as the id: transactions that write are made one after the other.
    xact INTEGER NOT NULL,
    id INTEGER NOT NULL,
    -- 0 everything, 1 session, 2 user (or a membership of his), 3 business, 4 unit.
    kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4),
    subject BLOB NOT NULL,
    changed_at INTEGER NOT NULL DEFAULT (CAST(unixepoch('subsec') * 1000000 AS INTEGER)),
    PRIMARY KEY (xact, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER sessions_change_feed_update AFTER UPDATE ON sessions FOR EACH ROW
    WHEN OLD.ended_at IS NOT NEW.ended_at OR OLD.user_id IS NOT NEW.user_id
BEGIN
    INSERT INTO change_feed (xact, id, kind, subject)
        SELECT next, next, 1, OLD.id FROM (SELECT coalesce(max(xact), 0) + 1 AS next FROM change_feed);
END;
CREATE TRIGGER sessions_change_feed_delete AFTER DELETE ON sessions FOR EACH ROW
BEGIN
    INSERT INTO change_feed (xact, id, kind, subject)
        SELECT next, next, 1, OLD.id FROM (SELECT coalesce(max(xact), 0) + 1 AS next FROM change_feed);
END;

CREATE TRIGGER users_change_feed_update AFTER UPDATE ON users FOR EACH ROW
BEGIN
    INSERT INTO change_feed (xact, id, kind, subject)
        SELECT next, next, 2, OLD.id FROM (SELECT coalesce(max(xact), 0) + 1 AS next FROM change_feed);
END;
CREATE TRIGGER users_change_feed_delete AFTER DELETE ON users FOR EACH ROW
BEGIN
    INSERT INTO change_feed (xact, id, kind, subject)
        SELECT next, next, 2, OLD.id FROM (SELECT coalesce(max(xact), 0) + 1 AS next FROM change_feed);
END;

CREATE TRIGGER memberships_change_feed_insert AFTER INSERT ON memberships FOR EACH ROW
BEGIN
    INSERT INTO change_feed (xact, id, kind, subject)
        SELECT next, next, 2, NEW.user_id FROM (SELECT coalesce(max(xact), 0) + 1 AS next FROM change_feed);
END;
-- Not for the days of cash, which no copy of a membership has.
CREATE TRIGGER memberships_change_feed_update AFTER UPDATE ON memberships FOR EACH ROW
    WHEN OLD.role IS NOT NEW.role
        OR OLD.unit_id IS NOT NEW.unit_id
        OR OLD.status IS NOT NEW.status
        OR OLD.updated_at IS NOT NEW.updated_at
        OR OLD.updated_by IS NOT NEW.updated_by
BEGIN
    INSERT INTO change_feed (xact, id, kind, subject)
        SELECT next, next, 2, NEW.user_id FROM (SELECT coalesce(max(xact), 0) + 1 AS next FROM change_feed);
END;
CREATE TRIGGER memberships_change_feed_delete AFTER DELETE ON memberships FOR EACH ROW
BEGIN
    INSERT INTO change_feed (xact, id, kind, subject)
        SELECT next, next, 2, OLD.user_id FROM (SELECT coalesce(max(xact), 0) + 1 AS next FROM change_feed);
END;

CREATE TRIGGER businesses_change_feed_update AFTER UPDATE ON businesses FOR EACH ROW
BEGIN
    INSERT INTO change_feed (xact, id, kind, subject)
        SELECT next, next, 3, OLD.id FROM (SELECT coalesce(max(xact), 0) + 1 AS next FROM change_feed);
END;
CREATE TRIGGER businesses_change_feed_delete AFTER DELETE ON businesses FOR EACH ROW
BEGIN
    INSERT INTO change_feed (xact, id, kind, subject)
        SELECT next, next, 3, OLD.id FROM (SELECT coalesce(max(xact), 0) + 1 AS next FROM change_feed);
END;
-- Every copy of a membership has the name of its business.
CREATE TRIGGER businesses_change_feed_rename AFTER UPDATE ON businesses FOR EACH ROW
    WHEN OLD.name IS NOT NEW.name
BEGIN
    INSERT INTO change_feed (xact, id, kind, subject)
        SELECT next, next, 0, zeroblob(16) FROM (SELECT coalesce(max(xact), 0) + 1 AS next FROM change_feed);
END;

CREATE TRIGGER units_change_feed_update AFTER UPDATE ON units FOR EACH ROW
    WHEN OLD.name IS NOT NEW.name
BEGIN
    INSERT INTO change_feed (xact, id, kind, subject)
        SELECT next, next, 4, OLD.id FROM (SELECT coalesce(max(xact), 0) + 1 AS next FROM change_feed);
END;
CREATE TRIGGER units_change_feed_delete AFTER DELETE ON units FOR EACH ROW
BEGIN
    INSERT INTO change_feed (xact, id, kind, subject)
        SELECT next, next, 4, OLD.id FROM (SELECT coalesce(max(xact), 0) + 1 AS next FROM change_feed);
END;
