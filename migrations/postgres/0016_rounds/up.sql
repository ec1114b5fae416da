-- Rounds: collectors count the cash of their days, the business takes it over.

CREATE TABLE rounds (
    business_id uuid NOT NULL,
    id uuid NOT NULL,
    collector_id uuid NOT NULL,
    -- It covers the days from covers_from (from ever when null) to this one.
    day date NOT NULL,
    covers_from date,
    status text NOT NULL CHECK (status IN ('closed', 'accepted', 'reopened')),
    -- Below zero when the business owes the collector.
    brought_forward_kobo bigint NOT NULL,
    collected_kobo bigint NOT NULL CHECK (collected_kobo >= 0),
    reversed_kobo bigint NOT NULL CHECK (reversed_kobo >= 0),
    paid_out_kobo bigint NOT NULL CHECK (paid_out_kobo >= 0),
    expected_kobo bigint NOT NULL,
    counted_kobo bigint NOT NULL CHECK (counted_kobo >= 0),
    handed_in_kobo bigint CHECK (handed_in_kobo BETWEEN 0 AND counted_kobo),
    note text,
    reason text,
    accepted_at timestamptz,
    accepted_by uuid,
    version bigint NOT NULL CHECK (version > 0),
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by uuid NOT NULL,
    PRIMARY KEY (business_id, id),
    FOREIGN KEY (business_id, collector_id) REFERENCES memberships (business_id, user_id),
    CONSTRAINT rounds_days CHECK (covers_from IS NULL OR covers_from <= day),
    CONSTRAINT rounds_expected CHECK (
        expected_kobo = brought_forward_kobo + collected_kobo - reversed_kobo - paid_out_kobo
    ),
    CONSTRAINT rounds_accepted CHECK (
        (status = 'accepted') = (handed_in_kobo IS NOT NULL)
        AND (status = 'accepted') = (accepted_at IS NOT NULL)
        AND (status = 'accepted') = (accepted_by IS NOT NULL)
    )
);
CREATE UNIQUE INDEX rounds_one_per_day ON rounds (business_id, collector_id, day) WHERE status <> 'reopened';
CREATE INDEX rounds_collector ON rounds (business_id, collector_id, id);
CREATE INDEX rounds_status ON rounds (business_id, status, id);

-- The last day that a round of the member covers. Whoever moves his cash reads it under a shared lock of the row, whoever
-- closes a round of his takes the row for himself.
ALTER TABLE memberships ADD COLUMN cash_closed_until date;

ALTER TABLE journal_entries ADD COLUMN round_id uuid;
CREATE INDEX journal_entries_round ON journal_entries (business_id, round_id) WHERE round_id IS NOT NULL;
