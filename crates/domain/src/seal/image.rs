//! A row of the trail as it is stored, and the bytes that are hashed of it.
//!
//! Each part is written with its length before it, and what may be missing with a mark, so no two different rows have the same
//! bytes. JSON is hashed by its meaning, not by its spelling: the engines order keys and put blanks as they like.

use serde_json::Value;

use crate::ids::{AuditId, BusinessId};

/// Every column of a row, as raw as it can be had: what somebody put there by hand need not be a value of the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowImage {
    /// The business; the nil id for what concerns a person alone.
    pub business_id: BusinessId,
    /// The row.
    pub id: AuditId,
    /// Who did it.
    pub actor: Option<Vec<u8>>,
    /// What was done.
    pub verb: String,
    /// To what kind of thing.
    pub entity: String,
    /// To which thing.
    pub entity_id: Vec<u8>,
    /// The state before, as JSON.
    pub before: Option<String>,
    /// The state after, as JSON.
    pub after: Option<String>,
    /// From which address.
    pub address: Option<String>,
    /// In which request.
    pub request_id: Option<String>,
    /// When, in microseconds since 1970.
    pub at_micros: i64,
}

/// What is missing, what is there, and what is there but not what it should be.
const MISSING: u8 = 0;
const PRESENT: u8 = 1;
const BROKEN: u8 = 2;

impl RowImage {
    /// The bytes that stand for the row.
    #[must_use]
    pub fn encoded(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        put(&mut out, self.business_id.uuid().as_bytes());
        put(&mut out, self.id.uuid().as_bytes());
        put_optional(&mut out, self.actor.as_deref());
        put(&mut out, self.verb.as_bytes());
        put(&mut out, self.entity.as_bytes());
        put(&mut out, &self.entity_id);
        put_state(&mut out, self.before.as_deref());
        put_state(&mut out, self.after.as_deref());
        put_optional(&mut out, self.address.as_deref().map(str::as_bytes));
        put_optional(&mut out, self.request_id.as_deref().map(str::as_bytes));
        out.extend(self.at_micros.to_be_bytes());
        out
    }
}

/// A part, with its length before it.
pub(super) fn put(out: &mut Vec<u8>, part: &[u8]) {
    put_length(out, part.len());
    out.extend(part);
}

fn put_length(out: &mut Vec<u8>, length: usize) {
    out.extend(u64::try_from(length).unwrap_or(u64::MAX).to_be_bytes());
}

fn put_optional(out: &mut Vec<u8>, part: Option<&[u8]>) {
    match part {
        None => out.push(MISSING),
        Some(part) => {
            out.push(PRESENT);
            put(out, part);
        }
    }
}

fn put_state(out: &mut Vec<u8>, text: Option<&str>) {
    match text.map(|text| (text, serde_json::from_str::<Value>(text))) {
        None => out.push(MISSING),
        Some((_, Ok(value))) => {
            out.push(PRESENT);
            put_json(out, &value);
        }
        Some((text, Err(_))) => {
            out.push(BROKEN);
            put(out, text.as_bytes());
        }
    }
}

fn put_json(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.push(b'n'),
        Value::Bool(false) => out.push(b'f'),
        Value::Bool(true) => out.push(b't'),
        Value::Number(number) => {
            out.push(b'i');
            put(out, number.to_string().as_bytes());
        }
        Value::String(text) => {
            out.push(b's');
            put(out, text.as_bytes());
        }
        Value::Array(items) => {
            out.push(b'a');
            put_length(out, items.len());
            for item in items {
                put_json(out, item);
            }
        }
        Value::Object(fields) => {
            out.push(b'o');
            put_length(out, fields.len());
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            for (name, field) in fields {
                put(out, name.as_bytes());
                put_json(out, field);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    /// Texts of few letters, digits among them: if a border between two parts could be moved, they would find it.
    fn part() -> impl Strategy<Value = String> {
        "[ab0\\x00]{0,3}"
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-2_i64..200).prop_map(Value::from),
            part().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map("[ab]{0,2}", inner, 0..3)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    prop_compose! {
        fn row()(
            ids in (0_u128..3, 0_u128..3),
            actor in prop::option::of(prop::collection::vec(0_u8..3, 0..3)),
            texts in (part(), part()),
            entity_id in prop::collection::vec(0_u8..3, 0..3),
            states in (prop::option::of(json()), prop::option::of(json())),
            optional in (prop::option::of(part()), prop::option::of(part())),
            at_micros in 0_i64..3,
        ) -> RowImage {
            RowImage {
                business_id: Uuid::from_u128(ids.0).into(),
                id: Uuid::from_u128(ids.1).into(),
                actor,
                verb: texts.0,
                entity: texts.1,
                entity_id,
                before: states.0.map(|state| state.to_string()),
                after: states.1.map(|state| state.to_string()),
                address: optional.0,
                request_id: optional.1,
                at_micros,
            }
        }
    }

    /// Reads the bytes back: what can be read back was not ambiguous.
    struct Reader<'a>(&'a [u8]);

    impl<'a> Reader<'a> {
        fn take(&mut self, length: usize) -> &'a [u8] {
            let (part, rest) = self.0.split_at(length);
            self.0 = rest;
            part
        }

        fn length(&mut self) -> usize {
            usize::try_from(u64::from_be_bytes(self.take(8).try_into().unwrap())).unwrap()
        }

        fn part(&mut self) -> Vec<u8> {
            let length = self.length();
            self.take(length).to_vec()
        }

        fn text(&mut self) -> String {
            String::from_utf8(self.part()).unwrap()
        }

        fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
            (self.take(1) == [PRESENT]).then(|| read(self))
        }

        fn json(&mut self) -> Value {
            match self.take(1)[0] {
                b'n' => Value::Null,
                b'f' => false.into(),
                b't' => true.into(),
                b'i' => serde_json::from_str(&self.text()).unwrap(),
                b's' => self.text().into(),
                b'a' => {
                    let length = self.length();
                    (0..length).map(|_| self.json()).collect()
                }
                _ => {
                    let length = self.length();
                    (0..length).map(|_| (self.text(), self.json())).collect()
                }
            }
        }

        fn row(mut self) -> RowImage {
            let uuid = |bytes: Vec<u8>| Uuid::from_slice(&bytes).unwrap();
            let row = RowImage {
                business_id: uuid(self.part()).into(),
                id: uuid(self.part()).into(),
                actor: self.optional(Self::part),
                verb: self.text(),
                entity: self.text(),
                entity_id: self.part(),
                before: self.optional(|it| it.json().to_string()),
                after: self.optional(|it| it.json().to_string()),
                address: self.optional(Self::text),
                request_id: self.optional(Self::text),
                at_micros: i64::from_be_bytes(self.take(8).try_into().unwrap()),
            };
            assert!(self.0.is_empty());
            row
        }
    }

    proptest! {
        #[test]
        fn the_bytes_tell_the_whole_row(row in row()) {
            prop_assert_eq!(Reader(&row.encoded()).row(), row);
        }

        #[test]
        fn two_different_rows_never_have_the_same_bytes(one in row(), other in row()) {
            prop_assert_eq!(one == other, one.encoded() == other.encoded());
        }
    }

    fn with_state(before: Option<&str>) -> Vec<u8> {
        RowImage {
            business_id: Uuid::nil().into(),
            id: Uuid::nil().into(),
            actor: None,
            verb: String::new(),
            entity: String::new(),
            entity_id: Vec::new(),
            before: before.map(str::to_owned),
            after: None,
            address: None,
            request_id: None,
            at_micros: 0,
        }
        .encoded()
    }

    #[test]
    fn json_counts_by_its_meaning() {
        assert_eq!(with_state(Some(r#"{"b":[1,"x"],"a":null}"#)), with_state(Some(r#" {"a": null, "b": [1, "x"]}"#)));
        let different = [
            None,
            Some("null"),
            Some("\"null\""),
            Some("{}"),
            Some("[]"),
            Some("1"),
            Some("\"1\""),
            Some("{"),
            Some(""),
        ];
        for (at, one) in different.iter().enumerate() {
            for other in &different[at + 1..] {
                assert_ne!(with_state(*one), with_state(*other), "{one:?} {other:?}");
            }
        }
    }
}
