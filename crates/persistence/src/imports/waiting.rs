//! The rows of a file as they wait in the import's row.

use std::sync::Arc;

use jiff::civil::Date;
use ofektom_domain::commission::CommissionRequest;
use ofektom_domain::import::{ImportCard, ImportRow};
use ofektom_domain::money::Money;
use ofektom_domain::savings::PlanRequest;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::engine::{DbError, DbResult};

#[derive(Serialize, Deserialize)]
struct Waiting {
    line: u32,
    phone: String,
    full_name: String,
    unit: Option<String>,
    card: Option<WaitingCard>,
}

#[derive(Serialize, Deserialize)]
struct WaitingCard {
    plan: WaitingPlan,
    commission: Option<CommissionRequest>,
    reference: String,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum WaitingPlan {
    Daily { box_amount: Money, months: u32, start_date: Date },
    Target { target_amount: Money, start_date: Date, end_date: Date },
}

/// The rows as JSON.
pub(super) fn rows_wait(rows: &[ImportRow]) -> DbResult<Value> {
    let rows: Vec<Waiting> = rows.iter().map(Waiting::from).collect();
    serde_json::to_value(rows).map_err(|error| DbError::Corrupt(format!("the rows of an import: {error}")))
}

/// The rows from their JSON.
pub(super) fn rows_of(waiting: Value) -> DbResult<Arc<[ImportRow]>> {
    let corrupt = |what: &str| DbError::Corrupt(format!("{what} of a waiting import"));
    let rows: Vec<Waiting> = serde_json::from_value(waiting).map_err(|_| corrupt("the rows"))?;
    let row = |row: Waiting| {
        Ok(ImportRow {
            line: row.line,
            phone: row.phone.parse().map_err(|_| corrupt("a phone number"))?,
            full_name: row.full_name.parse().map_err(|_| corrupt("a name"))?,
            unit: row.unit,
            card: row.card.map(ImportCard::from),
        })
    };
    rows.into_iter().map(row).collect()
}

impl From<&ImportRow> for Waiting {
    fn from(row: &ImportRow) -> Self {
        Self {
            line: row.line,
            phone: row.phone.as_str().to_owned(),
            full_name: row.full_name.as_str().to_owned(),
            unit: row.unit.clone(),
            card: row.card.as_ref().map(WaitingCard::from),
        }
    }
}

impl From<&ImportCard> for WaitingCard {
    fn from(card: &ImportCard) -> Self {
        let plan = match card.plan {
            PlanRequest::Daily { box_amount, months, start_date } => {
                WaitingPlan::Daily { box_amount, months, start_date }
            }
            PlanRequest::Target { target_amount, start_date, end_date } => {
                WaitingPlan::Target { target_amount, start_date, end_date }
            }
        };
        Self { plan, commission: card.commission, reference: card.reference.clone() }
    }
}

impl From<WaitingCard> for ImportCard {
    fn from(card: WaitingCard) -> Self {
        let plan = match card.plan {
            WaitingPlan::Daily { box_amount, months, start_date } => {
                PlanRequest::Daily { box_amount, months, start_date }
            }
            WaitingPlan::Target { target_amount, start_date, end_date } => {
                PlanRequest::Target { target_amount, start_date, end_date }
            }
        };
        Self { plan, commission: card.commission, reference: card.reference }
    }
}
