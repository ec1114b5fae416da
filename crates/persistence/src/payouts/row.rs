//! A row of `payment_requests`.

use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};
use jiff::Timestamp;
use jiff::civil::Date;
use ofektom_domain::ids::{BankAccountId, BusinessId, PaymentRequestId, SavingsAccountId, UnitId, UserId};
use ofektom_domain::money::Money;
use ofektom_domain::payout::{Destination, DisburseMethod, PaymentRequest, PayoutStatus};
use ofektom_domain::people::BankDetails;

use crate::engine::{Col, DbError, DbResult};
use crate::schema::payment_requests;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = payment_requests, primary_key(business_id, id), treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct PaymentRequestRow {
    pub(super) business_id: Col<BusinessId>,
    pub(super) id: Col<PaymentRequestId>,
    savings_account_id: Col<SavingsAccountId>,
    customer_id: Col<UserId>,
    unit_id: Col<UnitId>,
    amount_kobo: Col<Money>,
    bank_account_id: Option<Col<BankAccountId>>,
    bank_code: Option<String>,
    bank_account_number: Option<String>,
    bank_account_name: Option<String>,
    status: Col<PayoutStatus>,
    filed_on: Col<Date>,
    filed_by: Col<UserId>,
    filed_reason: Option<String>,
    approved_by: Option<Col<UserId>>,
    approved_at: Option<Col<Timestamp>>,
    reason: Option<String>,
    method: Option<Col<DisburseMethod>>,
    reference: Option<String>,
    paid_by: Option<Col<UserId>>,
    paid_at: Option<Col<Timestamp>>,
    version: Col<i64>,
    created_at: Col<Timestamp>,
    updated_at: Col<Timestamp>,
    updated_by: Col<UserId>,
}

impl From<PaymentRequest> for PaymentRequestRow {
    fn from(request: PaymentRequest) -> Self {
        let bank = match request.destination {
            Destination::Cash => None,
            Destination::Bank { bank_account_id, details } => Some((bank_account_id, details)),
        };
        let detail = |part: fn(&BankDetails) -> &str| bank.as_ref().map(|(_, details)| part(details).to_owned());
        Self {
            business_id: Col(request.business_id),
            id: Col(request.id),
            savings_account_id: Col(request.savings_account_id),
            customer_id: Col(request.customer_id),
            unit_id: Col(request.unit_id),
            amount_kobo: Col(request.amount),
            bank_account_id: bank.as_ref().map(|(id, _)| Col(*id)),
            bank_code: detail(BankDetails::bank_code),
            bank_account_number: detail(BankDetails::account_number),
            bank_account_name: detail(BankDetails::account_name),
            status: Col(request.status),
            filed_on: Col(request.filed_on),
            filed_by: Col(request.filed_by),
            filed_reason: request.filed_reason,
            approved_by: request.approved_by.map(Col),
            approved_at: request.approved_at.map(Col),
            reason: request.reason,
            method: request.method.map(Col),
            reference: request.reference,
            paid_by: request.paid_by.map(Col),
            paid_at: request.paid_at.map(Col),
            version: Col(request.version),
            created_at: Col(request.created_at),
            updated_at: Col(request.updated_at),
            updated_by: Col(request.updated_by),
        }
    }
}

impl TryFrom<PaymentRequestRow> for PaymentRequest {
    type Error = DbError;

    fn try_from(row: PaymentRequestRow) -> DbResult<Self> {
        Ok(Self {
            destination: destination(&row)?,
            id: row.id.0,
            business_id: row.business_id.0,
            savings_account_id: row.savings_account_id.0,
            customer_id: row.customer_id.0,
            unit_id: row.unit_id.0,
            amount: row.amount_kobo.0,
            status: row.status.0,
            filed_on: row.filed_on.0,
            filed_by: row.filed_by.0,
            filed_reason: row.filed_reason,
            approved_by: row.approved_by.map(|user| user.0),
            approved_at: row.approved_at.map(|at| at.0),
            reason: row.reason,
            method: row.method.map(|method| method.0),
            reference: row.reference,
            paid_by: row.paid_by.map(|user| user.0),
            paid_at: row.paid_at.map(|at| at.0),
            version: row.version.0,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            updated_by: row.updated_by.0,
        })
    }
}

fn destination(row: &PaymentRequestRow) -> DbResult<Destination> {
    match (row.bank_account_id, &row.bank_code, &row.bank_account_number, &row.bank_account_name) {
        (None, None, None, None) => Ok(Destination::Cash),
        (Some(id), Some(code), Some(number), Some(name)) => {
            let details = BankDetails::new(code, number, name).map_err(|_| corrupt(row))?;
            Ok(Destination::Bank { bank_account_id: id.0, details })
        }
        _ => Err(corrupt(row)),
    }
}

fn corrupt(row: &PaymentRequestRow) -> DbError {
    DbError::Corrupt(format!("the bank details of payment request {}", row.id.0))
}
