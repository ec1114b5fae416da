//! Contributions.

use ofektom_domain::permission::Verb;

use super::Row;
use crate::handlers::contributions::{
    BulkBody, BulkView, ContributionBody, ContributionDetailView, ContributionQuery, ContributionView, ReversalBody,
    contribution_get, contribution_post, contribution_reverse, contributions_list, contributions_post_bulk,
};
use crate::limits::RateClass;
use crate::problem::{Kind, kind};

/// What the rules may say against a contribution.
const POST_REFUSES: &[Kind] = &[
    kind::BUSINESS_NOT_ACTIVE,
    kind::NOT_ACTIVE,
    kind::COLLECTED_IN_FUTURE,
    kind::COLLECTED_TOO_LONG_AGO,
    kind::ROUND_CLOSED,
    kind::BOX_ALREADY_PAID,
    kind::BOX_NOT_ON_CARD,
    kind::BOXES_EXHAUSTED,
    kind::BOXES_NOT_COVERED,
    kind::AMOUNT_TOO_LARGE,
];

/// What the rules may say against a reversal.
const REVERSE_REFUSES: &[Kind] = &[
    kind::BUSINESS_NOT_ACTIVE,
    kind::ALREADY_REVERSED,
    kind::REVERSAL_NOT_REVERSIBLE,
    kind::REVERSAL_NOT_YOURS,
    kind::ROUND_CLOSED,
    kind::MONEY_HELD,
    kind::MONEY_PAID_OUT,
    kind::AMOUNT_TOO_LARGE,
];

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::post("/api/v1/savings/{id}/contributions", "contribution_post", contribution_post)
            .business(Verb::ContributionPost)
            .money()
            .summary("Records cash that the caller collected on a card")
            .takes::<ContributionBody>()
            .gives::<ContributionDetailView>(201)
            .refuses(POST_REFUSES),
        Row::post("/api/v1/businesses/{id}/contributions/bulk", "contributions_post_bulk", contributions_post_bulk)
            .business(Verb::ContributionPost)
            .money()
            .counted_as(RateClass::Heavy)
            .summary("Records up to 500 contributions; each is accepted or refused on its own, unless all or nothing is asked for")
            .takes::<BulkBody>()
            .gives::<BulkView>(200)
            .refuses(&[kind::BUSINESS_NOT_ACTIVE, kind::BULK_REFUSED]),
        Row::get("/api/v1/contributions", "contributions_list", contributions_list)
            .business(Verb::SavingsRead)
            .summary("Contributions on cards that the caller may read, newest first; as CSV all of them")
            .query::<ContributionQuery>()
            .gives_page_of::<ContributionView>()
            .gives_also("text/csv"),
        Row::get("/api/v1/contributions/{id}", "contribution_get", contribution_get)
            .business(Verb::SavingsRead)
            .summary("A contribution with its boxes")
            .gives::<ContributionDetailView>(200),
        Row::post("/api/v1/contributions/{id}/reversal", "contribution_reverse", contribution_reverse)
            .business(Verb::ContributionReverse)
            .money()
            .summary("Reverses a contribution; the answer is the reversal")
            .takes::<ReversalBody>()
            .gives::<ContributionDetailView>(201)
            .refuses(REVERSE_REFUSES),
    ]
}
