ALTER TABLE businesses DROP CONSTRAINT businesses_default_unit;
DROP TABLE memberships;
DROP TABLE units;
DROP TABLE businesses;
