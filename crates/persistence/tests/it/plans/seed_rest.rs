//! What lists show besides: requests, rounds, invitations, notifications, imports.

use super::dialect::{Dialect, Kind};
use super::seed::{BUSINESSES, CARDS, COLLECTOR, COLLECTORS, CUSTOMER, CUSTOMERS, UNIT, UNITS, business_of, customer};

pub fn the_rest(d: Dialect) -> Vec<String> {
    let (business, nobody) = (d.id(Kind::BUSINESS, "0"), d.nil());
    let (at, card) = (d.at("n"), d.id(Kind::CARD, "n"));
    let user = d.id(Kind::USER, &format!("{CUSTOMER} + n % {CUSTOMERS}"));
    let told = d.id(Kind::USER, &format!("{CUSTOMER} + n % 100"));
    let other = format!("1 + n % ({BUSINESSES} - 1)");
    let card_of_others = format!("({CARDS} + n % ({CARDS} * 2))");
    let facts = d.json(r#"{"tracking_number":"1000000008","amount":"500.00"}"#);
    vec![
        d.insert(("idempotency_keys", "caller_id, key, request_hash, answer_status, answer_location, answer_body, created_at"),
            20_000, &format!("{}, 'seed-' || n, {}, 201, NULL, {}, {}",
            d.id(Kind::USER, &format!("{COLLECTOR} + n % {COLLECTORS}")), d.bytes("n", 32), d.bytes("n", 32),
            d.at("CASE WHEN n < 100 THEN n ELSE n + 6250000 END"))),
        d.insert(("notifications", "user_id, id, business_id, kind, subject_id, facts, created_at, read_at"), 20_000, &format!(
            "{told}, {}, {business}, 'payout_filed', {nobody}, {facts}, {}, CASE WHEN n / 100 % 50 > 0 THEN {} END",
            d.id(Kind::NOTIFICATION, "n"), d.at("n + 6000000"), d.at("n + 6000000"))),
        d.insert(("payment_requests", "business_id, id, savings_account_id, customer_id, unit_id, amount_kobo, status,
                   filed_by, approved_by, approved_at, method, reference, paid_by, paid_at, version, created_at, updated_at,
                   updated_by, filed_on"), 10_000, &format!(
            "{business}, {}, {}, {user}, {}, 50000,
             CASE WHEN n < {CARDS} AND n % 60 = 0 THEN 'pending' WHEN n < {CARDS} AND n % 60 = 1 THEN 'approved'
                  WHEN n % 60 <= 3 THEN 'rejected' ELSE 'paid' END,
             {user}, {}, {at}, 'cash', NULL, {}, CASE WHEN n % 60 > 3 THEN {at} END, 1, {at}, {at}, {nobody}, {}",
            d.id(Kind::REQUEST, "n"), d.id(Kind::CARD, &format!("n % {CARDS}")),
            d.id(Kind::UNIT, &format!("{UNIT} + n % {UNITS}")), d.id(Kind::USER, "0"), d.id(Kind::USER, "0"),
            d.day("n / 86400"))),
        d.insert(("rounds", "business_id, id, collector_id, day, covers_from, status, brought_forward_kobo, collected_kobo,
                   reversed_kobo, paid_out_kobo, expected_kobo, counted_kobo, handed_in_kobo, note, reason, accepted_at,
                   accepted_by, version, created_at, created_by, updated_at, updated_by"), COLLECTORS * 200, &format!(
            "{business}, {}, {}, {}, {}, CASE WHEN n % 500 = 3 THEN 'closed' ELSE 'accepted' END, 0, 50000, 0, 0, 50000, 50000,
             CASE WHEN n % 500 <> 3 THEN 50000 END, NULL, NULL, CASE WHEN n % 500 <> 3 THEN {at} END,
             CASE WHEN n % 500 <> 3 THEN {nobody} END, 1, {at}, {nobody}, {at}, {nobody}",
            d.id(Kind::ROUND, "n"), d.id(Kind::USER, &format!("{COLLECTOR} + n % {COLLECTORS}")),
            d.day(&format!("n / {COLLECTORS}")), d.day(&format!("n / {COLLECTORS}")))),
        d.insert(("rounds", "business_id, id, collector_id, day, covers_from, status, brought_forward_kobo, collected_kobo,
                   reversed_kobo, paid_out_kobo, expected_kobo, counted_kobo, version, created_at, created_by, updated_at,
                   updated_by"), 20_000, &format!(
            "{}, {}, {}, {}, {}, 'closed', 0, 0, 0, 0, 0, 0, 1, {at}, {nobody}, {at}, {nobody}",
            d.id(Kind::BUSINESS, &other), d.id(Kind::ROUND, "100000 + n"), d.id(Kind::USER, &other),
            d.day(&format!("n / ({BUSINESSES} - 1)")), d.day(&format!("n / ({BUSINESSES} - 1)")))),
        d.insert(("payment_requests", "business_id, id, savings_account_id, customer_id, unit_id, amount_kobo, status,
                   filed_by, version, created_at, updated_at, updated_by, filed_on"), 40_000, &format!(
            "{}, {}, {}, {}, {nobody}, 50000, 'rejected', {nobody}, 1, {at}, {at}, {nobody}, {}",
            d.id(Kind::BUSINESS, &business_of(&customer(&card_of_others))), d.id(Kind::REQUEST, "100000 + n"),
            d.id(Kind::CARD, &card_of_others), d.id(Kind::USER, &customer(&card_of_others)), d.day("n / 86400"))),
        d.insert(("imports", "business_id, id, status, rows_total, rows_done, customers_registered, cards_opened,
                   already_there, errors, waiting, role, attempts, leased_until, created_at, created_by"), 5, &format!(
            "{business}, {}, 'running', 1, 0, 0, 0, 0, {}, {}, 'agent', 1, {}, {at}, {nobody}",
            d.id(Kind::IMPORT, "100000 + n"), d.json("[]"), d.json("[]"), d.at("900000000"))),
        d.insert(("invitations", "business_id, id, phone, role, unit_id, status, token_hash, expires_at, created_at,
                   created_by, updated_at, updated_by"), 4_000, &format!(
            "{business}, {}, '+234803' || {}, 'customer', {}, CASE WHEN n % 100 = 1 THEN 'pending' ELSE 'accepted' END, {}, {},
             {at}, {nobody}, {at}, {nobody}",
            d.id(Kind::INVITATION, "n"), d.padded("n", 7), d.id(Kind::UNIT, &format!("{UNIT} + n % {UNITS}")),
            d.bytes("n", 32), d.at("n + 900000000"))),
        d.insert(("imports", "business_id, id, status, rows_total, rows_done, customers_registered, cards_opened,
                   already_there, errors, role, attempts, created_at, created_by, finished_at"), 2_000, &format!(
            "{business}, {}, 'completed', 1, 1, 1, 1, 0, {}, 'agent', 1, {at}, {nobody}, {at}",
            d.id(Kind::IMPORT, "n"), d.json("[]"))),
        d.insert(("imported_cards", "business_id, customer_id, reference, terms, savings_account_id, import_id"), CARDS, &format!(
            "{business}, {user}, 'card ' || n, 'daily', {card}, {}", d.id(Kind::IMPORT, "0"))),
        d.insert(("maturity_runs", "business_id, finished_on"), BUSINESSES, &format!(
            "{}, {}", d.id(Kind::BUSINESS, "n"), d.day("20"))),
    ]
}
