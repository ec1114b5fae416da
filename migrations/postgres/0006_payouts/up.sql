-- Payment requests.

CREATE TABLE payment_requests (
    business_id uuid NOT NULL,
    id uuid NOT NULL,
    savings_account_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    amount_kobo bigint NOT NULL CHECK (amount_kobo > 0),
    -- The bank details as they were when the request was filed; all null for cash.
    bank_account_id uuid,
    bank_code text,
    bank_account_number text,
    bank_account_name text,
    status text NOT NULL CHECK (
        status IN ('pending', 'approved', 'failed', 'paid', 'rejected', 'cancelled', 'failed_final')
    ),
    filed_by uuid NOT NULL,
    filed_reason text,
    approved_by uuid,
    approved_at timestamptz,
    reason text,
    method text CHECK (method IN ('bank_transfer', 'cash')),
    reference text,
    paid_by uuid,
    paid_at timestamptz,
    version bigint NOT NULL CHECK (version > 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by uuid NOT NULL,
    PRIMARY KEY (business_id, id),
    FOREIGN KEY (business_id, savings_account_id) REFERENCES savings_accounts (business_id, id),
    CONSTRAINT payment_requests_four_eyes CHECK (approved_by IS NULL OR approved_by <> filed_by),
    CONSTRAINT payment_requests_paid CHECK ((status = 'paid') = (paid_at IS NOT NULL)),
    CONSTRAINT payment_requests_bank CHECK (
        (bank_account_id IS NULL) = (bank_code IS NULL)
        AND (bank_code IS NULL) = (bank_account_number IS NULL)
        AND (bank_code IS NULL) = (bank_account_name IS NULL)
    )
);
CREATE UNIQUE INDEX payment_requests_one_open ON payment_requests (business_id, savings_account_id)
    WHERE status IN ('pending', 'approved', 'failed');
CREATE INDEX payment_requests_card ON payment_requests (business_id, savings_account_id, id);
CREATE INDEX payment_requests_customer ON payment_requests (business_id, customer_id, id);
CREATE INDEX payment_requests_status ON payment_requests (business_id, status, id);
