//! The books, the audit trail and the jobs. Money is in kobo: a hundredth of a naira.

use ofektom_app::MaturityStatus;

use super::page::{About, Page, Written, level};
use crate::probe::{BooksStatus, SealingStatus};

const IMBALANCE: About = About(
    "ofektom_ledger_imbalance_kobo",
    "What journal entries that do not sum to zero are out by, signs aside. It must be 0.",
);
const UNBALANCED: About = About("ofektom_ledger_unbalanced_entries", "How many entries these are. It must be 0.");
const CHECKED: About = About("ofektom_ledger_entries_checked", "Journal entries that were looked at for that.");
const SWEPT: About = About(
    "ofektom_ledger_sweep_age_seconds",
    "How long ago this server had last looked at every entry of the journal; absent before it has.",
);
const CASH: About = About("ofektom_outstanding_cash_kobo", "Cash in the hands of collectors, all businesses together.");
const PAYOUTS: About = About("ofektom_open_payouts", "Payment requests that are not settled.");
const PAYOUTS_KOBO: About = About("ofektom_open_payouts_kobo", "What they ask for.");
const UNSEALED: About = About(
    "ofektom_audit_unsealed_age_seconds",
    "How old the oldest row of the audit trail was that had no seal; 0 when all had.",
);
const AGE: About = About("ofektom_books_age_seconds", "How long ago the figures of the books were read.");
const READ_TIME: About = About("ofektom_books_read_duration_seconds", "How long reading them took.");
const FAILURES: About = About("ofektom_books_read_failures", "Readings of the books that failed.");
const SEALED: About = About("ofektom_audit_rows_sealed", "Rows of the audit trail that this server sealed.");
const UNSEALABLE: About =
    About("ofektom_audit_chains_failed", "Chains of the trail that could not be sealed in the last run.");
const MATURED: About = About("ofektom_cards_matured", "Cards that this server completed.");
const IMMATURE: About =
    About("ofektom_maturity_businesses_failed", "Businesses in which the last run of that job failed.");

pub(super) fn write(
    page: &mut Page<'_, '_>,
    books: &BooksStatus,
    (sealing, maturity): (Option<&SealingStatus>, MaturityStatus),
) -> Written {
    page.counter(FAILURES, books.failures_total)?;
    page.counter(CHECKED, books.entries_checked_total)?;
    if let Some(read) = &books.read {
        page.gauge(IMBALANCE, read.ledger_imbalance_kobo)?;
        page.gauge(UNBALANCED, level(read.ledger_unbalanced_entries))?;
        page.gauge(CASH, read.outstanding_cash_kobo)?;
        page.gauge(PAYOUTS, level(read.open_payouts))?;
        page.gauge(PAYOUTS_KOBO, read.open_payouts_kobo)?;
        page.gauge_of_time(UNSEALED, read.audit_unsealed_age)?;
        page.gauge_of_time(AGE, read.age)?;
        page.gauge_of_time(READ_TIME, read.took)?;
    }
    if let Some(age) = books.sweep_age {
        page.gauge_of_time(SWEPT, age)?;
    }
    page.counter(SEALED, sealing.map_or(0, |sealing| sealing.rows))?;
    page.gauge(UNSEALABLE, level(sealing.map_or(0, |sealing| sealing.chains_failed)))?;
    page.counter(MATURED, maturity.cards_completed)?;
    page.gauge(IMMATURE, level(maturity.businesses_failed))
}
