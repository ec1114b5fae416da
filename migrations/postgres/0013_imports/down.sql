DROP INDEX journal_entries_day;
DROP TABLE imported_cards;
DROP TABLE imports;
