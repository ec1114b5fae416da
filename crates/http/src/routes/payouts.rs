//! Payment requests.

use ofektom_domain::permission::Verb;

use super::Row;
use crate::handlers::payment_requests::{
    DisburseBody, FailBody, PaymentRequestBody, PaymentRequestQuery, PaymentRequestView, RejectBody, payout_approve,
    payout_cancel, payout_disburse, payout_fail, payout_file, payout_get, payout_reject, payouts_list,
};
use crate::problem::{Kind, kind};

/// What the rules may say against a new payment request.
const FILE_REFUSES: &[Kind] = &[
    kind::BUSINESS_NOT_ACTIVE,
    kind::NOT_COMPLETED,
    kind::PAYMENT_REQUEST_OPEN,
    kind::INSUFFICIENT_BALANCE,
    kind::COOLING_OFF,
    kind::AMOUNT_TOO_LARGE,
];

/// What the rules may say against a decision of the business.
const DECIDE_REFUSES: &[Kind] =
    &[kind::BUSINESS_NOT_ACTIVE, kind::PAYMENT_REQUEST_STATUS, kind::SAME_PERSON, kind::AMOUNT_TOO_LARGE];

pub(super) fn rows() -> Vec<Row> {
    [filing(), deciding()].into_iter().flatten().collect()
}

fn filing() -> Vec<Row> {
    vec![
        Row::post("/api/v1/savings/{id}/payment-requests", "payout_file", payout_file)
            .business(Verb::PayoutFile)
            .money()
            .summary("Files a payment request on a completed card; its money is held until the request is decided")
            .takes::<PaymentRequestBody>()
            .gives::<PaymentRequestView>(201)
            .refuses(FILE_REFUSES),
        Row::get("/api/v1/payment-requests", "payouts_list", payouts_list)
            .business(Verb::PayoutRead)
            .summary("Payment requests that the caller may read, newest first; as CSV all of them")
            .query::<PaymentRequestQuery>()
            .gives_page_of::<PaymentRequestView>()
            .gives_also("text/csv"),
        Row::get("/api/v1/payment-requests/{id}", "payout_get", payout_get)
            .business(Verb::PayoutRead)
            .summary("A payment request")
            .gives::<PaymentRequestView>(200),
        Row::post("/api/v1/payment-requests/{id}/cancel", "payout_cancel", payout_cancel)
            .business(Verb::PayoutCancel)
            .money()
            .summary("Withdraws a pending payment request; its money goes back to the card")
            .gives::<PaymentRequestView>(200)
            .refuses(&[kind::BUSINESS_NOT_ACTIVE, kind::PAYMENT_REQUEST_STATUS, kind::AMOUNT_TOO_LARGE]),
    ]
}

fn deciding() -> Vec<Row> {
    let row = |row: Row| row.business(Verb::PayoutDecide).money().gives::<PaymentRequestView>(200);
    vec![
        row(Row::post("/api/v1/payment-requests/{id}/approve", "payout_approve", payout_approve))
            .summary("Approves a payment request")
            .refuses(&[
                kind::BUSINESS_NOT_ACTIVE,
                kind::PAYMENT_REQUEST_STATUS,
                kind::SAME_PERSON,
                kind::FOUR_EYES,
                kind::AMOUNT_TOO_LARGE,
            ]),
        row(Row::post("/api/v1/payment-requests/{id}/reject", "payout_reject", payout_reject))
            .summary("Rejects a payment request; its money goes back to the card")
            .takes::<RejectBody>()
            .refuses(DECIDE_REFUSES),
        row(Row::post("/api/v1/payment-requests/{id}/disburse", "payout_disburse", payout_disburse))
            .summary("Records that an approved payment request was paid")
            .takes::<DisburseBody>()
            .refuses(&[
                kind::BUSINESS_NOT_ACTIVE,
                kind::PAYMENT_REQUEST_STATUS,
                kind::SAME_PERSON,
                kind::METHOD_MISMATCH,
                kind::ROUND_CLOSED,
                kind::AMOUNT_TOO_LARGE,
            ]),
        row(Row::post("/api/v1/payment-requests/{id}/fail", "payout_fail", payout_fail))
            .summary("Records that paying did not work; when that is final, the money goes back to the card")
            .takes::<FailBody>()
            .refuses(DECIDE_REFUSES),
    ]
}
