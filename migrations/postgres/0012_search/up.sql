-- Names are searched without their marks from now on. Only the program can take them off (both engines fold differently), so
-- it makes the keys right after this migration; an empty key is one that is missing.
UPDATE users SET name_search = '';
CREATE INDEX users_without_key ON users (id) WHERE name_search = '';
