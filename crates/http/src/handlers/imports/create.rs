//! Importing a file, or asking what it would make.

use actix_web::HttpRequest;
use actix_web::web::Data;
use bytes::Bytes;
use ofektom_app::{App, IdempotencyInput, ImportInput};
use ofektom_domain::ids::BusinessId;
use ofektom_domain::import::LineError;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ImportPreviewView, ImportView, file};
use crate::extract::{ApiPath, ApiQuery, IdempotentFile, SignedIn};
use crate::problem::{ApiResult, Problem};
use crate::reply;
use crate::wire::{Check, Checks, QueryFlagIn};

/// Whether to import.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// `true`: tells what the file would make and what is wrong with it, and changes nothing; the
    /// `Idempotency-Key` stays free.
    dry_run: Option<QueryFlagIn>,
}

impl Check for ImportQuery {
    type Output = bool;

    fn check(self, checks: &mut Checks) -> Option<bool> {
        let dry_run = checks.take_optional("dry_run", self.dry_run)?;
        Some(dry_run.is_some_and(|flag| flag.0))
    }
}

/// `POST /businesses/{id}/imports`
///
/// # Errors
/// Those of [`App::import_create`] and of [`App::import_preview`].
pub async fn import_create(
    request: HttpRequest,
    app: Data<App>,
    SignedIn(caller): SignedIn,
    ApiPath(business): ApiPath<BusinessId>,
    ApiQuery(dry_run): ApiQuery<ImportQuery>,
) -> ApiResult {
    app.import_permitted(&caller, business).await?;
    let IdempotentFile { key, request_hash, bytes } = IdempotentFile::read(&request)?;
    if dry_run {
        // Nothing is stored, so the key stays free for the import itself.
        let preview = app.import_preview(&caller, business, read(bytes).await?).await?;
        return reply::ok(&ImportPreviewView::from(preview));
    }
    let render = reply::rendered(|import| ImportView::from(import), ImportView::location);
    let idempotency = IdempotencyInput { key, request_hash, render };
    Ok(reply::stored(app.import_create(&caller, business, read(bytes).await?, idempotency).await?))
}

/// Reads a file off the threads that answer: thousands of rows take a while.
async fn read(bytes: Bytes) -> Result<ImportInput, Problem> {
    let read = tokio::task::spawn_blocking(move || file::read(&bytes)).await.map_err(Problem::internal)?;
    read.map_err(|errors| Problem::validation(errors.into_iter().map(LineError::into_field_error).collect()))
}
