//! Rounds, and the cash in collectors' hands.

use ofektom_domain::permission::Verb;

use super::Row;
use crate::handlers::rounds::{
    AcceptBody, CashDayQuery, CashDayView, CloseRoundBody, NamedRoundView, ReopenBody, RoundQuery, RoundView, cash_day,
    round_accept, round_close, round_get, round_reopen, rounds_list,
};
use crate::problem::kind;

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::get("/api/v1/rounds", "rounds_list", rounds_list)
            .business(Verb::RoundRead)
            .summary("Rounds that the caller may read, newest first; a sub-agent his own")
            .query::<RoundQuery>()
            .gives_page_of::<NamedRoundView>(),
        Row::post("/api/v1/rounds/close", "round_close", round_close)
            .business(Verb::RoundClose)
            .money()
            .summary(
                "Closes the caller's own round: what he counted is stated, and his days up to the round's are locked",
            )
            .takes::<CloseRoundBody>()
            .gives::<RoundView>(201)
            .refuses(&[kind::BUSINESS_NOT_ACTIVE, kind::ROUND_CLOSED, kind::AMOUNT_TOO_LARGE]),
        Row::get("/api/v1/rounds/{id}", "round_get", round_get)
            .business(Verb::RoundRead)
            .summary("A round")
            .gives::<NamedRoundView>(200),
        Row::post("/api/v1/rounds/{id}/accept", "round_accept", round_accept)
            .business(Verb::RoundAccept)
            .money()
            .summary("Takes over the cash of a closed round, and books it with what was missing or left over")
            .takes::<AcceptBody>()
            .gives::<RoundView>(200)
            .refuses(&[kind::BUSINESS_NOT_ACTIVE, kind::ROUND_STATUS, kind::SAME_PERSON, kind::AMOUNT_TOO_LARGE]),
        Row::post("/api/v1/rounds/{id}/reopen", "round_reopen", round_reopen)
            .business(Verb::RoundAccept)
            .money()
            .summary("Gives a closed round back to its collector, who counts again")
            .takes::<ReopenBody>()
            .gives::<RoundView>(200)
            .refuses(&[kind::BUSINESS_NOT_ACTIVE, kind::ROUND_STATUS, kind::ROUND_NOT_LATEST, kind::AMOUNT_TOO_LARGE]),
        Row::get("/api/v1/businesses/{id}/cash", "cash_day", cash_day)
            .business(Verb::RoundRead)
            .summary("The cash of each collector on a day: expected, counted, handed in, outstanding; JSON or CSV")
            .query::<CashDayQuery>()
            .gives::<CashDayView>(200)
            .gives_also("text/csv"),
    ]
}
