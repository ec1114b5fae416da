//! Payment requests as a table.

use ofektom_domain::payout::{Destination, DisburseMethod, PaymentRequest};
use ofektom_domain::ports::Names;
use uuid::Uuid;

pub(super) const HEADER: [&str; 22] = [
    "id",
    "filed_on",
    "status",
    "amount",
    "tracking_number",
    "customer",
    "unit",
    "destination",
    "bank_code",
    "account_number",
    "account_name",
    "filed_by",
    "filed_reason",
    "approved_by",
    "approved_at",
    "reason",
    "method",
    "reference",
    "paid_by",
    "paid_at",
    "savings_id",
    "created_at",
];

/// The line of a table, in the order of [`HEADER`]. A file goes from hand to hand, so no account number in it is whole.
pub(super) fn cells(payout: &PaymentRequest, names: &Names) -> [String; 22] {
    let name = |id: Option<Uuid>| id.and_then(|id| names.get(id)).unwrap_or_default().to_owned();
    let at = |at: Option<jiff::Timestamp>| at.map(|at| format!("{at:.6}")).unwrap_or_default();
    let [kind, bank_code, account_number, account_name] = destination(&payout.destination);
    [
        payout.id.to_string(),
        payout.filed_on.to_string(),
        payout.status.as_str().to_owned(),
        payout.amount.to_string(),
        name(Some(payout.savings_account_id.into())),
        name(Some(payout.customer_id.into())),
        name(Some(payout.unit_id.into())),
        kind,
        bank_code,
        account_number,
        account_name,
        name(Some(payout.filed_by.into())),
        payout.filed_reason.clone().unwrap_or_default(),
        name(payout.approved_by.map(Uuid::from)),
        at(payout.approved_at),
        payout.reason.clone().unwrap_or_default(),
        payout.method.map(DisburseMethod::as_str).unwrap_or_default().to_owned(),
        payout.reference.clone().unwrap_or_default(),
        name(payout.paid_by.map(Uuid::from)),
        at(payout.paid_at),
        payout.savings_account_id.to_string(),
        at(Some(payout.created_at)),
    ]
}

fn destination(destination: &Destination) -> [String; 4] {
    match destination {
        Destination::Cash => ["cash".to_owned(), String::new(), String::new(), String::new()],
        Destination::Bank { details, .. } => [
            "bank".to_owned(),
            details.bank_code().to_owned(),
            details.account_number_masked(),
            details.account_name().to_owned(),
        ],
    }
}
