//! A payment request in an answer.

use ofektom_domain::payout::{DisburseMethod, PaymentRequest};
use ofektom_domain::ports::Names;
use serde::Serialize;
use utoipa::ToSchema;

use super::DestinationView;
use crate::wire::{Amount, Day, Id, Moment};

/// A request to pay out a completed card.
#[derive(Serialize, ToSchema)]
pub struct PaymentRequestView {
    id: Id,
    business_id: Id,
    savings_id: Id,
    /// The number on the card. In lists and single reads, as are names.
    #[serde(skip_serializing_if = "Option::is_none")]
    tracking_number: Option<String>,
    customer_id: Id,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_name: Option<String>,
    unit_id: Id,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_name: Option<String>,
    amount: Amount,
    destination: DestinationView,
    /// `pending`, `approved`, `failed`, `paid`, `rejected`, `cancelled` or `failed_final`.
    status: &'static str,
    /// The business's day on which it was filed.
    filed_on: Day,
    filed_by: Id,
    #[serde(skip_serializing_if = "Option::is_none")]
    filed_by_name: Option<String>,
    /// Why it was filed on the customer's behalf.
    filed_reason: Option<String>,
    /// Who approved it last.
    approved_by: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_by_name: Option<String>,
    approved_at: Option<Moment>,
    /// Why it was rejected or failed.
    reason: Option<String>,
    /// How it was paid: `bank_transfer` or `cash`.
    method: Option<&'static str>,
    /// The transfer's reference.
    reference: Option<String>,
    /// Whose cash it was, or who recorded the transfer.
    paid_by: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paid_by_name: Option<String>,
    paid_at: Option<Moment>,
    created_at: Moment,
    updated_at: Moment,
    /// Who changed it last.
    updated_by: Id,
}

impl PaymentRequestView {
    /// A request, with the whole account number or the masked one.
    pub fn of(payout: &PaymentRequest, whole: bool) -> Self {
        Self {
            id: payout.id.into(),
            business_id: payout.business_id.into(),
            savings_id: payout.savings_account_id.into(),
            tracking_number: None,
            customer_id: payout.customer_id.into(),
            customer_name: None,
            unit_id: payout.unit_id.into(),
            unit_name: None,
            amount: payout.amount.into(),
            destination: DestinationView::of(&payout.destination, whole),
            status: payout.status.as_str(),
            filed_on: payout.filed_on.into(),
            filed_by: payout.filed_by.into(),
            filed_by_name: None,
            filed_reason: payout.filed_reason.clone(),
            approved_by: payout.approved_by.map(Id::from),
            approved_by_name: None,
            approved_at: payout.approved_at.map(Moment),
            reason: payout.reason.clone(),
            method: payout.method.map(DisburseMethod::as_str),
            reference: payout.reference.clone(),
            paid_by: payout.paid_by.map(Id::from),
            paid_by_name: None,
            paid_at: payout.paid_at.map(Moment),
            created_at: payout.created_at.into(),
            updated_at: payout.updated_at.into(),
            updated_by: payout.updated_by.into(),
        }
    }

    /// The same with names beside the ids, for people who read it.
    pub fn named(payout: &PaymentRequest, names: &Names, whole: bool) -> Self {
        let name = |id: uuid::Uuid| names.get(id).map(str::to_owned);
        Self {
            tracking_number: name(payout.savings_account_id.into()),
            customer_name: name(payout.customer_id.into()),
            unit_name: name(payout.unit_id.into()),
            filed_by_name: name(payout.filed_by.into()),
            approved_by_name: payout.approved_by.and_then(|person| name(person.into())),
            paid_by_name: payout.paid_by.and_then(|person| name(person.into())),
            ..Self::of(payout, whole)
        }
    }

    /// A request as stored answers show it: no whole account number is kept beside the row that owns it.
    pub fn masked(payout: &PaymentRequest) -> Self {
        Self::of(payout, false)
    }

    /// Where a request can be read again.
    pub fn location(payout: &PaymentRequest) -> Option<String> {
        Some(format!("/api/v1/payment-requests/{}", payout.id))
    }
}
