//! A database as large as plans need it: statements for whole tables, so that it is filled within seconds.
//!
//! Business 0 is the one that is looked at: it has thousands of cards. As much as in it has happened in some others, so that a
//! plan that looks beyond its business shows. The sums of the books are not right, which no plan depends on.

use ofektom_domain::business::Policy;

use super::dialect::{Dialect, Kind};
use super::seed_money::{chains, money, trail};
use super::seed_rest::the_rest;
use crate::raw::Raw;

pub const BUSINESSES: u32 = 400;
pub const USERS: u32 = 40_000;
/// Cards of business 0; there are twice as many of the others.
pub const CARDS: u32 = 2_000;
pub const PER_CARD: u32 = 10;
pub const CONTRIBUTIONS: u32 = CARDS * PER_CARD;
/// Businesses in which as much has happened.
pub const BUSY: u32 = 4;
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
pub fn customer(n: &str) -> String {
    format!(
        "CASE WHEN {n} < {CARDS} THEN {CUSTOMER} + {n} % {CUSTOMERS} ELSE {CUSTOMER} + {CUSTOMERS} + {n} % 30000 END"
    )
}

/// The business of a customer.
pub fn business_of(customer: &str) -> String {
    format!("CASE WHEN {customer} < {CUSTOMER} + {CUSTOMERS} THEN 0 ELSE 1 + ({customer}) % ({BUSINESSES} - 1) END")
}

/// The unit of a customer.
pub fn unit_of(customer: &str) -> String {
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
