-- Imports of customers and cards from a file, and what tells an imported card again when the file comes a second time.

CREATE TABLE imports (
    business_id BLOB NOT NULL REFERENCES businesses (id),
    id BLOB NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'failed')),
    rows_total INTEGER NOT NULL CHECK (rows_total > 0),
    rows_done INTEGER NOT NULL,
    customers_registered INTEGER NOT NULL CHECK (customers_registered >= 0),
    cards_opened INTEGER NOT NULL CHECK (cards_opened >= 0),
    already_there INTEGER NOT NULL CHECK (already_there >= 0),
    -- What was wrong with which lines.
    errors TEXT NOT NULL,
    -- The rows of the file while they wait: names and phone numbers are not kept longer than that.
    waiting TEXT,
    -- The circumstances in which it was asked for.
    role TEXT NOT NULL CHECK (role IN ('agent', 'admin')),
    address TEXT,
    request_id TEXT,
    -- How often it was begun; one that never ends is given up.
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    -- Who works on it, and until when nobody else does.
    runner BLOB,
    leased_until INTEGER,
    created_at INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    finished_at INTEGER,
    PRIMARY KEY (business_id, id),
    CONSTRAINT imports_progress CHECK (rows_done BETWEEN 0 AND rows_total),
    CONSTRAINT imports_waiting CHECK ((status IN ('queued', 'running')) = (waiting IS NOT NULL)),
    CONSTRAINT imports_finished CHECK ((status IN ('completed', 'failed')) = (finished_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX imports_unfinished ON imports (created_at) WHERE finished_at IS NULL;

CREATE TABLE imported_cards (
    business_id BLOB NOT NULL,
    customer_id BLOB NOT NULL,
    -- The name that the file gives the card; empty when it gives none.
    reference TEXT NOT NULL,
    -- The plan, in one text.
    terms TEXT NOT NULL,
    savings_account_id BLOB NOT NULL,
    import_id BLOB NOT NULL,
    PRIMARY KEY (business_id, customer_id, reference, terms),
    FOREIGN KEY (business_id, savings_account_id) REFERENCES savings_accounts (business_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX imported_cards_reference ON imported_cards (business_id, customer_id, reference)
    WHERE reference <> '';

-- For what is read by days: the summary of a business, its journal, its trial balance as of a day.
CREATE INDEX journal_entries_day ON journal_entries (business_id, occurred_on, id);
