-- People, their credentials and their sign-ins. None of this belongs to one business.

CREATE TABLE users (
    id uuid NOT NULL,
    phone text NOT NULL,
    full_name text NOT NULL,
    -- The name in lower case, folded by the program: both engines search it alike.
    name_search text NOT NULL,
    email text,
    credential text NOT NULL CHECK (credential IN ('pin', 'passphrase')),
    platform_role text NOT NULL CHECK (platform_role IN ('none', 'super_admin')),
    status text NOT NULL CHECK (status IN ('pending', 'active', 'suspended')),
    secret_hash text,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by uuid NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT users_active_has_secret CHECK (status <> 'active' OR secret_hash IS NOT NULL)
);
CREATE UNIQUE INDEX users_phone ON users (phone);

CREATE TABLE activations (
    token_hash bytea NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (token_hash)
);
CREATE INDEX activations_user ON activations (user_id);

CREATE TABLE sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    address text,
    user_agent text,
    PRIMARY KEY (id)
);
CREATE INDEX sessions_live_of_user ON sessions (user_id, id) WHERE ended_at IS NULL;

CREATE TABLE refresh_tokens (
    hash bytea NOT NULL,
    session_id uuid NOT NULL REFERENCES sessions (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (hash)
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

-- The key is a keyed hash of a phone number, so that unknown numbers are counted like known ones.
CREATE TABLE sign_in_attempts (
    key bytea NOT NULL,
    failed bigint NOT NULL CHECK (failed >= 0),
    last_failed_at timestamptz NOT NULL,
    locked_until timestamptz,
    PRIMARY KEY (key)
);
-- Finds the counters that are forgotten.
CREATE INDEX sign_in_attempts_last ON sign_in_attempts (last_failed_at);

CREATE TABLE bank_accounts (
    id uuid NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id),
    bank_code text NOT NULL,
    account_number text NOT NULL,
    account_name text NOT NULL,
    is_default boolean NOT NULL,
    -- When the details were added or changed; null for a person's first account, which needs no cooling-off.
    changed_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    removed_at timestamptz,
    PRIMARY KEY (id)
);
CREATE INDEX bank_accounts_user ON bank_accounts (user_id, id);
CREATE UNIQUE INDEX bank_accounts_details ON bank_accounts (user_id, bank_code, account_number) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX bank_accounts_default ON bank_accounts (user_id) WHERE is_default AND removed_at IS NULL;

-- For the tables that are only ever added to.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
