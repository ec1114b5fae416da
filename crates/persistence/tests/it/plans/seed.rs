//! A database as large as plans need it: statements for whole tables, so that it is filled within seconds.
//!
//! Business 0 is the one that is looked at: it has thousands of cards. As much as in it has happened in some others, so that a
//! plan that looks beyond its business shows. The sums of the books are not right, which no plan depends on.

use ofektom_domain::business::Policy;

use super::dialect::{Dialect, Kind};
use crate::raw::Raw;

pub const BUSINESSES: u32 = 400;
pub const USERS: u32 = 40_000;
/// Cards of business 0; there are twice as many of the others.

pub const CARDS: u32 = 2_000;
pub const PER_CARD: u32 = 10;
pub const CONTRIBUTIONS: u32 = CARDS * PER_CARD;
/// Businesses in which as much has happened.
const BUSY: u32 = 4;
/// The first customer of business 0, and how many it has.
pub const CUSTOMER: u32 = 1_000;
pub const CUSTOMERS: u32 = 1_000;
/// The first collector of business 0, and how many it has; the one after them has hardly collected anything.
pub const COLLECTOR: u32 = 400;
pub const COLLECTORS: u32 = 30;
/// The number of the first unit of business 0 besides its default unit.
pub const UNIT: u32 = 1_000;
pub const UNITS: u32 = 30;

/// Fills a migrated database.
pub async fn fill(raw: &Raw, d: Dialect) {
    raw.execute("BEGIN").await;
    let happened = (0..BUSY).flat_map(|business| money(d, business).into_iter().chain(trail(d, business)));
    for statement in people(d).into_iter().chain(cards(d)).chain(happened).chain(chains(d)).chain(the_rest(d)) {
        raw.execute(&statement).await;
    }
    raw.execute("COMMIT").await;
}

/// The customer of a card.
fn customer(n: &str) -> String {
    format!(
        "CASE WHEN {n} < {CARDS} THEN {CUSTOMER} + {n} % {CUSTOMERS} ELSE {CUSTOMER} + {CUSTOMERS} + {n} % 30000 END"
    )
}

/// The business of a customer.
fn business_of(customer: &str) -> String {
    format!("CASE WHEN {customer} < {CUSTOMER} + {CUSTOMERS} THEN 0 ELSE 1 + ({customer}) % ({BUSINESSES} - 1) END")
}

/// The unit of a customer.
fn unit_of(customer: &str) -> String {
    format!(
        "CASE WHEN {customer} < {CUSTOMER} + {CUSTOMERS} THEN {UNIT} + ({customer}) % {UNITS} ELSE {} END",
        business_of(customer)
    )
}

fn people(d: Dialect) -> Vec<String> {
    let user = d.id(Kind::USER, "n");
    let (at, nobody) = (d.at("n"), d.nil());
    let phone = format!("'+234803' || {}", d.padded("n", 7));
    let name = format!("'Ada Obi ' || {}", d.padded("n", 5));
    let key = format!("' ada obi ' || {}", d.padded("n", 5));
    let policy = d.json(&serde_json::to_string(&Policy::default()).unwrap());
    let code = "'22' || (2 + n / 512 % 8) || (2 + n / 64 % 8) || (2 + n / 8 % 8) || (2 + n % 8)";
    let (business, owner, unit) = (d.id(Kind::BUSINESS, "n"), d.id(Kind::USER, "n"), d.id(Kind::UNIT, "n"));
    let of_customer = business_of("n");
    let member_of = format!("CASE WHEN n < {BUSINESSES} THEN n WHEN n < {CUSTOMER} THEN 0 ELSE {of_customer} END");
    let member_unit = format!(
        "CASE WHEN n < {BUSINESSES} THEN n WHEN n < {CUSTOMER} THEN {UNIT} + n % {UNITS} ELSE {} END",
        unit_of("n")
    );
    let role = format!(
        "CASE WHEN n < {BUSINESSES} THEN 'agent' WHEN n < {COLLECTOR} + {COLLECTORS} + 1 THEN 'sub_agent'
                        ELSE 'customer' END"
    );
    vec![
        d.insert(
            (
                "users",
                "id, phone, full_name, name_search, email, credential, platform_role, status, secret_hash,
                       created_at, created_by, updated_at, updated_by",
            ),
            USERS,
            &format!(
                "{user}, {phone}, {name}, {key}, NULL, 'pin', CASE WHEN n = 11000 THEN 'super_admin' ELSE 'none' END,
                      CASE WHEN n % 500 = 1 THEN 'suspended' ELSE 'active' END, 'x', {at}, {nobody}, {at}, {nobody}"
            ),
        ),
        d.insert(
            (
                "businesses",
                "id, name, join_code, owner_id, currency, time_zone, policy, status, default_unit_id,
                            created_at, created_by, updated_at, updated_by, name_search",
            ),
            BUSINESSES,
            &format!(
                "{business}, 'Ajo ' || n, {code}, {owner}, 'NGN', 'Africa/Lagos', {policy},
                      CASE WHEN n % 100 = 7 THEN 'suspended' ELSE 'active' END, {unit}, {at}, {owner}, {at}, {owner},
                      'ajo ' || n"
            ),
        ),
        d.insert(
            ("units", "business_id, id, name, name_key, created_at, created_by, updated_at, updated_by"),
            BUSINESSES,
            &format!("{business}, {unit}, 'Main', 'main', {at}, {owner}, {at}, {owner}"),
        ),
        d.insert(
            ("units", "business_id, id, name, name_key, created_at, created_by, updated_at, updated_by"),
            UNITS + 1,
            &format!(
                "{}, {}, 'Unit ' || n, 'unit ' || n, {at}, {nobody}, {at}, {nobody}",
                d.id(Kind::BUSINESS, "0"),
                d.id(Kind::UNIT, &format!("{UNIT} + n"))
            ),
        ),
        d.insert(
            (
                "memberships",
                "business_id, user_id, role, unit_id, status, created_at, created_by, updated_at, updated_by",
            ),
            USERS - 1_000,
            &format!(
                "{}, {user}, {role}, {},
                      CASE n % 500 WHEN 3 THEN 'suspended' WHEN 4 THEN 'left' ELSE 'active' END,
                      {at}, {nobody}, {at}, {nobody}",
                d.id(Kind::BUSINESS, &member_of),
                d.id(Kind::UNIT, &member_unit)
            ),
        ),
        d.insert(
            ("sessions", "id, user_id, created_at, last_used_at, expires_at, ended_at, address, user_agent"),
            20_000,
            &format!(
                "{}, {}, {at}, {at}, {}, CASE WHEN n % 3 > 0 THEN {at} END, '127.0.0.1', 'test'",
                d.id(Kind::SESSION, "n"),
                d.id(Kind::USER, &format!("n % {USERS}")),
                d.at("n + 900000000")
            ),
        ),
        d.insert(
            ("refresh_tokens", "hash, session_id, created_at, expires_at, used_at"),
            20_000,
            &format!("{}, {}, {at}, {}, NULL", d.bytes("n", 32), d.id(Kind::SESSION, "n"), d.at("n + 900000000")),
        ),
        d.insert(
            ("activations", "token_hash, user_id, created_at, expires_at, used_at"),
            5_000,
            &format!("{}, {user}, {at}, {}, NULL", d.bytes("n", 32), d.at("n + 86400")),
        ),
        d.insert(
            (
                "bank_accounts",
                "id, user_id, bank_code, account_number, account_name, is_default, changed_at, created_at,
                               updated_at, removed_at",
            ),
            5_000,
            &format!(
                "{}, {user}, '044', {}, 'Ada', {}, NULL, {at}, {at}, NULL",
                d.id(Kind::BANK_ACCOUNT, "n"),
                d.padded("n", 10),
                d.yes()
            ),
        ),
        d.insert(
            ("secret_codes", "key, user_id, code_hash, tries, created_at, expires_at"),
            5_000,
            &format!(
                "{}, CASE WHEN n % 2 = 0 THEN {user} END, {}, 0, {at}, {}",
                d.bytes("n", 32),
                d.bytes("n", 32),
                d.at("n + 900000000")
            ),
        ),
        d.insert(
            ("sign_in_attempts", "key, failed, last_failed_at, locked_until"),
            5_000,
            &format!("{}, 1, {}, NULL", d.bytes("n", 32), d.at("n + 900000000")),
        ),
    ]
}

fn cards(d: Dialect) -> Vec<String> {
    let count = CARDS + CARDS * 2;
    let customer = customer("n");
    let (business, unit) = (d.id(Kind::BUSINESS, &business_of(&customer)), d.id(Kind::UNIT, &unit_of(&customer)));
    let (at, nobody) = (d.at("n"), d.nil());
    let doubled = |digit: &str| format!("(({digit}) * 2 / 10 + ({digit}) * 2 % 10)");
    let check = format!(
        "(10 - (2 + {} + n / 10 % 10 + {} + n / 1000 % 10) % 10) % 10",
        doubled("n % 10"),
        doubled("n / 100 % 10")
    );
    let number = format!("'10000' || {} || ({check})", d.padded("n", 4));
    let (start, saved) = (d.day("n % 200"), 50_000 * PER_CARD);
    vec![d.insert(
        ("savings_accounts", "business_id, id, unit_id, customer_id, tracking_number, plan_kind, plan_amount_kobo,
            plan_months, plan_target_date, start_date, end_date, boxes, paid, boxes_paid, commission_terms_kobo,
            commission_terms_days, status, completion, ever_paid, collected_kobo, credit_kobo, commission_kobo, balance_kobo,
            held_kobo, paid_out_kobo, next_due_date, renewed_from, version, created_at, created_by, updated_at, updated_by"),
        count,
        &format!("{business}, {}, {unit}, {}, {number}, 'daily', 50000, 1, NULL, {start}, {}, '31x50000', {}, {PER_CARD}, 0,
                  NULL, CASE n % 10 WHEN 7 THEN 'completed' WHEN 8 THEN 'paid_out' ELSE 'active' END,
                  CASE n % 10 WHEN 7 THEN 'ended_early' WHEN 8 THEN 'all_paid' END, {}, {saved}, 0, 0,
                  CASE n % 10 WHEN 8 THEN 0 ELSE {saved} END, 0, CASE n % 10 WHEN 8 THEN {saved} ELSE 0 END,
                  CASE WHEN n % 10 NOT IN (7, 8) THEN {} END, NULL, 1, {at}, {nobody}, {at}, {nobody}",
            d.id(Kind::CARD, "n"), d.id(Kind::USER, &customer), d.day("n % 200 + 30"), d.hex("ff03"), d.yes(),
            d.day(&format!("n % 200 + {PER_CARD}"))),
    )]
}

/// Contribution `n` of a business is on its card `n % CARDS`.
fn money(d: Dialect, business: u32) -> Vec<String> {
    let business = d.id(Kind::BUSINESS, &business.to_string());
    let (card, entry) = (d.id(Kind::CARD, &format!("n % {CARDS}")), d.id(Kind::ENTRY, "n"));
    let customer = format!("{CUSTOMER} + n % {CARDS} % {CUSTOMERS}");
    let collector =
        format!("CASE WHEN n % 20000 = 7 THEN {COLLECTOR} + {COLLECTORS} ELSE {COLLECTOR} + n % {COLLECTORS} END");
    let unit = format!("CASE WHEN n % 20000 = 9 THEN {UNIT} + {UNITS} ELSE {UNIT} + n % {UNITS} END");
    let (collector, unit) = (d.id(Kind::USER, &collector), d.id(Kind::UNIT, &unit));
    let (at, day, nobody) = (d.at_ms("n * 86400"), d.day("n / 1000"), d.nil());
    let late = format!("{CONTRIBUTIONS} + n");
    let contribution = d.id(Kind::CONTRIBUTION, "n");
    let columns = "business_id, id, savings_account_id, customer_id, unit_id, kind, amount_kobo, method, collected_on,
        collected_by, note, boxes, credit_after_kobo, balance_after_kobo, commission_kobo, entry_id, reverses, reversed_by,
        created_at, created_by";
    let reversal_of = d.id(Kind::CONTRIBUTION, &format!("{CONTRIBUTIONS} + n / 2000"));
    let entries =
        "business_id, id, event, occurred_on, savings_account_id, contribution_id, payment_request_id, reverses,
        created_at, created_by, round_id";
    vec![
        d.insert(("contributions", columns), CONTRIBUTIONS, &format!(
            "{business}, {contribution}, {card}, {}, {unit}, 'collection', 50000,
             CASE WHEN n % 2500 = 3 THEN 'card' WHEN n % 2500 = 5 THEN 'bank_transfer' ELSE 'cash' END, {day}, {collector},
             NULL, 1, 0, 50000, 0, {entry}, NULL, CASE WHEN n % 2000 = 11 THEN {reversal_of} END, {at}, {nobody}",
            d.id(Kind::USER, &customer))),
        d.insert(("contributions", columns), CONTRIBUTIONS / 2_000, &format!(
            "{business}, {}, {}, {}, {}, 'reversal', 50000, 'cash', {}, {}, 'wrong', 1, 0, 0, 0, {}, {}, NULL, {}, {nobody}",
            d.id(Kind::CONTRIBUTION, &late), d.id(Kind::CARD, "n * 2000 + 11"),
            d.id(Kind::USER, &format!("{CUSTOMER} + (n * 2000 + 11) % {CARDS} % {CUSTOMERS}")),
            d.id(Kind::UNIT, &UNIT.to_string()), d.day("60"), d.id(Kind::USER, &COLLECTOR.to_string()),
            d.id(Kind::ENTRY, &late), d.id(Kind::CONTRIBUTION, "n * 2000 + 11"), d.at("6000000"))),
        d.insert(("markings", "business_id, contribution_id, box_date, savings_account_id, amount_kobo, reversed_by, created_at"),
            CONTRIBUTIONS, &format!(
            "{business}, {contribution}, {}, {card}, 50000, CASE WHEN n % 2000 = 11 THEN {reversal_of} END, {at}",
            d.day(&format!("n % {CARDS} % 200 + n / {CARDS}")))),
        d.insert(("journal_entries", entries), CONTRIBUTIONS, &format!(
            "{business}, {entry}, 'cash_contribution', {day}, {card}, {contribution}, NULL, NULL, {at}, {nobody}, NULL")),
        // Rare events, and commission.
        d.insert(("journal_entries", entries), 5_000, &format!(
            "{business}, {}, CASE WHEN n < 300 THEN 'payout_held' WHEN n < 350 THEN 'remittance'
                                  WHEN n < 370 THEN 'contribution_reversal' ELSE 'commission' END,
             {}, CASE WHEN n >= 350 OR n < 300 THEN {} END, NULL, CASE WHEN n < 300 THEN {} END,
             CASE WHEN n >= 350 AND n < 370 THEN {} END, {}, {nobody}, CASE WHEN n >= 300 AND n < 350 THEN {} END",
            d.id(Kind::ENTRY, &late), d.day("n / 100"), d.id(Kind::CARD, &format!("n % {CARDS}")), d.id(Kind::REQUEST, "n"),
            d.id(Kind::ENTRY, "n"), d.at("6000000"), d.id(Kind::ROUND, "n"))),
        d.insert(("postings", "business_id, entry_id, line, account_kind, account_id, amount_kobo"), CONTRIBUTIONS, &format!(
            "{business}, {entry}, 0, 'cash', {collector}, 50000")),
        d.insert(("postings", "business_id, entry_id, line, account_kind, account_id, amount_kobo"), CONTRIBUTIONS, &format!(
            "{business}, {entry}, 1, 'savings', {card}, -50000")),
        d.insert(("postings", "business_id, entry_id, line, account_kind, account_id, amount_kobo"), 5_000, &format!(
            "{business}, {}, 0, CASE WHEN n >= 300 AND n < 350 THEN 'cash' ELSE 'savings' END,
             CASE WHEN n >= 300 AND n < 350 THEN {} ELSE {} END, 50000", d.id(Kind::ENTRY, &late),
            d.id(Kind::USER, &COLLECTOR.to_string()), d.id(Kind::CARD, &format!("n % {CARDS}")))),
        d.insert(("postings", "business_id, entry_id, line, account_kind, account_id, amount_kobo"), 5_000, &format!(
            "{business}, {}, 1, CASE WHEN n < 300 THEN 'payout_hold' WHEN n < 350 THEN 'bank' ELSE 'commission_income' END,
             NULL, -50000", d.id(Kind::ENTRY, &late))),
        d.insert(("commissions", "business_id, id, savings_account_id, unit_id, collector_id, period, period_start,
                                  amount_kobo, contribution_id, entry_id, occurred_on, created_at"), 4_630, &format!(
            "{business}, {}, {card}, {unit}, {collector}, 0, {}, 50000, {contribution}, {}, {}, {at}",
            d.id(Kind::COMMISSION, "n"), d.day("n % 200"), d.id(Kind::ENTRY, &format!("{CONTRIBUTIONS} + 370 + n")),
            d.day("n / 100"))),
    ]
}

/// The trail of a business, sealed.
fn trail(d: Dialect, business: u32) -> Vec<String> {
    let columns =
        "business_id, id, actor_id, verb, entity, entity_id, state_before, state_after, address, request_id, at";
    let business = d.id(Kind::BUSINESS, &business.to_string());
    let (at, nothing) = (d.at_ms("n * 86400"), d.json("{}"));
    let collector =
        format!("CASE WHEN n % 20000 = 7 THEN {COLLECTOR} + {COLLECTORS} ELSE {COLLECTOR} + n % {COLLECTORS} END");
    vec![
        d.insert(
            ("audit_rows", columns),
            CONTRIBUTIONS,
            &format!(
                "{business}, {}, {}, 'contribution.post', 'contribution', {}, NULL, {nothing}, '127.0.0.1', 'r', {at}",
                d.id(Kind::AUDIT, "n"),
                d.id(Kind::USER, &collector),
                d.id(Kind::CONTRIBUTION, "n")
            ),
        ),
        d.insert(
            ("audit_rows", columns),
            2_000,
            &format!(
                "{business}, {}, {}, CASE WHEN n % 1000 = 5 THEN 'savings.cancel' WHEN n % 2 = 0 THEN 'savings.open'
                                 ELSE 'member.update' END,
             CASE WHEN n % 2 = 0 OR n % 1000 = 5 THEN 'savings_account' ELSE 'membership' END, {}, NULL, {nothing},
             '127.0.0.1', 'r', {}",
                d.id(Kind::AUDIT, &format!("{CONTRIBUTIONS} + n")),
                d.id(Kind::USER, "0"),
                d.id(Kind::CARD, "n"),
                d.at_ms(&format!("({CONTRIBUTIONS} + n) * 86400"))
            ),
        ),
        d.insert(
            ("audit_seals", "business_id, seq, audit_id, key_id, late, mac"),
            CONTRIBUTIONS + 2_000,
            &format!(
                "{business}, n + 1, {}, {}, {}, {}",
                d.id(Kind::AUDIT, "n"),
                d.bytes("1", 8),
                if d.yes() == "1" { "0" } else { "false" },
                d.bytes("n", 32)
            ),
        ),
    ]
}

fn chains(d: Dialect) -> Vec<String> {
    vec![d.insert(
        (
            "audit_chains",
            "business_id, sealed, mac, former, complete_at, round_at, swept_to, key_id, signature,
                                   looked_from, swept_at",
        ),
        BUSINESSES,
        &format!(
            "{}, CASE WHEN n < {BUSY} THEN {CONTRIBUTIONS} + 2000 ELSE 0 END, {}, 0, NULL, NULL, {}, {}, {}, {}, {}",
            d.id(Kind::BUSINESS, "n"),
            d.bytes("n", 32),
            d.nil(),
            d.bytes("1", 8),
            d.bytes("n", 32),
            d.id(Kind::AUDIT, &format!("{CONTRIBUTIONS} + 1990")),
            d.at("n")
        ),
    )]
}

fn the_rest(d: Dialect) -> Vec<String> {
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
