-- Invitations to a business, and names of units that differ by more than their case.

CREATE TABLE invitations (
    business_id uuid NOT NULL REFERENCES businesses (id),
    id uuid NOT NULL,
    -- Who is invited: the person with this number, who may have no account yet.
    phone text NOT NULL,
    role text NOT NULL CHECK (role IN ('admin', 'sub_agent', 'customer')),
    -- No key: an invitation that was answered or has expired keeps no unit from being removed.
    unit_id uuid NOT NULL,
    -- A pending one that is too old is expired without being written; it is marked when the number is invited again.
    status text NOT NULL CHECK (status IN ('pending', 'accepted', 'rejected', 'expired', 'revoked')),
    token_hash bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by uuid NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE UNIQUE INDEX invitations_pending ON invitations (business_id, phone) WHERE status = 'pending';
-- The invited person knows a token or his number, not the business. Tokens are 256 random bits.
CREATE INDEX invitations_token ON invitations (token_hash);
CREATE INDEX invitations_pending_phone ON invitations (phone, id) WHERE status = 'pending';

-- The name in lower case, folded by the program, as it is unique. The engines fold what is there already; of names that
-- differ by their case alone the older one keeps the key.
ALTER TABLE units ADD COLUMN name_key text NOT NULL DEFAULT '';
UPDATE units SET name_key = CASE
    WHEN EXISTS (SELECT 1 FROM units o WHERE o.business_id = units.business_id AND lower(o.name) = lower(units.name)
                     AND o.id < units.id)
    THEN lower(name) || ' ' || CAST(id AS text) ELSE lower(name) END;
ALTER TABLE units ALTER COLUMN name_key DROP DEFAULT;
DROP INDEX units_name;
CREATE UNIQUE INDEX units_name ON units (business_id, name_key);
