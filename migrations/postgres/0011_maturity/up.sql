-- Cards mature: how far the job that completes them has come, and an index to find them by. Whoever works on a business
-- holds its row, so that several servers share the work instead of doing it twice.

CREATE TABLE maturity_runs (
    business_id uuid NOT NULL PRIMARY KEY REFERENCES businesses (id),
    -- The last day of the business on which everything that had matured was completed; null before the first.
    finished_on date
);
CREATE INDEX savings_accounts_active_end ON savings_accounts (business_id, end_date, id) WHERE status = 'active';

-- The business's day on which a payment request was filed: that of the entry that holds its money.
ALTER TABLE payment_requests ADD COLUMN filed_on date;
UPDATE payment_requests SET filed_on = held.occurred_on FROM journal_entries AS held
    WHERE held.business_id = payment_requests.business_id
      AND held.payment_request_id = payment_requests.id
      AND held.event = 'payout_held';
ALTER TABLE payment_requests ALTER COLUMN filed_on SET NOT NULL;
