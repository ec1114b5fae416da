DROP INDEX units_name;
ALTER TABLE units DROP COLUMN name_key;
CREATE UNIQUE INDEX units_name ON units (business_id, name);
DROP TABLE invitations;
