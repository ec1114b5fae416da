-- The audit trail, only ever added to, and the answers of exactly-once requests.

CREATE TABLE audit_rows (
    -- The nil UUID for what concerns a person alone.
    business_id BLOB NOT NULL,
    id BLOB NOT NULL,
    actor_id BLOB,
    verb TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_id BLOB NOT NULL,
    state_before TEXT,
    state_after TEXT,
    address TEXT,
    request_id TEXT,
    at INTEGER NOT NULL,
    PRIMARY KEY (business_id, id)
) STRICT;

-- Keys belong to their caller, whatever the business: the same key never has two effects.
CREATE TABLE idempotency_keys (
    caller_id BLOB NOT NULL,
    key TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    answer_status INTEGER NOT NULL,
    answer_location TEXT,
    answer_body BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (caller_id, key)
) STRICT;
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);

CREATE TRIGGER audit_rows_no_update BEFORE UPDATE ON audit_rows
BEGIN
    SELECT RAISE(ABORT, 'audit_rows is append-only');
END;
CREATE TRIGGER audit_rows_no_delete BEFORE DELETE ON audit_rows
BEGIN
    SELECT RAISE(ABORT, 'audit_rows is append-only');
END;
