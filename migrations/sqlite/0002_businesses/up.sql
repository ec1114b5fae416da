-- Businesses (the tenants), their units and their members.

CREATE TABLE businesses (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    join_code TEXT NOT NULL,
    owner_id BLOB NOT NULL REFERENCES users (id),
    currency TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    policy TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'suspended', 'closed')),
    default_unit_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by BLOB NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT businesses_default_unit FOREIGN KEY (id, default_unit_id) REFERENCES units (business_id, id)
        DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX businesses_join_code ON businesses (join_code);

CREATE TABLE units (
    business_id BLOB NOT NULL REFERENCES businesses (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by BLOB NOT NULL,
    PRIMARY KEY (business_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX units_name ON units (business_id, name);

CREATE TABLE memberships (
    business_id BLOB NOT NULL REFERENCES businesses (id),
    user_id BLOB NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('agent', 'admin', 'sub_agent', 'customer')),
    unit_id BLOB NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'suspended', 'left')),
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by BLOB NOT NULL,
    PRIMARY KEY (business_id, user_id),
    FOREIGN KEY (business_id, unit_id) REFERENCES units (business_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_user ON memberships (user_id);
CREATE INDEX memberships_newest ON memberships (business_id, created_at, user_id);
CREATE INDEX memberships_unit ON memberships (business_id, unit_id);
