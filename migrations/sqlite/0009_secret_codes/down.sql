ALTER TABLE businesses DROP COLUMN name_search;
DROP INDEX sessions_of_user;
DROP TABLE installation;
DROP TABLE secret_codes;
