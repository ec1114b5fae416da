//! Keeping an import until it is carried out, and reading it.

use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::idempotency::Answer;
use ofektom_domain::ids::{BusinessId, ImportId};
use ofektom_domain::import::{Import, ImportCounts, ImportStatus, LineError};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::NewImport;
use ofektom_domain::refusal::Refusal;
use serde_json::json;

use super::ImportInput;
use crate::app::App;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};
use crate::idempotency::IdempotencyInput;

/// Errors that one answer names; a file with more of them is sent again anyway.
const ERRORS_TOLD: usize = 200;

impl App {
    /// Takes a file of which nothing is wrong, to be carried out in the background: all of it or nothing.
    ///
    /// # Errors
    /// [`AppError::Refused`] with everything that is wrong, by line and column; those of the idempotency key;
    /// [`AppError::Forbidden`], [`AppError::NotFound`].
    pub async fn import_create(
        &self,
        caller: &Caller,
        business: BusinessId,
        input: ImportInput,
        idempotency: IdempotencyInput<Import>,
    ) -> AppResult<Answer<Import>> {
        let _guard = self.in_flight.enter(caller.id(), &idempotency.key)?;
        let grant = self.grant_write(caller, Verb::ImportManage, business).await?;
        let preview = self.import_checked(&grant.business, &grant.context, &input).await?;
        if !preview.errors.is_empty() {
            let told = preview.errors.into_iter().take(ERRORS_TOLD).map(LineError::into_field_error);
            return Err(Refusal::Invalid(told.collect()).into());
        }
        let context = grant.context;
        let mut ids = context.ids();
        let import = Import {
            id: ids.make(),
            business_id: business,
            status: ImportStatus::Queued,
            rows_total: input.rows_total,
            rows_done: 0,
            counts: ImportCounts::default(),
            errors: Vec::new(),
            created_at: context.now,
            created_by: context.actor,
            finished_at: None,
        };
        let about = (AuditEntity::Import, import.id.uuid());
        let audit = AuditRow::new(&mut ids, &context, Some(business), "import.create", about)
            .after(json!({ "rows": import.rows_total }));
        let new = NewImport {
            import,
            rows: input.rows.into(),
            role: context.role,
            address: context.address,
            request_id: context.request_id,
            audit,
        };
        Ok(self.stores.imports.import_create(new, idempotency.of(caller.id())).await?)
    }

    /// Whether the caller may import at all: nobody else's file is read.
    ///
    /// # Errors
    /// [`AppError::BusinessNotActive`], [`AppError::Forbidden`], [`AppError::NotFound`].
    pub async fn import_permitted(&self, caller: &Caller, business: BusinessId) -> AppResult<()> {
        self.grant_write(caller, Verb::ImportManage, business).await.map(drop)
    }

    /// Whether the caller may know how a file is made.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`].
    pub async fn import_template(&self, caller: &Caller, business: BusinessId) -> AppResult<()> {
        self.grant_read(caller, Verb::ImportRead, business, "import_template.read").await.map(drop)
    }

    /// An import of a business.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`].
    pub async fn import_get(&self, caller: &Caller, business: BusinessId, id: ImportId) -> AppResult<Import> {
        self.grant_read(caller, Verb::ImportRead, business, "import.read").await?;
        self.stores.imports.import_by_id(business, id).await?.ok_or(AppError::NotFound)
    }

    /// The imports of a business, newest first.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`].
    pub async fn imports_list(
        &self,
        caller: &Caller,
        business: BusinessId,
        page: PageRequest,
    ) -> AppResult<Page<Import>> {
        self.grant_read(caller, Verb::ImportRead, business, "import.list").await?;
        Ok(self.stores.imports.imports_list(business, page).await?)
    }
}
