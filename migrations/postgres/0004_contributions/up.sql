-- Contributions and their reversals, the boxes they paid, the commission they caused: the hot path. No foreign keys
-- here: the card's row is locked when these are written, and cards are never deleted.

CREATE TABLE contributions (
    business_id uuid NOT NULL,
    id uuid NOT NULL,
    savings_account_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('collection', 'reversal')),
    amount_kobo bigint NOT NULL CHECK (amount_kobo > 0),
    method text NOT NULL CHECK (method IN ('cash', 'card', 'bank_transfer')),
    collected_on date NOT NULL,
    collected_by uuid NOT NULL,
    note text,
    boxes bigint NOT NULL CHECK (boxes >= 0),
    credit_after_kobo bigint NOT NULL CHECK (credit_after_kobo >= 0),
    balance_after_kobo bigint NOT NULL CHECK (balance_after_kobo >= 0),
    -- Positive taken, negative given back.
    commission_kobo bigint NOT NULL,
    entry_id uuid NOT NULL,
    reverses uuid,
    reversed_by uuid,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL,
    PRIMARY KEY (business_id, id),
    CONSTRAINT contributions_reverses CHECK ((kind = 'reversal') = (reverses IS NOT NULL)),
    CONSTRAINT contributions_reversed_once CHECK (reverses IS NULL OR reversed_by IS NULL)
);
CREATE UNIQUE INDEX contributions_one_reversal ON contributions (business_id, reverses) WHERE reverses IS NOT NULL;
CREATE INDEX contributions_card ON contributions (business_id, savings_account_id, id);
CREATE INDEX contributions_customer ON contributions (business_id, customer_id, id);
CREATE INDEX contributions_collector ON contributions (business_id, collected_by, id);

CREATE TABLE markings (
    business_id uuid NOT NULL,
    contribution_id uuid NOT NULL,
    box_date date NOT NULL,
    savings_account_id uuid NOT NULL,
    amount_kobo bigint NOT NULL CHECK (amount_kobo > 0),
    -- The reversal that reopened the box.
    reversed_by uuid,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (business_id, contribution_id, box_date)
);
CREATE UNIQUE INDEX markings_one_per_box ON markings (business_id, savings_account_id, box_date) WHERE reversed_by IS NULL;
CREATE INDEX markings_reopened ON markings (business_id, reversed_by) WHERE reversed_by IS NOT NULL;

CREATE TABLE commissions (
    business_id uuid NOT NULL,
    id uuid NOT NULL,
    savings_account_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    collector_id uuid NOT NULL,
    period bigint NOT NULL CHECK (period >= 0),
    period_start date NOT NULL,
    amount_kobo bigint NOT NULL CHECK (amount_kobo <> 0),
    contribution_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    occurred_on date NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (business_id, id)
);
CREATE INDEX commissions_card ON commissions (business_id, savings_account_id, id);
CREATE INDEX commissions_collector ON commissions (business_id, collector_id, id);
CREATE INDEX commissions_day ON commissions (business_id, occurred_on);

CREATE TRIGGER commissions_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON commissions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
