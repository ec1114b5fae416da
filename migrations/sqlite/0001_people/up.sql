-- People, their credentials and their sign-ins. None of this belongs to one business.

CREATE TABLE users (
    id BLOB NOT NULL,
    phone TEXT NOT NULL,
    full_name TEXT NOT NULL,
    -- The name in lower case, folded by the program: both engines search it alike.
    name_search TEXT NOT NULL,
    email TEXT,
    credential TEXT NOT NULL CHECK (credential IN ('pin', 'passphrase')),
    platform_role TEXT NOT NULL CHECK (platform_role IN ('none', 'super_admin')),
    status TEXT NOT NULL CHECK (status IN ('pending', 'active', 'suspended')),
    secret_hash TEXT,
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by BLOB NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT users_active_has_secret CHECK (status <> 'active' OR secret_hash IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX users_phone ON users (phone);

CREATE TABLE activations (
    token_hash BLOB NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (token_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX activations_user ON activations (user_id);

CREATE TABLE sessions (
    id BLOB NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER,
    address TEXT,
    user_agent TEXT,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_live_of_user ON sessions (user_id, id) WHERE ended_at IS NULL;

CREATE TABLE refresh_tokens (
    hash BLOB NOT NULL,
    session_id BLOB NOT NULL REFERENCES sessions (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

-- The key is a keyed hash of a phone number, so that unknown numbers are counted like known ones.
CREATE TABLE sign_in_attempts (
    key BLOB NOT NULL,
    failed INTEGER NOT NULL CHECK (failed >= 0),
    last_failed_at INTEGER NOT NULL,
    locked_until INTEGER,
    PRIMARY KEY (key)
) STRICT, WITHOUT ROWID;
-- Finds the counters that are forgotten.
CREATE INDEX sign_in_attempts_last ON sign_in_attempts (last_failed_at);

CREATE TABLE bank_accounts (
    id BLOB NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    bank_code TEXT NOT NULL,
    account_number TEXT NOT NULL,
    account_name TEXT NOT NULL,
    is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
    -- When the details were added or changed; null for a person's first account, which needs no cooling-off.
    changed_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    removed_at INTEGER,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX bank_accounts_user ON bank_accounts (user_id, id);
CREATE UNIQUE INDEX bank_accounts_details ON bank_accounts (user_id, bank_code, account_number) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX bank_accounts_default ON bank_accounts (user_id) WHERE is_default AND removed_at IS NULL;
