//! The catalogue of problems in docs/ERRORS.md is the one in the code.

use std::fmt::Write as _;
use std::path::Path;

use ofektom_http::{CatalogueEntry, catalogue};

const GOLDEN: &str = "../../docs/ERRORS.md";

/// More operations than these are not named.
const NAMED_MAX: usize = 8;

const HEAD: &str = "\
# Error codes

Every error is a problem document (RFC 9457, `application/problem+json`) with one of these codes. Codes are stable: a client
decides by `code`, never by `title` or `detail`. The server tells the same at `GET /problems`, and `type` of a problem leads to
its entry there. This page is made from the code; `UPDATE_GOLDEN=1 cargo xtask test -- --test http_suite catalogue` writes it anew.

| status | code | meaning | operations |
|---|---|---|---|
";

#[test]
fn the_document_is_as_the_code() {
    let written = page();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &written).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, written, "docs/ERRORS.md is not what the code says: write it anew, as its head tells");
}

fn page() -> String {
    catalogue().iter().fold(HEAD.to_owned(), |mut page, entry| {
        let (code, status, title) = (entry.kind.code, entry.kind.status, entry.kind.title);
        writeln!(page, "| {status} | `{code}` | {title} | {} |", operations(entry)).unwrap();
        page
    })
}

fn operations(entry: &CatalogueEntry) -> String {
    if entry.everywhere {
        return "any".to_owned();
    }
    if entry.operations.len() > NAMED_MAX {
        return "many".to_owned();
    }
    entry.operations.iter().map(|operation| format!("`{operation}`")).collect::<Vec<_>>().join(" ")
}
