//! The catalogue of problems as a client reads it: every code, and the operations that may answer with it. Made from the
//! table of routes, so no code can be forgotten.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{Kind, kind};
use crate::openapi::refusals_of;
use crate::routes::table;

/// Problems that any request may meet before a route is found, or instead of one.
const EVERYWHERE: [Kind; 4] = [kind::NOT_FOUND, kind::METHOD_NOT_ALLOWED, kind::BODY_UNREADABLE, kind::INTERNAL];

static CATALOGUE: LazyLock<Vec<CatalogueEntry>> = LazyLock::new(|| {
    let mut found: BTreeMap<(u16, &str), CatalogueEntry> = BTreeMap::new();
    for kind in EVERYWHERE {
        found.insert((kind.status, kind.code), CatalogueEntry { kind, everywhere: true, operations: Vec::new() });
    }
    for row in table() {
        for kind in refusals_of(row) {
            let entry = found.entry((kind.status, kind.code));
            let entry = entry.or_insert_with(|| CatalogueEntry { kind, everywhere: false, operations: Vec::new() });
            entry.operations.push(row.operation);
        }
    }
    found.into_values().collect()
});

/// One kind of problem, and where it may come from.
#[derive(Clone, Debug)]
pub struct CatalogueEntry {
    /// The kind.
    pub kind: Kind,
    /// Whether any request may be answered with it.
    pub everywhere: bool,
    /// The operations that may answer with it, in the order of the table.
    pub operations: Vec<&'static str>,
}

/// All kinds of problem that the API may answer with, by status and code.
#[must_use]
pub fn catalogue() -> &'static [CatalogueEntry] {
    &CATALOGUE
}
