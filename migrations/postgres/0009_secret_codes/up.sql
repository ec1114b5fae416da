-- Reset codes, facts about the installation, and what signing in and running the platform look up.

-- The key is a keyed hash of a phone number; a number that nobody has gets a row like the others.
CREATE TABLE secret_codes (
    key bytea NOT NULL,
    user_id uuid REFERENCES users (id),
    code_hash bytea NOT NULL,
    tries bigint NOT NULL CHECK (tries >= 0),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (key)
);
-- Finds the codes that are forgotten.
CREATE INDEX secret_codes_expires ON secret_codes (expires_at);

-- What is true of the whole installation, such as the fingerprint of its secret key.
CREATE TABLE installation (
    name text NOT NULL,
    value bytea NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (name)
);

-- The earlier sessions of a person, ended ones too: is this sign-in like those before?
CREATE INDEX sessions_of_user ON sessions (user_id, id);

-- The name in lower case, folded by the program: both engines search it alike. Names of before are folded as well as the
-- engine can.
ALTER TABLE businesses ADD COLUMN name_search text NOT NULL DEFAULT '';
UPDATE businesses SET name_search = lower(name);
