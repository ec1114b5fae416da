-- The audit trail, only ever added to, and the answers of exactly-once requests.

CREATE TABLE audit_rows (
    -- The nil UUID for what concerns a person alone.
    business_id uuid NOT NULL,
    id uuid NOT NULL,
    actor_id uuid,
    verb text NOT NULL,
    entity text NOT NULL,
    entity_id uuid NOT NULL,
    state_before jsonb,
    state_after jsonb,
    address text,
    request_id text,
    at timestamptz NOT NULL,
    PRIMARY KEY (business_id, id)
);

-- Keys belong to their caller, whatever the business: the same key never has two effects.
CREATE TABLE idempotency_keys (
    caller_id uuid NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    answer_status bigint NOT NULL,
    answer_location text,
    answer_body bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (caller_id, key)
);
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);

CREATE TRIGGER audit_rows_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_rows
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
