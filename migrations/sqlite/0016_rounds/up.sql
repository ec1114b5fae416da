-- Rounds: collectors count the cash of their days, the business takes it over.

CREATE TABLE rounds (
    business_id BLOB NOT NULL,
    id BLOB NOT NULL,
    collector_id BLOB NOT NULL,
    -- It covers the days from covers_from (from ever when null) to this one.
    day TEXT NOT NULL,
    covers_from TEXT,
    status TEXT NOT NULL CHECK (status IN ('closed', 'accepted', 'reopened')),
    -- Below zero when the business owes the collector.
    brought_forward_kobo INTEGER NOT NULL,
    collected_kobo INTEGER NOT NULL CHECK (collected_kobo >= 0),
    reversed_kobo INTEGER NOT NULL CHECK (reversed_kobo >= 0),
    paid_out_kobo INTEGER NOT NULL CHECK (paid_out_kobo >= 0),
    expected_kobo INTEGER NOT NULL,
    counted_kobo INTEGER NOT NULL CHECK (counted_kobo >= 0),
    handed_in_kobo INTEGER CHECK (handed_in_kobo BETWEEN 0 AND counted_kobo),
    note TEXT,
    reason TEXT,
    accepted_at INTEGER,
    accepted_by BLOB,
    version INTEGER NOT NULL CHECK (version > 0),
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by BLOB NOT NULL,
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
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX rounds_one_per_day ON rounds (business_id, collector_id, day) WHERE status <> 'reopened';
CREATE INDEX rounds_collector ON rounds (business_id, collector_id, id);
CREATE INDEX rounds_status ON rounds (business_id, status, id);

-- The last day that a round of the member covers. Whoever moves his cash reads it under a shared lock of the row, whoever
-- closes a round of his takes the row for himself.
ALTER TABLE memberships ADD COLUMN cash_closed_until TEXT;

ALTER TABLE journal_entries ADD COLUMN round_id BLOB;
CREATE INDEX journal_entries_round ON journal_entries (business_id, round_id) WHERE round_id IS NOT NULL;
