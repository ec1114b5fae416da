-- The seals of the audit trail: a chain of keyed hashes for each business (the nil UUID for the platform's own).

CREATE TABLE audit_seals (
    business_id uuid NOT NULL,
    -- The place in the chain, from 1.
    seq bigint NOT NULL CHECK (seq > 0),
    audit_id uuid NOT NULL,
    key_id bytea NOT NULL,
    late boolean NOT NULL,
    mac bytea NOT NULL,
    PRIMARY KEY (business_id, seq)
);
-- Each row is sealed once, and whether it is takes one look.
CREATE UNIQUE INDEX audit_seals_audit_id ON audit_seals (business_id, audit_id);

CREATE TRIGGER audit_seals_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- How far each chain goes. Whoever seals holds its row.
CREATE TABLE audit_chains (
    business_id uuid PRIMARY KEY,
    sealed bigint NOT NULL,
    mac bytea NOT NULL,
    former bigint NOT NULL,
    -- When the last round through the trail began that came to its end, when the present one did, and how far that is.
    complete_at timestamptz,
    round_at timestamptz,
    swept_to uuid NOT NULL,
    key_id bytea NOT NULL,
    -- Over all of the above.
    signature bytea NOT NULL,
    -- After which id new rows are looked for, and when the round last went on; neither is evidence of anything.
    looked_from uuid NOT NULL,
    swept_at timestamptz NOT NULL
);
