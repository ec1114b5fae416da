-- What people are told, and what they do not want to be told. A notification belongs to its person, whatever business it
-- tells of, so the person comes first in its keys. No foreign keys: it is written on the hot path.

CREATE TABLE notifications (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    -- The business in which it happened; null for what concerns the person alone.
    business_id uuid,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    facts jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    read_at timestamptz,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX notifications_unread ON notifications (user_id, id) WHERE read_at IS NULL;
-- For deleting old ones. Neither costs the hot path a page: the first is empty until somebody reads, the second is
-- a summary of ranges of pages.
CREATE INDEX notifications_read ON notifications (read_at) WHERE read_at IS NOT NULL;
CREATE INDEX notifications_created_at ON notifications USING brin (created_at);

-- The kinds that a person has turned off.
CREATE TABLE notification_mutes (
    user_id uuid NOT NULL REFERENCES users (id),
    kind text NOT NULL,
    PRIMARY KEY (user_id, kind)
);
