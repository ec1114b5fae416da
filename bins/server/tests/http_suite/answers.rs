//! What routes answer, kept as snapshots: ids, instants, tokens and codes are replaced by names.

use std::collections::BTreeMap;

use ofektom_testkit::Reply;
use serde_json::{Value, json};

/// Answers of one story, in order. Both engines must give the same, so there is one snapshot for them.
#[derive(Default)]
pub struct Answers {
    told: Vec<Value>,
    names: BTreeMap<String, String>,
}

/// Fields whose values are made by chance, or are secret.
const BY_CHANCE: &[&str] =
    &["access_token", "refresh_token", "join_code", "tracking_number", "request_id", "next_cursor", "phone"];

impl Answers {
    /// Keeps an answer under the name of what was asked.
    pub fn keep(&mut self, asked: &str, reply: &Reply) {
        let body = if reply.header("content-type").contains("json") {
            self.redacted("", reply.json())
        } else {
            json!(reply.text())
        };
        let mut told = json!({ "asked": asked, "status": reply.status, "body": body });
        for header in ["location", "retry-after", "allow", "idempotent-replayed"] {
            if !reply.header(header).is_empty() {
                told[header] = self.redacted(header, json!(reply.header(header)));
            }
        }
        self.told.push(told);
    }

    /// Holds all that was kept against the snapshot.
    pub fn hold(self, snapshot: &str) {
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_json_snapshot!(snapshot, self.told));
    }

    fn redacted(&mut self, field: &str, value: Value) -> Value {
        match value {
            Value::Object(fields) => {
                fields.into_iter().map(|(name, value)| (name.clone(), self.redacted(&name, value))).collect()
            }
            Value::Array(items) => items.into_iter().map(|item| self.redacted(field, item)).collect(),
            Value::String(text) if BY_CHANCE.contains(&field) => {
                json!(format!("[{field}, {} characters]", shape(field, &text)))
            }
            Value::String(text) => json!(self.text(&text)),
            other => other,
        }
    }

    /// The text with each id replaced by a number that is its own, and instants by a word.
    fn text(&mut self, text: &str) -> String {
        if text.len() == 27 && text.ends_with('Z') && text.contains('T') {
            return "[instant]".to_owned();
        }
        if text.contains(' ') {
            return text.split(' ').map(numberless).collect::<Vec<_>>().join(" ");
        }
        let parts = text.split('/').map(|part| if is_id(part) { self.name(part) } else { part.to_owned() });
        parts.collect::<Vec<_>>().join("/")
    }

    fn name(&mut self, id: &str) -> String {
        let next = format!("[id {}]", self.names.len() + 1);
        self.names.entry(id.to_owned()).or_insert(next).clone()
    }
}

/// A word of a sentence, unless it is the number on a card, which is made by chance.
fn numberless(word: &str) -> String {
    let bare = word.trim_end_matches(['.', ',', ':']);
    if bare.len() == 10 && bare.bytes().all(|byte| byte.is_ascii_digit()) {
        word.replace(bare, "[number]")
    } else {
        word.to_owned()
    }
}

/// Tokens and cursors have no fixed length.
fn shape(field: &str, text: &str) -> String {
    match field {
        "join_code" | "tracking_number" | "phone" => text.len().to_string(),
        _ => "some".to_owned(),
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
