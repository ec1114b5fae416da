-- Cards mature: how far the job that completes them has come, and an index to find them by. Whoever works on a business
-- holds its row, so that several servers share the work instead of doing it twice.

CREATE TABLE maturity_runs (
    business_id BLOB NOT NULL PRIMARY KEY REFERENCES businesses (id),
    -- The last day of the business on which everything that had matured was completed; null before the first.
    finished_on TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX savings_accounts_active_end ON savings_accounts (business_id, end_date, id) WHERE status = 'active';

-- The business's day on which a payment request was filed: that of the entry that holds its money.
-- SQLite adds a column that is not null with a default only; each row gets its day at once.
ALTER TABLE payment_requests ADD COLUMN filed_on TEXT NOT NULL DEFAULT '1970-01-01';
UPDATE payment_requests SET filed_on = held.occurred_on FROM journal_entries AS held
    WHERE held.business_id = payment_requests.business_id
      AND held.payment_request_id = payment_requests.id
      AND held.event = 'payout_held';
