-- What people are told, and what they do not want to be told. A notification belongs to its person, whatever business it
-- tells of, so the person comes first in its keys. No foreign keys: it is written on the hot path.

CREATE TABLE notifications (
    user_id BLOB NOT NULL,
    id BLOB NOT NULL,
    -- The business in which it happened; null for what concerns the person alone.
    business_id BLOB,
    kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    facts TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    read_at INTEGER,
    PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX notifications_unread ON notifications (user_id, id) WHERE read_at IS NULL;
-- For deleting old ones.
CREATE INDEX notifications_read ON notifications (read_at) WHERE read_at IS NOT NULL;
CREATE INDEX notifications_created_at ON notifications (created_at);

-- The kinds that a person has turned off.
CREATE TABLE notification_mutes (
    user_id BLOB NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL,
    PRIMARY KEY (user_id, kind)
) STRICT, WITHOUT ROWID;
