//! The state before and after a change, fit to be shown.
//!
//! Whoever writes a row leaves secrets out of it and masks numbers. This is the second lock on the same door: what is named like
//! something secret, and is not masked, is not shown, whatever kind of row comes to be written.

use serde_json::Value;

/// Words of names whose values nobody reads in the trail, unless they are masked; wherever in the name, and of several as well.
const HIDDEN: [&str; 12] = [
    "account_no",
    "account_number",
    "code",
    "email",
    "hash",
    "nuban",
    "passphrase",
    "password",
    "phone",
    "pin",
    "secret",
    "token",
];
/// Names with such a word that hold nothing secret.
const SHOWN: [&str; 1] = ["bank_code"];

/// What stands for a value that is not shown.
const MASK: &str = "***";

/// The state with what must not be shown replaced.
pub fn shown(state: Value) -> Value {
    match state {
        Value::Object(fields) => {
            let field = |(name, value): (String, Value)| {
                let value = if is_hidden(&name) { masked(value) } else { shown(value) };
                (name, value)
            };
            fields.into_iter().map(field).collect()
        }
        Value::Array(items) => items.into_iter().map(shown).collect(),
        plain => plain,
    }
}

fn is_hidden(name: &str) -> bool {
    let within = format!("_{}_", name.to_ascii_lowercase());
    let has = |word: &&str| within.contains(&format!("_{word}_")) || within.contains(&format!("_{word}s_"));
    !SHOWN.contains(&name) && HIDDEN.iter().any(has)
}

/// That there is something may be told, and what is masked already stays as it is.
fn masked(value: Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) => value,
        Value::String(text) if text.contains("**") => Value::String(text),
        _ => MASK.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_named_like_a_secret_is_not_shown() {
        let state = json!({
            "name": "Ajo", "phone": "+2348031234567", "new_phone": ["+2348031234567"], "email": true, "join_code": "AB12CD",
            "bank_code": "058", "details": { "account_number": "0123456789", "holder": "Ada" }, "pin": 1234, "token": null,
        });
        let expected = json!({
            "name": "Ajo", "phone": "***", "new_phone": "***", "email": true, "join_code": "***",
            "bank_code": "058", "details": { "account_number": "***", "holder": "Ada" }, "pin": "***", "token": null,
        });
        assert_eq!(shown(state), expected);
    }

    #[test]
    fn a_word_counts_wherever_it_stands_in_the_name() {
        let names =
            ["phone_number", "account_no", "phones", "old_account_numbers", "email_address", "reset_code_sent", "PIN"];
        for name in names {
            assert_eq!(shown(json!({ name: "0123456789" })), json!({ name: "***" }), "{name}");
        }
        let harmless =
            json!({ "account_note": "x", "spin": "x", "pinned": "x", "phonetic": "x", "codes_of_law": null });
        assert_eq!(shown(harmless.clone()), harmless);
    }

    #[test]
    fn what_is_masked_or_harmless_stays() {
        let state =
            json!({ "phone": "+*********4567", "account_number": "******6789", "boxes": [1, "2"], "pinned": "x" });
        assert_eq!(shown(state.clone()), state);
    }
}
