-- Contributions and their reversals, the boxes they paid, the commission they caused: the hot path. No foreign keys
-- here: the card's row is locked when these are written, and cards are never deleted.

CREATE TABLE contributions (
    business_id BLOB NOT NULL,
    id BLOB NOT NULL,
    savings_account_id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    unit_id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('collection', 'reversal')),
    amount_kobo INTEGER NOT NULL CHECK (amount_kobo > 0),
    method TEXT NOT NULL CHECK (method IN ('cash', 'card', 'bank_transfer')),
    collected_on TEXT NOT NULL,
    collected_by BLOB NOT NULL,
    note TEXT,
    boxes INTEGER NOT NULL CHECK (boxes >= 0),
    credit_after_kobo INTEGER NOT NULL CHECK (credit_after_kobo >= 0),
    balance_after_kobo INTEGER NOT NULL CHECK (balance_after_kobo >= 0),
    -- Positive taken, negative given back.
    commission_kobo INTEGER NOT NULL,
    entry_id BLOB NOT NULL,
    reverses BLOB,
    reversed_by BLOB,
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    PRIMARY KEY (business_id, id),
    CONSTRAINT contributions_reverses CHECK ((kind = 'reversal') = (reverses IS NOT NULL)),
    CONSTRAINT contributions_reversed_once CHECK (reverses IS NULL OR reversed_by IS NULL)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX contributions_one_reversal ON contributions (business_id, reverses) WHERE reverses IS NOT NULL;
CREATE INDEX contributions_card ON contributions (business_id, savings_account_id, id);
CREATE INDEX contributions_customer ON contributions (business_id, customer_id, id);
CREATE INDEX contributions_collector ON contributions (business_id, collected_by, id);

CREATE TABLE markings (
    business_id BLOB NOT NULL,
    contribution_id BLOB NOT NULL,
    box_date TEXT NOT NULL,
    savings_account_id BLOB NOT NULL,
    amount_kobo INTEGER NOT NULL CHECK (amount_kobo > 0),
    -- The reversal that reopened the box.
    reversed_by BLOB,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (business_id, contribution_id, box_date)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX markings_one_per_box ON markings (business_id, savings_account_id, box_date) WHERE reversed_by IS NULL;
CREATE INDEX markings_reopened ON markings (business_id, reversed_by) WHERE reversed_by IS NOT NULL;

CREATE TABLE commissions (
    business_id BLOB NOT NULL,
    id BLOB NOT NULL,
    savings_account_id BLOB NOT NULL,
    unit_id BLOB NOT NULL,
    collector_id BLOB NOT NULL,
    period INTEGER NOT NULL CHECK (period >= 0),
    period_start TEXT NOT NULL,
    amount_kobo INTEGER NOT NULL CHECK (amount_kobo <> 0),
    contribution_id BLOB NOT NULL,
    entry_id BLOB NOT NULL,
    occurred_on TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (business_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX commissions_card ON commissions (business_id, savings_account_id, id);
CREATE INDEX commissions_collector ON commissions (business_id, collector_id, id);
CREATE INDEX commissions_day ON commissions (business_id, occurred_on);

CREATE TRIGGER commissions_no_update BEFORE UPDATE ON commissions
BEGIN
    SELECT RAISE(ABORT, 'commissions is append-only');
END;
CREATE TRIGGER commissions_no_delete BEFORE DELETE ON commissions
BEGIN
    SELECT RAISE(ABORT, 'commissions is append-only');
END;
