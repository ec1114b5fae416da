//! Contributions: posting them in batches, reversing and reading them.
//!
//! Posting is a group commit: jobs queue up, a writer takes all that has gathered, decides each in memory on the locked
//! cards, writes what follows with one statement a table, commits once and answers each caller. While one batch commits
//! the next gathers; there is no timer, so a lone contribution does not wait.

mod batch;
mod ground;
mod job;
mod read;
mod reverse;
mod row;
mod stats;
mod writer;

use async_trait::async_trait;
use ofektom_domain::contribution::{Contribution, ContributionReceipt, Marking};
use ofektom_domain::idempotency::{Answer, Idempotency};
use ofektom_domain::ids::{BusinessId, ContributionId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{
    BulkOutcome, BulkPost, ContributionFilter, ContributionStore, PostContribution, ReadScope, ReverseContribution,
    StoreResult,
};

use self::writer::Writer;
use crate::engine::Db;

pub use stats::{WriterMeters, WriterStats};
pub use writer::WriterConfig;

pub(crate) use read::live_markings_on;
pub(crate) use row::{ContributionRow, MarkingRow};

/// The contributions of all businesses.
#[derive(Clone, Debug)]
pub struct Contributions {
    db: Db,
    writer: Writer,
}

impl Contributions {
    /// Contributions in `db`, with writers that run until this is closed or dropped. Call it on the runtime that lives
    /// as long as the process.
    #[must_use]
    pub fn new(db: Db, config: WriterConfig) -> Self {
        let writer = Writer::start(&db, config);
        Self { db, writer }
    }

    /// What the writers have done so far.
    #[must_use]
    pub fn writer_stats(&self) -> WriterStats {
        self.writer.stats()
    }

    /// What was measured of their batches so far.
    #[must_use]
    pub fn writer_meters(&self) -> WriterMeters {
        self.writer.meters()
    }

    /// Lets the writers finish what is queued; whatever comes later is refused as unavailable.
    pub async fn close(&self) {
        self.writer.close().await;
    }
}

#[async_trait]
impl ContributionStore for Contributions {
    async fn contribution_post(
        &self,
        command: PostContribution,
        idempotency: Idempotency<ContributionReceipt>,
    ) -> StoreResult<Answer<ContributionReceipt>> {
        let done = self.writer.run(job::Task::single(command, idempotency)).await;
        self.db.written_note();
        job::single_answer(done?)
    }

    async fn contributions_post_bulk(
        &self,
        command: BulkPost,
        idempotency: Idempotency<BulkOutcome>,
    ) -> StoreResult<Answer<BulkOutcome>> {
        let done = self.writer.run(job::Task::bulk(command, idempotency)).await;
        self.db.written_note();
        job::bulk_answer(done?)
    }

    async fn contributions_post_bulks(
        &self,
        bulks: Vec<(BulkPost, Idempotency<BulkOutcome>)>,
    ) -> StoreResult<Vec<Answer<BulkOutcome>>> {
        let tasks = bulks.into_iter().map(|(command, idempotency)| job::Task::bulk(command, idempotency));
        let done = self.writer.run_in_order(tasks.collect()).await;
        self.db.written_note();
        done?.into_iter().map(job::bulk_answer).collect()
    }

    async fn contribution_reverse(
        &self,
        command: ReverseContribution,
        idempotency: Idempotency<ContributionReceipt>,
    ) -> StoreResult<Answer<ContributionReceipt>> {
        reverse::contribution_reverse(&self.db, command, idempotency).await
    }

    async fn contribution_by_id(&self, scope: &ReadScope, id: ContributionId) -> StoreResult<Option<Contribution>> {
        read::contribution_by_id(&self.db, scope, id).await
    }

    async fn contribution_markings(&self, business: BusinessId, id: ContributionId) -> StoreResult<Vec<Marking>> {
        read::contribution_markings(&self.db, business, id).await
    }

    async fn contributions_list(
        &self,
        scope: &ReadScope,
        filter: &ContributionFilter,
        page: PageRequest,
    ) -> StoreResult<Page<Contribution>> {
        read::contributions_list(&self.db, scope, filter.clone(), page).await
    }
}
