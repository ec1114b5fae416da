//! Imports of customers and cards.

use ofektom_domain::permission::Verb;

use super::Row;
use crate::handlers::imports::{
    ImportPreviewView, ImportQuery, ImportView, ImportsQuery, import_create, import_get, import_template, imports_list,
};
use crate::limits::RateClass;
use crate::problem::kind;

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::post("/api/v1/businesses/{id}/imports", "import_create", import_create)
            .business(Verb::ImportManage)
            .money()
            .counted_as(RateClass::Heavy)
            .summary("Imports customers and cards from a CSV file in the background, all of it or nothing")
            .takes_file("text/csv")
            .query::<ImportQuery>()
            .gives::<ImportView>(201)
            .gives_besides::<ImportPreviewView>(
                200,
                "With `dry_run=true`: what the file would make, and what is wrong with it",
            )
            .refuses(&[kind::BUSINESS_NOT_ACTIVE]),
        Row::get("/api/v1/businesses/{id}/imports", "imports_list", imports_list)
            .business(Verb::ImportRead)
            .summary("The imports of a business, newest first")
            .query::<ImportsQuery>()
            .gives_page_of::<ImportView>(),
        Row::get("/api/v1/businesses/{id}/imports/template", "import_template", import_template)
            .business(Verb::ImportRead)
            .summary("The header of a file to import")
            .gives_also("text/csv"),
        Row::get("/api/v1/businesses/{id}/imports/{import_id}", "import_get", import_get)
            .business(Verb::ImportRead)
            .summary("An import: how far it is, what it made, or why it failed")
            .gives::<ImportView>(200),
    ]
}
