//! Imports of customers and cards.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreResult;
use crate::audit::AuditRow;
use crate::idempotency::{Answer, Idempotency};
use crate::ids::{BusinessId, ImportId, ImportRunId, UnitId};
use crate::import::{Import, ImportCounts, ImportRow, ImportWrites, KnownPerson, RowError};
use crate::page::{Page, PageRequest};
use crate::people::Activation;
use crate::permission::Role;
use crate::phone::PhoneNumber;

/// An import to keep until it is carried out.
#[derive(Clone, Debug)]
pub struct NewImport {
    /// The import, queued.
    pub import: Import,
    /// The rows of its file.
    pub rows: Arc<[ImportRow]>,
    /// As what it was asked for.
    pub role: Role,
    /// From which address.
    pub address: Option<IpAddr>,
    /// With which request.
    pub request_id: Option<Arc<str>>,
    /// The audit row.
    pub audit: AuditRow,
}

/// An import that was taken to be carried out.
#[derive(Clone, Debug)]
pub struct ClaimedImport {
    /// The import, running.
    pub import: Import,
    /// The rows of its file.
    pub rows: Arc<[ImportRow]>,
    /// As what it was asked for.
    pub role: Role,
    /// From which address.
    pub address: Option<IpAddr>,
    /// With which request.
    pub request_id: Option<Arc<str>>,
    /// How often it was begun, this time included.
    pub attempts: u32,
}

/// Whose turn an import is: what others do with it meanwhile has no effect.
#[derive(Clone, Copy, Debug)]
pub struct ImportTurn {
    /// Whose import.
    pub business_id: BusinessId,
    /// The import.
    pub import_id: ImportId,
    /// Who carries it out.
    pub run: ImportRunId,
}

/// How an import ends well: all that it writes.
#[derive(Clone, Debug)]
pub struct ApplyImport {
    /// Whose turn it is.
    pub turn: ImportTurn,
    /// What to write.
    pub writes: Arc<ImportWrites>,
    /// A token for each who is to activate himself, in the order of `writes.registered`.
    pub activations: Arc<[Activation]>,
    /// When.
    pub now: Timestamp,
}

/// Stores imports and carries them out.
#[async_trait]
pub trait ImportStore: Send + Sync {
    /// Keeps an import.
    async fn import_create(&self, new: NewImport, idempotency: Idempotency<Import>) -> StoreResult<Answer<Import>>;

    /// An import of a business.
    async fn import_by_id(&self, business: BusinessId, id: ImportId) -> StoreResult<Option<Import>>;

    /// The imports of a business, newest first.
    async fn imports_list(&self, business: BusinessId, page: PageRequest) -> StoreResult<Page<Import>>;

    /// Who of these people has an account, what he is in the business, and which cards of his were imported.
    async fn import_known(
        &self,
        business: BusinessId,
        phones: &[PhoneNumber],
    ) -> StoreResult<Vec<(PhoneNumber, KnownPerson)>>;

    /// All units of a business by their names.
    async fn import_units(&self, business: BusinessId) -> StoreResult<Vec<(String, UnitId)>>;

    /// Takes the oldest import that nobody works on, of any business, until `leased_until`.
    async fn import_claim(
        &self,
        run: ImportRunId,
        now: Timestamp,
        leased_until: Timestamp,
    ) -> StoreResult<Option<ClaimedImport>>;

    /// Tells how far an import has come. `NotFound` when it is another one's turn.
    async fn import_progress(&self, turn: ImportTurn, rows_done: u32, leased_until: Timestamp) -> StoreResult<()>;

    /// Carries an import out, all of it in one transaction. `NotFound` when it is another one's turn; a `Conflict` when
    /// something is there meanwhile that was not when it was decided.
    async fn import_apply(&self, apply: ApplyImport) -> StoreResult<ImportCounts>;

    /// Ends an import without effect. `NotFound` when it is another one's turn.
    async fn import_fail(&self, turn: ImportTurn, errors: Vec<RowError>, now: Timestamp) -> StoreResult<()>;
}
