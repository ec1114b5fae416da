-- Indexes, each for a query that would otherwise look through rows that it does not want. docs/DATABASE.md names them all
-- with what they serve. The tables of the hot path (contributions, audit_rows, postings) get what costs a posting least:
-- partial indexes that its rows are not in, and wider ones instead of more.

-- Who did what, and what was done to whom.
CREATE INDEX audit_rows_actor ON audit_rows (business_id, actor_id, id);
CREATE INDEX audit_rows_entity_id ON audit_rows (business_id, entity_id, id);
-- Most of a trail is posted contributions; these find the rest among them.
CREATE INDEX audit_rows_verb ON audit_rows (business_id, verb, id) WHERE verb <> 'contribution.post';
CREATE INDEX audit_rows_entity ON audit_rows (business_id, entity, id) WHERE verb <> 'contribution.post';

CREATE INDEX contributions_unit ON contributions (business_id, unit_id, id);
-- Rare ones among many.
CREATE INDEX contributions_method ON contributions (business_id, method, id) WHERE method <> 'cash';
CREATE INDEX contributions_reversed ON contributions (business_id, id) WHERE reversed_by IS NOT NULL;
CREATE INDEX contributions_reversals ON contributions (business_id, id) WHERE reverses IS NOT NULL;

CREATE INDEX journal_entries_event ON journal_entries (business_id, event, id)
    WHERE event NOT IN ('cash_contribution', 'online_contribution', 'commission');

-- With the amounts, so that sums over accounts read the index alone.
DROP INDEX postings_account;
CREATE INDEX postings_account ON postings (business_id, account_kind, account_id, entry_id, amount_kobo);

-- With all that a summary sums by.
DROP INDEX commissions_day;
CREATE INDEX commissions_day
    ON commissions (business_id, occurred_on, unit_id, collector_id, period_start, amount_kobo);
CREATE INDEX commissions_unit ON commissions (business_id, unit_id, id);

CREATE INDEX payment_requests_unit ON payment_requests (business_id, unit_id, id);

-- Neither day changes with a marking, so a card's update still touches no index.
CREATE INDEX savings_accounts_start ON savings_accounts (business_id, start_date, id);
CREATE INDEX savings_accounts_end ON savings_accounts (business_id, end_date, id);

CREATE INDEX memberships_role ON memberships (business_id, role, created_at, user_id);
CREATE INDEX memberships_status ON memberships (business_id, status, created_at, user_id);
DROP INDEX memberships_unit;
CREATE INDEX memberships_unit ON memberships (business_id, unit_id, created_at, user_id);

CREATE INDEX invitations_status ON invitations (business_id, status, id);
CREATE INDEX rounds_day ON rounds (business_id, day, id);

CREATE INDEX users_status ON users (status, id);
CREATE INDEX users_platform ON users (id) WHERE platform_role <> 'none';
CREATE INDEX businesses_status ON businesses (status, id);
CREATE INDEX secret_codes_user ON secret_codes (user_id) WHERE user_id IS NOT NULL;

-- No query looks for the tokens of a session, and no session is ever deleted.
DROP INDEX refresh_tokens_session;
