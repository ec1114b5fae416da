-- The seals of the audit trail: a chain of keyed hashes for each business (the nil UUID for the platform's own).

CREATE TABLE audit_seals (
    business_id BLOB NOT NULL,
    -- The place in the chain, from 1.
    seq INTEGER NOT NULL CHECK (seq > 0),
    audit_id BLOB NOT NULL,
    key_id BLOB NOT NULL,
    late INTEGER NOT NULL,
    mac BLOB NOT NULL,
    PRIMARY KEY (business_id, seq)
) STRICT;
-- Each row is sealed once, and whether it is takes one look.
CREATE UNIQUE INDEX audit_seals_audit_id ON audit_seals (business_id, audit_id);

CREATE TRIGGER audit_seals_no_update BEFORE UPDATE ON audit_seals
BEGIN
    SELECT RAISE(ABORT, 'audit_seals is append-only');
END;
CREATE TRIGGER audit_seals_no_delete BEFORE DELETE ON audit_seals
BEGIN
    SELECT RAISE(ABORT, 'audit_seals is append-only');
END;

-- How far each chain goes. Whoever seals holds its row.
CREATE TABLE audit_chains (
    business_id BLOB NOT NULL PRIMARY KEY,
    sealed INTEGER NOT NULL,
    mac BLOB NOT NULL,
    former INTEGER NOT NULL,
    -- When the last round through the trail began that came to its end, when the present one did, and how far that is.
    complete_at INTEGER,
    round_at INTEGER,
    swept_to BLOB NOT NULL,
    key_id BLOB NOT NULL,
    -- Over all of the above.
    signature BLOB NOT NULL,
    -- After which id new rows are looked for, and when the round last went on; neither is evidence of anything.
    looked_from BLOB NOT NULL,
    swept_at INTEGER NOT NULL
) STRICT;
