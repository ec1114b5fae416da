-- Reset codes, facts about the installation, and what signing in and running the platform look up.

-- The key is a keyed hash of a phone number; a number that nobody has gets a row like the others.
CREATE TABLE secret_codes (
    key BLOB NOT NULL,
    user_id BLOB REFERENCES users (id),
    code_hash BLOB NOT NULL,
    tries INTEGER NOT NULL CHECK (tries >= 0),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (key)
) STRICT, WITHOUT ROWID;
-- Finds the codes that are forgotten.
CREATE INDEX secret_codes_expires ON secret_codes (expires_at);

-- What is true of the whole installation, such as the fingerprint of its secret key.
CREATE TABLE installation (
    name TEXT NOT NULL,
    value BLOB NOT NULL,
    set_at INTEGER NOT NULL,
    PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;

-- The earlier sessions of a person, ended ones too: is this sign-in like those before?
CREATE INDEX sessions_of_user ON sessions (user_id, id);

-- The name in lower case, folded by the program: both engines search it alike. Names of before are folded as well as the
-- engine can.
ALTER TABLE businesses ADD COLUMN name_search TEXT NOT NULL DEFAULT '';
UPDATE businesses SET name_search = lower(name);
