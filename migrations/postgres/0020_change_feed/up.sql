-- What servers hold copies of, and that it changed. Triggers fill it, so that no way of changing something can forget it;
-- every server reads what is new each second, and forgets its copies.

CREATE TABLE change_feed (
    -- The transaction that changed it. Rows of one may become visible after rows of a later one; whoever reads from the
    -- oldest transaction that was under way when he last looked misses none.
    xact bigint NOT NULL DEFAULT txid_current(),
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    -- 0 everything, 1 session, 2 user (or a membership of his), 3 business, 4 unit.
    kind bigint NOT NULL CHECK (kind BETWEEN 0 AND 4),
    subject uuid NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (xact, id)
);

CREATE FUNCTION change_feed_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_feed (kind, subject) VALUES (1, OLD.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER sessions_change_feed_update AFTER UPDATE ON sessions FOR EACH ROW
    WHEN (OLD.ended_at IS DISTINCT FROM NEW.ended_at OR OLD.user_id IS DISTINCT FROM NEW.user_id)
    EXECUTE FUNCTION change_feed_session();
CREATE TRIGGER sessions_change_feed_delete AFTER DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION change_feed_session();

CREATE FUNCTION change_feed_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_feed (kind, subject) VALUES (2, OLD.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER users_change_feed_update AFTER UPDATE ON users FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION change_feed_user();
CREATE TRIGGER users_change_feed_delete AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION change_feed_user();

CREATE FUNCTION change_feed_membership() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_feed (kind, subject) VALUES (2, CASE TG_OP WHEN 'DELETE' THEN OLD.user_id ELSE NEW.user_id END);
    RETURN NULL;
END
$$;
CREATE TRIGGER memberships_change_feed_insert AFTER INSERT ON memberships FOR EACH ROW
    EXECUTE FUNCTION change_feed_membership();
-- Not for the days of cash, which no copy of a membership has.
CREATE TRIGGER memberships_change_feed_update AFTER UPDATE ON memberships FOR EACH ROW
    WHEN ((OLD.role, OLD.unit_id, OLD.status, OLD.updated_at, OLD.updated_by)
        IS DISTINCT FROM (NEW.role, NEW.unit_id, NEW.status, NEW.updated_at, NEW.updated_by))
    EXECUTE FUNCTION change_feed_membership();
CREATE TRIGGER memberships_change_feed_delete AFTER DELETE ON memberships FOR EACH ROW
    EXECUTE FUNCTION change_feed_membership();

CREATE FUNCTION change_feed_business() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_feed (kind, subject) VALUES (3, OLD.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER businesses_change_feed_update AFTER UPDATE ON businesses FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION change_feed_business();
CREATE TRIGGER businesses_change_feed_delete AFTER DELETE ON businesses FOR EACH ROW
    EXECUTE FUNCTION change_feed_business();

-- Every copy of a membership has the name of its business.
CREATE FUNCTION change_feed_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_feed (kind, subject) VALUES (0, '00000000-0000-0000-0000-000000000000');
    RETURN NULL;
END
$$;
CREATE TRIGGER businesses_change_feed_rename AFTER UPDATE ON businesses FOR EACH ROW
    WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION change_feed_everything();

CREATE FUNCTION change_feed_unit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_feed (kind, subject) VALUES (4, OLD.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER units_change_feed_update AFTER UPDATE ON units FOR EACH ROW
    WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION change_feed_unit();
CREATE TRIGGER units_change_feed_delete AFTER DELETE ON units FOR EACH ROW EXECUTE FUNCTION change_feed_unit();
