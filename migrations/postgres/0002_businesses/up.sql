-- Businesses (the tenants), their units and their members.

CREATE TABLE businesses (
    id uuid NOT NULL,
    name text NOT NULL,
    join_code text NOT NULL,
    owner_id uuid NOT NULL REFERENCES users (id),
    currency text NOT NULL,
    time_zone text NOT NULL,
    policy jsonb NOT NULL,
    status text NOT NULL CHECK (status IN ('active', 'suspended', 'closed')),
    default_unit_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by uuid NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX businesses_join_code ON businesses (join_code);

CREATE TABLE units (
    business_id uuid NOT NULL REFERENCES businesses (id),
    id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by uuid NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE UNIQUE INDEX units_name ON units (business_id, name);

CREATE TABLE memberships (
    business_id uuid NOT NULL REFERENCES businesses (id),
    user_id uuid NOT NULL REFERENCES users (id),
    role text NOT NULL CHECK (role IN ('agent', 'admin', 'sub_agent', 'customer')),
    unit_id uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('active', 'suspended', 'left')),
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by uuid NOT NULL,
    PRIMARY KEY (business_id, user_id),
    FOREIGN KEY (business_id, unit_id) REFERENCES units (business_id, id)
);
CREATE INDEX memberships_user ON memberships (user_id);
CREATE INDEX memberships_newest ON memberships (business_id, created_at, user_id);
CREATE INDEX memberships_unit ON memberships (business_id, unit_id);

ALTER TABLE businesses ADD CONSTRAINT businesses_default_unit
    FOREIGN KEY (id, default_unit_id) REFERENCES units (business_id, id) DEFERRABLE INITIALLY DEFERRED;
