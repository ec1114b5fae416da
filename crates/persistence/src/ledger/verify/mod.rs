//! Verifying the books on a live database: every stored balance is recomputed from the rows that it follows from.
//!
//! It goes in steps of some cards, some entries, or the rounds of a business. Each step reads one snapshot, so it sees every decision whole or
//! not at all, and holds no lock that anyone waits for.

mod cards;
mod entries;
mod rounds;
mod sums;

use diesel::prelude::QueryDsl as _;
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ledger::{LedgerDifference, LedgerReport};
use ofektom_domain::money::Money;
use ofektom_domain::ports::{Progress, StoreResult};
use uuid::Uuid;

use crate::engine::{Col, Db};
use crate::schema::{businesses, savings_accounts};

/// Differences that a report lists at most.
const LISTED_MAX: usize = 1_000;

pub(super) async fn ledger_verify(db: &Db, progress: Progress<'_>) -> StoreResult<LedgerReport> {
    let (ids, total) = db
        .read(async |conn| {
            let ids = businesses::table.select(businesses::id).order(businesses::id);
            let ids = on!(conn, |c| ids.load::<Col<BusinessId>>(c).await)?;
            let total = on!(conn, |c| savings_accounts::table.count().get_result::<i64>(c).await)?;
            Ok((ids, u64::try_from(total).unwrap_or(0)))
        })
        .await?;
    let mut findings = Findings::default();
    progress(0, total);
    for Col(business) in ids {
        let mut after = Uuid::nil();
        while let Some(step) = db.read(async move |conn| cards::step_on(conn, business, after).await).await? {
            after = step.last;
            findings.report.cards += step.looked_at;
            findings.add(business, step.differences);
            // Cards may be opened meanwhile.
            progress(findings.report.cards, total.max(findings.report.cards));
        }
        let mut after = Uuid::nil();
        loop {
            let step = db.read(async move |conn| entries::step_on(conn, business, after).await).await?;
            findings.report.entries += step.looked_at;
            findings.add(business, step.differences);
            if step.looked_at == 0 {
                break;
            }
            after = step.last;
        }
        let step = db.read(async move |conn| rounds::step_on(conn, business).await).await?;
        findings.report.rounds += step.looked_at;
        findings.add(business, step.differences);
        findings.report.businesses += 1;
    }
    Ok(findings.report)
}

/// What one step found.
struct Step {
    looked_at: u64,
    /// The last card or entry of the step.
    last: Uuid,
    differences: Vec<Difference>,
}

/// A difference at a card or an entry of the step's business.
struct Difference {
    check: &'static str,
    id: Uuid,
    stored: String,
    computed: String,
}

/// Notes a difference of two amounts.
fn compare((check, id): (&'static str, Uuid), stored: Money, computed: Money, differences: &mut Vec<Difference>) {
    if stored != computed {
        differences.push(Difference { check, id, stored: stored.to_string(), computed: computed.to_string() });
    }
}

#[derive(Default)]
struct Findings {
    report: LedgerReport,
}

impl Findings {
    fn add(&mut self, business_id: BusinessId, found: Vec<Difference>) {
        let room = LISTED_MAX.saturating_sub(self.report.differences.len());
        let listed = found.into_iter().take(room).map(|difference| LedgerDifference {
            business_id,
            check: difference.check,
            id: difference.id,
            stored: difference.stored,
            computed: difference.computed,
        });
        self.report.differences.extend(listed);
    }
}
