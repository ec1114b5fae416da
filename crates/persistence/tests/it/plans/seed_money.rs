//! What has happened in a business: contributions, the books, the trail.

use super::dialect::{Dialect, Kind};
use super::seed::{BUSINESSES, BUSY, CARDS, COLLECTOR, COLLECTORS, CONTRIBUTIONS, CUSTOMER, CUSTOMERS, UNIT, UNITS};

/// Contribution `n` of a business is on its card `n % CARDS`.
pub fn money(d: Dialect, business: u32) -> Vec<String> {
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
pub fn trail(d: Dialect, business: u32) -> Vec<String> {
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

pub fn chains(d: Dialect) -> Vec<String> {
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
