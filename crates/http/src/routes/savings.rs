//! Cards.

use ofektom_domain::permission::Verb;

use super::Row;
use crate::handlers::collection_sheet::{CollectionSheetView, SheetQuery, collection_sheet};
use crate::handlers::savings::{
    ExtendBody, PreviewBody, PreviewView, RenewBody, SavingsBody, SavingsPatch, SavingsQuery, SavingsView,
    ScheduleView, StatementQuery, StatementView, savings_by_tracking, savings_cancel, savings_end, savings_extend,
    savings_get, savings_list, savings_open, savings_preview, savings_renew, savings_schedule, savings_statement,
    savings_update,
};
use crate::problem::kind;

pub(super) fn rows() -> Vec<Row> {
    [opening(), reading(), changing()].into_iter().flatten().collect()
}

fn opening() -> Vec<Row> {
    vec![
        Row::post("/api/v1/savings/preview", "savings_preview", savings_preview)
            .public()
            .summary("What a plan comes to, before anyone agrees to it")
            .takes::<PreviewBody>()
            .gives::<PreviewView>(200)
            .refuses(&[kind::AMOUNT_TOO_LARGE]),
        Row::post("/api/v1/businesses/{id}/savings", "savings_open", savings_open)
            .business(Verb::SavingsOpen)
            .summary("Opens a card")
            .takes::<SavingsBody>()
            .gives::<SavingsView>(201)
            .refuses(&[kind::AMOUNT_TOO_LARGE, kind::BUSINESS_NOT_ACTIVE, kind::OVERLOADED]),
    ]
}

fn reading() -> Vec<Row> {
    vec![
        Row::get("/api/v1/savings", "savings_list", savings_list)
            .business(Verb::SavingsRead)
            .summary("Cards that the caller may read, newest first")
            .query::<SavingsQuery>()
            .gives_page_of::<SavingsView>(),
        Row::get("/api/v1/businesses/{id}/collection-sheet", "collection_sheet", collection_sheet)
            .business(Verb::SheetRead)
            .summary("Whom to visit on a day and how much to ask for, in the order of the walk; as CSV all of it")
            .query::<SheetQuery>()
            .gives::<CollectionSheetView>(200)
            .gives_also("text/csv"),
        Row::get("/api/v1/savings/by-tracking/{tracking_number}", "savings_by_tracking", savings_by_tracking)
            .business(Verb::SavingsRead)
            .summary("A card by the number on it, among those that the caller may read")
            .gives::<SavingsView>(200),
        Row::get("/api/v1/savings/{id}", "savings_get", savings_get)
            .business(Verb::SavingsRead)
            .summary("A card")
            .gives::<SavingsView>(200),
        Row::get("/api/v1/savings/{id}/schedule", "savings_schedule", savings_schedule)
            .business(Verb::SavingsRead)
            .summary("The whole schedule of a card, each box pending or paid")
            .gives::<ScheduleView>(200),
        Row::get("/api/v1/savings/{id}/statement", "savings_statement", savings_statement)
            .business(Verb::SavingsRead)
            .summary("The movements of a card between two days, as JSON, CSV or PDF")
            .query::<StatementQuery>()
            .gives::<StatementView>(200)
            .gives_also("text/csv")
            .gives_also("application/pdf")
            .refuses(&[kind::OVERLOADED]),
    ]
}

fn changing() -> Vec<Row> {
    vec![
        Row::patch("/api/v1/savings/{id}", "savings_update", savings_update)
            .business(Verb::SavingsChange)
            .conditional()
            .summary(
                "Changes what was agreed on a card: before the first paid box everything, afterwards what is unpaid",
            )
            .takes::<SavingsPatch>()
            .gives::<SavingsView>(200)
            .refuses(&[
                kind::NOT_ACTIVE,
                kind::COMMISSION_RAISED,
                kind::VERSION_CONFLICT,
                kind::AMOUNT_TOO_LARGE,
                kind::BUSINESS_NOT_ACTIVE,
            ]),
        Row::post("/api/v1/savings/{id}/extend", "savings_extend", savings_extend)
            .business(Verb::SavingsChange)
            .summary("Adds months to a card")
            .takes::<ExtendBody>()
            .gives::<SavingsView>(200)
            .refuses(&[kind::NOT_ACTIVE, kind::AMOUNT_TOO_LARGE, kind::BUSINESS_NOT_ACTIVE]),
        Row::post("/api/v1/savings/{id}/end", "savings_end", savings_end)
            .business(Verb::SavingsOpen)
            .summary("Ends a card early: what was collected becomes payable")
            .gives::<SavingsView>(200)
            .refuses(&[kind::NOT_ACTIVE, kind::BUSINESS_NOT_ACTIVE]),
        Row::post("/api/v1/savings/{id}/renew", "savings_renew", savings_renew)
            .business(Verb::SavingsOpen)
            .summary("Opens a new card with the terms of one that has ended")
            .takes::<RenewBody>()
            .gives::<SavingsView>(201)
            .refuses(&[kind::NOT_ENDED, kind::BUSINESS_NOT_ACTIVE, kind::OVERLOADED]),
        Row::post("/api/v1/savings/{id}/cancel", "savings_cancel", savings_cancel)
            .business(Verb::SavingsChange)
            .summary("Cancels a card on which nothing was ever paid")
            .gives::<SavingsView>(200)
            .refuses(&[kind::NOT_ACTIVE, kind::HAS_PAYMENTS, kind::BUSINESS_NOT_ACTIVE]),
    ]
}
