ALTER TABLE payment_requests DROP COLUMN filed_on;
DROP INDEX savings_accounts_active_end;
DROP TABLE maturity_runs;
