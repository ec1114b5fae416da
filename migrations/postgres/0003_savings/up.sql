-- Savings accounts (cards). A card's row holds all that a marking needs to know: it is the only row that one locks.

CREATE TABLE savings_accounts (
    business_id uuid NOT NULL REFERENCES businesses (id),
    id uuid NOT NULL,
    unit_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    tracking_number text NOT NULL,
    plan_kind text NOT NULL CHECK (plan_kind IN ('daily', 'target')),
    -- Of a daily plan one box, of a target plan the whole target.
    plan_amount_kobo bigint NOT NULL CHECK (plan_amount_kobo > 0),
    -- Of a daily plan all its months, of a target plan those added to it.
    plan_months bigint NOT NULL CHECK (plan_months >= 0),
    -- Of a target plan the last day that was agreed at first.
    plan_target_date date,
    start_date date NOT NULL,
    end_date date NOT NULL,
    -- The amounts of the boxes in runs: 90x109890,1x109900 (count, kobo).
    boxes text NOT NULL,
    -- Which boxes are paid: box i is bit i mod 8 of byte i / 8.
    paid bytea NOT NULL,
    boxes_paid bigint NOT NULL CHECK (boxes_paid >= 0),
    commission_terms_kobo bigint NOT NULL CHECK (commission_terms_kobo >= 0),
    -- The days of a commission period; null for months.
    commission_terms_days bigint CHECK (commission_terms_days > 0),
    status text NOT NULL CHECK (status IN ('active', 'completed', 'paid_out', 'cancelled')),
    completion text CHECK (completion IN ('all_paid', 'ended_early', 'matured')),
    ever_paid boolean NOT NULL,
    collected_kobo bigint NOT NULL CHECK (collected_kobo >= 0),
    credit_kobo bigint NOT NULL CHECK (credit_kobo >= 0),
    commission_kobo bigint NOT NULL CHECK (commission_kobo >= 0),
    balance_kobo bigint NOT NULL CHECK (balance_kobo >= 0),
    held_kobo bigint NOT NULL CHECK (held_kobo >= 0),
    paid_out_kobo bigint NOT NULL CHECK (paid_out_kobo >= 0),
    next_due_date date,
    renewed_from uuid,
    version bigint NOT NULL CHECK (version > 0),
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by uuid NOT NULL,
    PRIMARY KEY (business_id, id),
    FOREIGN KEY (business_id, unit_id) REFERENCES units (business_id, id),
    FOREIGN KEY (business_id, customer_id) REFERENCES memberships (business_id, user_id),
    CONSTRAINT savings_accounts_days CHECK (start_date <= end_date),
    CONSTRAINT savings_accounts_plan CHECK ((plan_kind = 'target') = (plan_target_date IS NOT NULL)),
    CONSTRAINT savings_accounts_credit CHECK (credit_kobo <= collected_kobo),
    CONSTRAINT savings_accounts_balance
        CHECK (balance_kobo = collected_kobo - commission_kobo - held_kobo - paid_out_kobo),
    CONSTRAINT savings_accounts_cancelled CHECK (status <> 'cancelled' OR collected_kobo = 0)
)
-- Room on each page, so that a marking's update stays on it and touches no index.
WITH (fillfactor = 70);
CREATE UNIQUE INDEX savings_accounts_tracking_number ON savings_accounts (business_id, tracking_number);
CREATE INDEX savings_accounts_customer ON savings_accounts (business_id, customer_id, id);
CREATE INDEX savings_accounts_unit ON savings_accounts (business_id, unit_id, id);
CREATE INDEX savings_accounts_status ON savings_accounts (business_id, status, id);
