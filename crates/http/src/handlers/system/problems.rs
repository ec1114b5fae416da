//! The catalogue of problems: what the `type` of a problem document leads to.

use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::ApiPath;
use crate::problem::{ApiResult, CatalogueEntry, Problem, catalogue, kind};
use crate::reply;

/// One kind of problem.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProblemKind)]
pub struct ProblemKindView {
    /// The stable code.
    #[schema(example = "box_already_paid")]
    code: &'static str,
    /// The HTTP status.
    #[schema(example = 409)]
    status: u16,
    /// What it means.
    title: &'static str,
    /// Whether any request may be answered with it.
    everywhere: bool,
    /// The operations that may answer with it, by their ids.
    operations: Vec<&'static str>,
}

impl From<&CatalogueEntry> for ProblemKindView {
    fn from(entry: &CatalogueEntry) -> Self {
        let CatalogueEntry { kind, everywhere, operations } = entry;
        let (code, status, title) = (kind.code, kind.status, kind.title);
        Self { code, status, title, everywhere: *everywhere, operations: operations.clone() }
    }
}

/// The catalogue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProblemCatalogue)]
pub struct ProblemCatalogueView {
    /// All kinds of problem, by status and code.
    items: Vec<ProblemKindView>,
}

/// `GET /problems`
///
/// # Errors
/// A defect only.
pub async fn problems_list() -> ApiResult {
    reply::ok(&ProblemCatalogueView { items: catalogue().iter().map(ProblemKindView::from).collect() })
}

/// `GET /problems/{code}`
///
/// # Errors
/// 404 for a code that no answer has.
pub async fn problem_get(ApiPath(code): ApiPath<String>) -> ApiResult {
    let entry = catalogue().iter().find(|entry| entry.kind.code == code);
    let entry = entry.ok_or_else(|| Problem::new(kind::NOT_FOUND))?;
    reply::ok(&ProblemKindView::from(entry))
}
