-- Imports of customers and cards from a file, and what tells an imported card again when the file comes a second time.

CREATE TABLE imports (
    business_id uuid NOT NULL REFERENCES businesses (id),
    id uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'failed')),
    rows_total bigint NOT NULL CHECK (rows_total > 0),
    rows_done bigint NOT NULL,
    customers_registered bigint NOT NULL CHECK (customers_registered >= 0),
    cards_opened bigint NOT NULL CHECK (cards_opened >= 0),
    already_there bigint NOT NULL CHECK (already_there >= 0),
    -- What was wrong with which lines.
    errors jsonb NOT NULL,
    -- The rows of the file while they wait: names and phone numbers are not kept longer than that.
    waiting jsonb,
    -- The circumstances in which it was asked for.
    role text NOT NULL CHECK (role IN ('agent', 'admin')),
    address text,
    request_id text,
    -- How often it was begun; one that never ends is given up.
    attempts bigint NOT NULL CHECK (attempts >= 0),
    -- Who works on it, and until when nobody else does.
    runner uuid,
    leased_until timestamptz,
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (business_id, id),
    CONSTRAINT imports_progress CHECK (rows_done BETWEEN 0 AND rows_total),
    CONSTRAINT imports_waiting CHECK ((status IN ('queued', 'running')) = (waiting IS NOT NULL)),
    CONSTRAINT imports_finished CHECK ((status IN ('completed', 'failed')) = (finished_at IS NOT NULL))
);
CREATE INDEX imports_unfinished ON imports (created_at) WHERE finished_at IS NULL;

CREATE TABLE imported_cards (
    business_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    -- The name that the file gives the card; empty when it gives none.
    reference text NOT NULL,
    -- The plan, in one text.
    terms text NOT NULL,
    savings_account_id uuid NOT NULL,
    import_id uuid NOT NULL,
    PRIMARY KEY (business_id, customer_id, reference, terms),
    FOREIGN KEY (business_id, savings_account_id) REFERENCES savings_accounts (business_id, id)
);
CREATE UNIQUE INDEX imported_cards_reference ON imported_cards (business_id, customer_id, reference)
    WHERE reference <> '';

-- For what is read by days: the summary of a business, its journal, its trial balance as of a day.
CREATE INDEX journal_entries_day ON journal_entries (business_id, occurred_on, id);
