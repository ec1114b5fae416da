-- The books. Entries and postings are only ever added; a correction is the mirror of what it corrects.

CREATE TABLE journal_entries (
    business_id uuid NOT NULL,
    id uuid NOT NULL,
    event text NOT NULL,
    occurred_on date NOT NULL,
    savings_account_id uuid,
    contribution_id uuid,
    payment_request_id uuid,
    -- The entry that this one mirrors.
    reverses uuid,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE UNIQUE INDEX journal_entries_one_mirror ON journal_entries (business_id, reverses) WHERE reverses IS NOT NULL;
-- For verifying what is held for a card. Contributions, which are many, are not in it.
CREATE INDEX journal_entries_payouts ON journal_entries (business_id, savings_account_id, id)
    WHERE payment_request_id IS NOT NULL;

CREATE TABLE postings (
    business_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    line bigint NOT NULL CHECK (line >= 0),
    account_kind text NOT NULL CHECK (
        account_kind IN (
            'savings', 'cash', 'provider_clearing', 'bank', 'commission_income', 'payout_hold', 'cash_difference'
        )
    ),
    -- The card of a savings account, the person of a cash account; null for the accounts of which a business has one.
    account_id uuid,
    -- Debit positive, credit negative.
    amount_kobo bigint NOT NULL CHECK (amount_kobo <> 0),
    PRIMARY KEY (business_id, entry_id, line),
    CONSTRAINT postings_owner CHECK ((account_kind IN ('savings', 'cash')) = (account_id IS NOT NULL))
);
CREATE INDEX postings_account ON postings (business_id, account_kind, account_id, entry_id);

CREATE TRIGGER journal_entries_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER postings_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON postings
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
