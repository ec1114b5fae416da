-- Keys without marks serve the search by letters, too.
DROP INDEX users_without_key;
