-- The books. Entries and postings are only ever added; a correction is the mirror of what it corrects.

CREATE TABLE journal_entries (
    business_id BLOB NOT NULL,
    id BLOB NOT NULL,
    event TEXT NOT NULL,
    occurred_on TEXT NOT NULL,
    savings_account_id BLOB,
    contribution_id BLOB,
    payment_request_id BLOB,
    -- The entry that this one mirrors.
    reverses BLOB,
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    PRIMARY KEY (business_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX journal_entries_one_mirror ON journal_entries (business_id, reverses) WHERE reverses IS NOT NULL;
-- For verifying what is held for a card. Contributions, which are many, are not in it.
CREATE INDEX journal_entries_payouts ON journal_entries (business_id, savings_account_id, id)
    WHERE payment_request_id IS NOT NULL;

CREATE TABLE postings (
    business_id BLOB NOT NULL,
    entry_id BLOB NOT NULL,
    line INTEGER NOT NULL CHECK (line >= 0),
    account_kind TEXT NOT NULL CHECK (
        account_kind IN (
            'savings', 'cash', 'provider_clearing', 'bank', 'commission_income', 'payout_hold', 'cash_difference'
        )
    ),
    -- The card of a savings account, the person of a cash account; null for the accounts of which a business has one.
    account_id BLOB,
    -- Debit positive, credit negative.
    amount_kobo INTEGER NOT NULL CHECK (amount_kobo <> 0),
    PRIMARY KEY (business_id, entry_id, line),
    CONSTRAINT postings_owner CHECK ((account_kind IN ('savings', 'cash')) = (account_id IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX postings_account ON postings (business_id, account_kind, account_id, entry_id);

CREATE TRIGGER journal_entries_no_update BEFORE UPDATE ON journal_entries
BEGIN
    SELECT RAISE(ABORT, 'journal_entries is append-only');
END;
CREATE TRIGGER journal_entries_no_delete BEFORE DELETE ON journal_entries
BEGIN
    SELECT RAISE(ABORT, 'journal_entries is append-only');
END;

CREATE TRIGGER postings_no_update BEFORE UPDATE ON postings
BEGIN
    SELECT RAISE(ABORT, 'postings is append-only');
END;
CREATE TRIGGER postings_no_delete BEFORE DELETE ON postings
BEGIN
    SELECT RAISE(ABORT, 'postings is append-only');
END;
