//! Commission, the ledger and the audit trail.

use ofektom_domain::permission::Verb;

use super::Row;
use crate::handlers::audit::{AuditEntryView, AuditQuery, audit_list};
use crate::handlers::commissions::{
    CommissionMovementView, CommissionQuery, CommissionSummaryQuery, CommissionSummaryView, commissions_list,
    commissions_summary,
};
use crate::handlers::ledger::{
    BusinessSummaryView, EntryQuery, EntryView, JournalLineView, JournalQuery, TrialBalanceQuery, TrialBalanceView,
    business_summary, entries_list, journal_export, trial_balance,
};
use crate::limits::RateClass;

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::get("/api/v1/commissions", "commissions_list", commissions_list)
            .business(Verb::CommissionRead)
            .summary("Movements of commission that the caller may read, newest first; as CSV all of them")
            .query::<CommissionQuery>()
            .gives_page_of::<CommissionMovementView>()
            .gives_also("text/csv"),
        Row::get("/api/v1/commissions/summary", "commissions_summary", commissions_summary)
            .business(Verb::CommissionRead)
            .summary("Commission that the caller may read, summed by collector, unit, period, month or business; JSON or CSV")
            .query::<CommissionSummaryQuery>()
            .gives::<CommissionSummaryView>(200)
            .gives_also("text/csv"),
        Row::get("/api/v1/businesses/{id}/ledger/trial-balance", "trial_balance", trial_balance)
            .business(Verb::LedgerRead)
            .summary("The sums of all accounts of a business, of all entries or up to a day; JSON or CSV")
            .query::<TrialBalanceQuery>()
            .gives::<TrialBalanceView>(200)
            .gives_also("text/csv"),
        Row::get("/api/v1/businesses/{id}/ledger/entries", "entries_list", entries_list)
            .business(Verb::LedgerRead)
            .summary("The journal of a business, newest first")
            .query::<EntryQuery>()
            .gives_page_of::<EntryView>(),
        Row::get("/api/v1/businesses/{id}/ledger/export", "journal_export", journal_export)
            .business(Verb::LedgerRead)
            .counted_as(RateClass::Heavy)
            .summary("The journal between two days line by line, the earliest first; as CSV all of it")
            .query::<JournalQuery>()
            .gives_page_of::<JournalLineView>()
            .gives_also("text/csv"),
        Row::get("/api/v1/businesses/{id}/summary", "business_summary", business_summary)
            .business(Verb::LedgerRead)
            .summary("How a business stands: collected, commission, paid out, cash, payouts and cards")
            .gives::<BusinessSummaryView>(200),
        Row::get("/api/v1/businesses/{id}/audit", "audit_list", audit_list)
            .business(Verb::AuditRead)
            .summary("The audit trail of a business, newest first: who did what, when and from where")
            .query::<AuditQuery>()
            .gives_page_of::<AuditEntryView>(),
    ]
}
