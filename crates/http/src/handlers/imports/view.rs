//! Imports in answers.

use ofektom_app::ImportPreview;
use ofektom_domain::import::{Import, LineError, RowError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{Id, Moment};

/// Errors that one answer names.
const ERRORS_TOLD: usize = 1_000;

/// An import.
#[derive(Serialize, ToSchema)]
pub struct ImportView {
    id: Id,
    business_id: Id,
    /// `queued`, `running`, `completed` (all of it is there) or `failed` (nothing of it is there).
    status: &'static str,
    /// The rows of the file.
    rows_total: u32,
    /// Those that were looked at.
    rows_done: u32,
    /// People who became customers of the business by it.
    customers_registered: u32,
    /// Cards that were opened by it.
    cards_opened: u32,
    /// Rows of which everything was there before.
    already_there: u32,
    /// Why it failed.
    errors: Vec<RowErrorView>,
    created_at: Moment,
    created_by: Id,
    finished_at: Option<Moment>,
}

/// What a file would make.
#[derive(Serialize, ToSchema)]
pub struct ImportPreviewView {
    /// Always `true`: nothing was changed.
    dry_run: bool,
    /// Whether the file could be imported as it is.
    acceptable: bool,
    /// The rows of the file.
    rows_total: u32,
    /// People who would become customers of the business.
    customers_registered: u32,
    /// Cards that would be opened.
    cards_opened: u32,
    /// Rows of which everything is there already.
    already_there: u32,
    /// How many errors there are; 1,000 are named at most.
    errors_total: usize,
    /// What is wrong, in the order of lines.
    errors: Vec<RowErrorView>,
}

/// Something in a file that is not acceptable.
#[derive(Serialize, ToSchema)]
pub struct RowErrorView {
    /// The line in the file, from 1; 0 for the file as a whole.
    line: u32,
    /// The column; empty for the row as a whole.
    field: String,
    /// A stable code, such as `out_of_range`.
    code: String,
    /// What would be right, for a person.
    message: String,
}

impl From<RowError> for RowErrorView {
    fn from(error: RowError) -> Self {
        Self { line: error.line, field: error.column, code: error.code, message: error.message }
    }
}

impl From<&Import> for ImportView {
    fn from(import: &Import) -> Self {
        Self {
            id: import.id.into(),
            business_id: import.business_id.into(),
            status: import.status.as_str(),
            rows_total: import.rows_total,
            rows_done: import.rows_done,
            customers_registered: import.counts.customers_registered,
            cards_opened: import.counts.cards_opened,
            already_there: import.counts.already_there,
            errors: import.errors.iter().take(ERRORS_TOLD).cloned().map(RowErrorView::from).collect(),
            created_at: import.created_at.into(),
            created_by: import.created_by.into(),
            finished_at: import.finished_at.map(Moment::from),
        }
    }
}

impl ImportView {
    /// Where it is read.
    pub fn location(import: &Import) -> Option<String> {
        Some(format!("/api/v1/businesses/{}/imports/{}", import.business_id, import.id))
    }
}

impl From<ImportPreview> for ImportPreviewView {
    fn from(preview: ImportPreview) -> Self {
        let told = |error: LineError| RowErrorView::from(RowError::from(error));
        Self {
            dry_run: true,
            acceptable: preview.errors.is_empty(),
            rows_total: preview.rows_total,
            customers_registered: preview.counts.customers_registered,
            cards_opened: preview.counts.cards_opened,
            already_there: preview.counts.already_there,
            errors_total: preview.errors.len(),
            errors: preview.errors.into_iter().take(ERRORS_TOLD).map(told).collect(),
        }
    }
}
