-- One contribution, one transaction: the rows that our server writes for it, on the same schema. What our server does
-- besides (looking for a stored answer, holding the collector's cash, commission on the first box of a period) is left
-- out, in favour of this script. Ids grow with time, as UUIDv7 do.
\set i :i + 1
\set lo :i * 1024 + :client_id
\set hi1 :hi + 1
\set hi2 :hi + 2
\set hi3 :hi + 3
\set c 100000000000 + :client_id * :per + :i % :per
BEGIN;
INSERT INTO idempotency_keys
    (caller_id, key, request_hash, answer_status, answer_location, answer_body, created_at)
    VALUES (:caller, encode(int8send(:hi) || int8send(:lo), 'hex'), sha256(int8send(:lo)), 201, NULL,
        convert_to(:body, 'UTF8'), now());
SELECT boxes_paid AS paid, balance_kobo AS balance, start_date AS start, unit_id AS unit, customer_id AS customer
    FROM savings_accounts
    WHERE business_id = :b AND id = CAST('00000000-0000-7000-8000-' || CAST(:c AS text) AS uuid) FOR UPDATE \gset
INSERT INTO contributions
    (business_id, id, savings_account_id, customer_id, unit_id, kind, amount_kobo, method, collected_on, collected_by,
     boxes, credit_after_kobo, balance_after_kobo, commission_kobo, entry_id, created_at, created_by)
    VALUES (:b, CAST(encode(int8send(:hi) || int8send(:lo), 'hex') AS uuid),
        CAST('00000000-0000-7000-8000-' || CAST(:c AS text) AS uuid), :customer, :unit, 'collection', 50000, 'cash',
        current_date, :caller, 1, 0, :balance + 50000, 0,
        CAST(encode(int8send(:hi1) || int8send(:lo), 'hex') AS uuid), now(), :caller);
INSERT INTO markings (business_id, contribution_id, box_date, savings_account_id, amount_kobo, created_at)
    VALUES (:b, CAST(encode(int8send(:hi) || int8send(:lo), 'hex') AS uuid),
        CAST(:start AS date) + CAST(:paid AS int),
        CAST('00000000-0000-7000-8000-' || CAST(:c AS text) AS uuid), 50000, now());
INSERT INTO journal_entries
    (business_id, id, event, occurred_on, savings_account_id, contribution_id, created_at, created_by)
    VALUES (:b, CAST(encode(int8send(:hi1) || int8send(:lo), 'hex') AS uuid), 'cash_contribution', current_date,
        CAST('00000000-0000-7000-8000-' || CAST(:c AS text) AS uuid),
        CAST(encode(int8send(:hi) || int8send(:lo), 'hex') AS uuid), now(), :caller);
INSERT INTO postings (business_id, entry_id, line, account_kind, account_id, amount_kobo)
    VALUES (:b, CAST(encode(int8send(:hi1) || int8send(:lo), 'hex') AS uuid), 0, 'cash', :caller, 50000),
        (:b, CAST(encode(int8send(:hi1) || int8send(:lo), 'hex') AS uuid), 1, 'savings',
            CAST('00000000-0000-7000-8000-' || CAST(:c AS text) AS uuid), -50000);
INSERT INTO audit_rows
    (business_id, id, actor_id, verb, entity, entity_id, state_before, state_after, address, request_id, at)
    VALUES (:b, CAST(encode(int8send(:hi2) || int8send(:lo), 'hex') AS uuid), :caller, 'contribution.post',
        'contribution', CAST(encode(int8send(:hi) || int8send(:lo), 'hex') AS uuid), CAST(:earlier AS jsonb),
        CAST(:later AS jsonb), '127.0.0.1', :request, now());
INSERT INTO notifications (user_id, id, business_id, kind, subject_id, facts, created_at)
    VALUES (:customer, CAST(encode(int8send(:hi3) || int8send(:lo), 'hex') AS uuid), :b, 'contribution_posted',
        CAST(encode(int8send(:hi) || int8send(:lo), 'hex') AS uuid), CAST(:facts AS jsonb), now());
UPDATE savings_accounts SET collected_kobo = collected_kobo + 50000, balance_kobo = balance_kobo + 50000,
        boxes_paid = boxes_paid + 1, next_due_date = CAST(:start AS date) + CAST(:paid AS int) + 1, ever_paid = true,
        version = version + 1, updated_at = now(), updated_by = :caller
    WHERE business_id = :b AND id = CAST('00000000-0000-7000-8000-' || CAST(:c AS text) AS uuid);
COMMIT;
