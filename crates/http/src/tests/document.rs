use std::collections::BTreeSet;

use serde_json::Value;

use crate::openapi::{openapi_json, refusals_of};
use crate::routes::{Access, table};

fn document() -> Value {
    serde_json::from_str(openapi_json()).unwrap()
}

/// All operations: path, method, the operation.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let each = |(path, item): (&String, &Value)| {
        let operations = item.as_object().unwrap().clone();
        operations.into_iter().map(|(method, operation)| (path.clone(), method, operation)).collect::<Vec<_>>()
    };
    paths.iter().flat_map(each).collect()
}

#[test]
fn the_document_has_an_operation_for_every_row_and_no_other() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let documented: BTreeSet<_> = operations(&document)
        .into_iter()
        .map(|(path, method, operation)| (path, method, operation["operationId"].as_str().unwrap().to_owned()))
        .collect();
    let rows: BTreeSet<_> = table()
        .iter()
        .map(|row| (row.path_template(), row.method.as_str().to_ascii_lowercase(), row.operation.to_owned()))
        .collect();
    assert_eq!(documented, rows);
}

#[test]
fn operations_say_who_may_call_them_and_what_they_refuse() {
    let document = document();
    for row in table() {
        let operation = &document["paths"][row.path_template()][row.method.as_str().to_ascii_lowercase()];
        assert_eq!(operation["security"].is_array(), row.access != Access::Public, "{}", row.operation);
        for kind in refusals_of(row) {
            let response = &operation["responses"][kind.status.to_string()];
            assert!(response.to_string().contains(kind.code), "{} lacks {}", row.operation, kind.code);
        }
        let parameters = operation["parameters"].to_string();
        assert_eq!(parameters.contains("Idempotency-Key"), row.money, "{}", row.operation);
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let mut references = BTreeSet::new();
    collect_references(&document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

fn collect_references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref") {
                found.insert(reference.clone());
            }
            map.values().for_each(|value| collect_references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| collect_references(value, found)),
        _ => {}
    }
}
