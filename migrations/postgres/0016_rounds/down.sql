DROP INDEX journal_entries_round;
ALTER TABLE journal_entries DROP COLUMN round_id;
ALTER TABLE memberships DROP COLUMN cash_closed_until;
DROP TABLE rounds;
