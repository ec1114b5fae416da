//! Every field of every body, with values that it cannot take.

use ofektom_http::table;
use ofektom_testkit::{TestDb, on_both_engines};
use serde_json::{Value, json};

use super::{refused, send_json, usual};
use crate::cast::Cast;

on_both_engines!(values_that_fit_no_field_change_nothing);

/// What a field takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// An amount above zero.
    Amount,
    /// An amount that may be zero.
    AmountOrZero,
    Day,
    Days,
    Whole,
    Flag,
    /// The id of something of the business.
    Id,
    /// One of some words.
    Word,
    Phone,
    /// A PIN.
    Pin,
    /// A text with a meaning: an address, a code, a time zone.
    Code,
    /// A text of any meaning.
    Text,
    Destination,
    List,
}

use Takes::{Amount, AmountOrZero, Code, Day, Days, Destination, Flag, Id, List, Phone, Pin, Text, Whole, Word};

/// The fields of the bodies, as JSON pointers.
const FIELDS: &[(&str, &[(&str, Takes)])] = &[
    (
        "sign_up",
        &[
            ("/phone", Phone),
            ("/secret", Pin),
            ("/full_name", Text),
            ("/email", Code),
            ("/role", Word),
            ("/business_code", Code),
        ],
    ),
    ("login", &[("/phone", Phone)]),
    ("user_activate", &[("/secret", Pin), ("/full_name", Text)]),
    ("secret_change", &[("/new_secret", Pin)]),
    ("secret_reset_request", &[("/phone", Phone)]),
    ("secret_reset", &[("/phone", Phone), ("/code", Code), ("/new_secret", Pin)]),
    ("profile_update", &[("/full_name", Text), ("/email", Code)]),
    ("bank_account_create", BANK_ACCOUNT),
    ("bank_account_update", BANK_ACCOUNT),
    ("notifications_read_all", &[("/up_to", Id)]),
    (
        "notification_preferences_update",
        &[
            ("/contribution_posted", Flag),
            ("/contribution_reversed", Flag),
            ("/savings_completed", Flag),
            ("/payout_filed", Flag),
            ("/payout_approved", Flag),
            ("/payout_rejected", Flag),
            ("/payout_paid", Flag),
            ("/payout_failed", Flag),
            ("/payout_cancelled", Flag),
            ("/invitation_received", Flag),
            ("/invitation_accepted", Flag),
            ("/invitation_rejected", Flag),
            ("/suspicious_sign_in", Flag),
            ("/bank_details_changed", Flag),
            ("/customer_bank_details_changed", Flag),
        ],
    ),
    ("business_create", &[("/name", Text), ("/currency", Code), ("/time_zone", Code)]),
    (
        "business_update",
        &[
            ("/name", Text),
            ("/time_zone", Code),
            ("/default_unit_id", Id),
            ("/policy/backdate_days_max", Whole),
            ("/policy/partial_payout", Flag),
            ("/policy/payout_cooling_off_hours", Whole),
            ("/policy/maturity_grace_days", Whole),
            ("/policy/four_eyes_above", AmountOrZero),
            ("/policy/default_commission/amount", AmountOrZero),
            ("/policy/default_commission/period", Word),
        ],
    ),
    ("business_join", &[("/code", Code)]),
    ("unit_create", &[("/name", Text)]),
    ("unit_update", &[("/name", Text)]),
    ("member_update", &[("/role", Word), ("/status", Word), ("/unit_id", Id)]),
    ("customer_register", &[("/phone", Phone), ("/full_name", Text), ("/unit_id", Id)]),
    ("invitation_create", &[("/phone", Phone), ("/role", Word), ("/unit_id", Id)]),
    ("savings_preview", PLAN),
    ("savings_open", PLAN),
    ("savings_open", &[("/customer_id", Id), ("/unit_id", Id)]),
    ("savings_update", PLAN),
    ("savings_update", &[("/unit_id", Id), ("/target_amount", Amount), ("/end_date", Day)]),
    ("savings_extend", &[("/months", Whole)]),
    ("savings_renew", &[("/start_date", Day)]),
    (
        "contribution_post",
        &[("/amount", Amount), ("/collected_on", Day), ("/boxes", Days), ("/method", Word), ("/note", Text)],
    ),
    ("contributions_post_bulk", &[("/items", List), ("/all_or_nothing", Flag)]),
    (
        "contributions_post_bulk",
        &[
            ("/items/0/amount", Amount),
            ("/items/0/collected_on", Day),
            ("/items/0/boxes", Days),
            ("/items/0/savings_id", Id),
            ("/items/0/tracking_number", Code),
            ("/items/0/note", Text),
        ],
    ),
    ("contribution_reverse", &[("/reason", Text)]),
    ("payout_file", &[("/destination", Destination), ("/amount", Amount), ("/reason", Text)]),
    ("payout_reject", &[("/reason", Text)]),
    ("payout_disburse", &[("/method", Word), ("/reference", Text)]),
    ("payout_fail", &[("/reason", Text), ("/final", Flag)]),
    ("platform_user_update", &[("/status", Word)]),
    ("platform_business_update", &[("/status", Word)]),
];

const BANK_ACCOUNT: &[(&str, Takes)] =
    &[("/bank_code", Code), ("/account_number", Code), ("/account_name", Text), ("/is_default", Flag)];

const PLAN: &[(&str, Takes)] = &[
    ("/kind", Word),
    ("/box_amount", Amount),
    ("/months", Whole),
    ("/start_date", Day),
    ("/commission/amount", AmountOrZero),
    ("/commission/period", Word),
];

async fn values_that_fit_no_field_change_nothing(db: TestDb) {
    let cast = Cast::assemble(db).await;
    let foreign = foreign_ids(&cast);
    let mut taken = Vec::new();
    for (operation, fields) in FIELDS {
        let row = table().iter().find(|row| row.operation == *operation).unwrap();
        let call = usual(&cast, row).await;
        let before = cast.database.everything().await;
        for (pointer, takes) in *fields {
            for value in unfit(*takes, &foreign) {
                let mut body = with_field(&call.body, pointer, value.clone());
                if pointer.starts_with("/items/") {
                    body["all_or_nothing"] = json!(true);
                }
                let reply = send_json(&cast, row, &call, &body).await;
                if reply.status != 422 {
                    taken.push(format!(
                        "{operation} {pointer} = {:.80}: {} {}",
                        value.to_string(),
                        reply.status,
                        reply.text()
                    ));
                    continue;
                }
                let _ = refused(row, &reply, &format!("{pointer} = {value}"));
            }
        }
        assert!(taken.is_empty(), "not refused with 422: {taken:#?}");
        let after = cast.database.everything().await;
        assert_eq!(after, before, "{operation}: a refused request changed something");
        // The call itself was right: only the field made the difference.
        let reply = call.send(&cast, row, cast.person(super::caller_of(row))).await;
        assert_eq!(reply.status, row.reply.status, "{operation}: {}", reply.text());
    }
}

/// The body with a field set; objects on the way are made.
fn with_field(body: &Value, pointer: &str, value: Value) -> Value {
    let mut body = if body.is_null() { json!({}) } else { body.clone() };
    let mut place = &mut body;
    for name in pointer.split('/').skip(1) {
        place = match name.parse::<usize>() {
            Ok(index) => &mut place[index],
            Err(_) => &mut place[name],
        };
    }
    *place = value;
    body
}

fn foreign_ids(cast: &Cast) -> Vec<Value> {
    let unknown = json!("01890a5d-ac96-774b-bcce-b302099a8057");
    vec![
        json!(cast.foreign.customer.id),
        json!(cast.foreign.business.unit_id),
        json!(cast.foreign.business.id),
        unknown,
    ]
}

/// Values that a field cannot take.
fn unfit(takes: Takes, foreign: &[Value]) -> Vec<Value> {
    let mut values = match takes {
        Amount | AmountOrZero => texts(&[
            "500.000",
            "1.234",
            "-1.00",
            "-0.01",
            "99999999999999999999.00",
            "92233720368547758.08",
            "1e3",
            "1E3",
            "0x10",
            "NaN",
            "inf",
            "",
            " ",
            " 5",
            "5 ",
            "+5",
            "5,000",
            "5.",
            ".5",
            "٥٠٠",
            "five",
            "1_000",
            "5.00\u{0}",
        ]),
        Day => texts(&[
            "2025-02-29",
            "2025-13-01",
            "2025-00-10",
            "2025-04-31",
            "2025-1-1",
            "20250101",
            "01/02/2025",
            "yesterday",
            "29 February 2025",
            "2025-01-01T00:00:00Z",
            "",
            "2025-01-01 ",
            "-2025-01-01",
            "99999-01-01",
        ]),
        Id => [
            texts(&["", "1", "../etc", "00000000", "not-a-uuid", "01890a5d-ac96-774b-bcce-b302099a805"]),
            foreign.to_vec(),
        ]
        .concat(),
        Word => texts(&["", "CASH ", "super_admin", "agent", "yearly", "gone", "\u{0}"]),
        Phone => texts(&["", "abc", "0801234567", "080123456789012", "0801234567a", "+1", "+234", "08012345678\u{0}"]),
        Pin => texts(&["", "12345", "1234567", "111111", "123456", "654321", "abcdef", "२७४९५१"]),
        Code => texts(&["", "no such thing", "\u{0}", "🦀", &"9".repeat(300)]),
        Text => texts(&["", "a\u{0}b", &"a".repeat(5_000)]),
        Flag | Whole => texts(&["", "yes", "true", "1", "-1", "1e3"]),
        Destination => texts(&["", "moon", "CASH"]),
        Days => {
            vec![json!(["2025-02-29"]), json!(["yesterday"]), json!([5]), json!("2025-01-01"), json!(["2020-01-01"])]
        }
        List => vec![json!([]), json!(vec![json!({}); 501]), json!("x")],
    };
    values.extend(of_other_types(takes));
    values
}

fn texts(values: &[&str]) -> Vec<Value> {
    values.iter().map(|value| json!(value)).collect()
}

fn of_other_types(takes: Takes) -> Vec<Value> {
    let mut values = vec![json!(1.5), json!(-1), json!({ "a": 1 })];
    match takes {
        Amount => values.extend([json!("0"), json!("0.00"), json!(500), json!(true), json!([])]),
        Whole => values.extend([json!(u64::MAX), json!(4_294_967_296_u64), json!(100_000), json!(true), json!([])]),
        Flag => values.extend([json!(1), json!([])]),
        Days => values.extend([json!(5), json!(true)]),
        List => values.extend([json!(5), json!(true)]),
        _ => values.extend([json!(5), json!(true), json!(["x"])]),
    }
    values
}
