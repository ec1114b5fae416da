//! A row of `imports`.

use std::net::IpAddr;

use diesel::prelude::{Insertable, Queryable, Selectable};
use jiff::Timestamp;
use ofektom_domain::ids::{BusinessId, ImportId, ImportRunId, UserId};
use ofektom_domain::import::{Import, ImportCounts, ImportStatus, RowError};
use ofektom_domain::permission::Role;
use ofektom_domain::ports::NewImport;
use serde_json::Value;

use super::waiting::rows_wait;
use crate::engine::{Col, DbError, DbResult};
use crate::schema::imports;

/// What a business sees of an import: without its waiting rows, which may be large.
#[derive(Queryable, Selectable)]
#[diesel(table_name = imports)]
pub(super) struct ImportRow {
    business_id: Col<BusinessId>,
    pub(super) id: Col<ImportId>,
    status: Col<ImportStatus>,
    rows_total: Col<u32>,
    rows_done: Col<u32>,
    customers_registered: Col<u32>,
    cards_opened: Col<u32>,
    already_there: Col<u32>,
    errors: Col<Value>,
    created_at: Col<Timestamp>,
    created_by: Col<UserId>,
    finished_at: Option<Col<Timestamp>>,
}

/// An import to insert.
#[derive(Insertable)]
#[diesel(table_name = imports, treat_none_as_default_value = false)]
pub(super) struct NewImportRow {
    business_id: Col<BusinessId>,
    id: Col<ImportId>,
    status: Col<ImportStatus>,
    rows_total: Col<u32>,
    rows_done: Col<u32>,
    customers_registered: Col<u32>,
    cards_opened: Col<u32>,
    already_there: Col<u32>,
    errors: Col<Value>,
    waiting: Option<Col<Value>>,
    role: Col<Role>,
    address: Option<Col<IpAddr>>,
    request_id: Option<String>,
    attempts: Col<u32>,
    runner: Option<Col<ImportRunId>>,
    leased_until: Option<Col<Timestamp>>,
    created_at: Col<Timestamp>,
    created_by: Col<UserId>,
    finished_at: Option<Col<Timestamp>>,
}

impl TryFrom<&NewImport> for NewImportRow {
    type Error = DbError;

    fn try_from(new: &NewImport) -> DbResult<Self> {
        let import = &new.import;
        Ok(Self {
            business_id: Col(import.business_id),
            id: Col(import.id),
            status: Col(import.status),
            rows_total: Col(import.rows_total),
            rows_done: Col(import.rows_done),
            customers_registered: Col(0),
            cards_opened: Col(0),
            already_there: Col(0),
            errors: Col(errors_value(&import.errors)?),
            waiting: Some(Col(rows_wait(&new.rows)?)),
            role: Col(new.role),
            address: new.address.map(Col),
            request_id: new.request_id.as_deref().map(str::to_owned),
            attempts: Col(0),
            runner: None,
            leased_until: None,
            created_at: Col(import.created_at),
            created_by: Col(import.created_by),
            finished_at: None,
        })
    }
}

impl TryFrom<ImportRow> for Import {
    type Error = DbError;

    fn try_from(row: ImportRow) -> DbResult<Self> {
        let errors: Result<Vec<RowError>, _> = serde_json::from_value(row.errors.0);
        Ok(Self {
            id: row.id.0,
            business_id: row.business_id.0,
            status: row.status.0,
            rows_total: row.rows_total.0,
            rows_done: row.rows_done.0,
            counts: ImportCounts {
                customers_registered: row.customers_registered.0,
                cards_opened: row.cards_opened.0,
                already_there: row.already_there.0,
            },
            errors: errors.map_err(|_| DbError::Corrupt(format!("the errors of import {}", row.id.0)))?,
            created_at: row.created_at.0,
            created_by: row.created_by.0,
            finished_at: row.finished_at.map(|at| at.0),
        })
    }
}

/// Errors as they are stored.
pub(super) fn errors_value(errors: &[RowError]) -> DbResult<Value> {
    serde_json::to_value(errors).map_err(|error| DbError::Corrupt(format!("the errors of an import: {error}")))
}
