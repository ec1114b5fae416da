DROP TABLE memberships;
DROP TABLE units;
DROP TABLE businesses;
