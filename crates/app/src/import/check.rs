//! What a file would make.

use std::collections::HashMap;

use ofektom_domain::business::Business;
use ofektom_domain::context::Context;
use ofektom_domain::ids::{BusinessId, UnitId};
use ofektom_domain::import::{
    ImportCounts, ImportRow, ImportScope, ImportWrites, KnownPerson, LineError, ROWS_MAX, import_decide,
};
use ofektom_domain::permission::Verb;
use ofektom_domain::phone::PhoneNumber;
use ofektom_domain::ports::ImportTurn;
use ofektom_domain::tracking_number::TrackingNumber;

use super::run::LEASE_SECONDS;
use crate::app::App;
use crate::caller::Caller;
use crate::error::AppResult;

/// Rows whose people are looked up at once.
const ROWS_AT_ONCE: usize = 500;

/// A file as it was read: its good rows, and what is wrong with the others.
#[derive(Clone, Debug, Default)]
pub struct ImportInput {
    /// The rows that could be read.
    pub rows: Vec<ImportRow>,
    /// What is wrong with those that could not.
    pub errors: Vec<LineError>,
    /// All rows.
    pub rows_total: u32,
}

/// What a file would make.
#[derive(Clone, Debug)]
pub struct ImportPreview {
    /// All rows.
    pub rows_total: u32,
    /// What would be made, if nothing is wrong.
    pub counts: ImportCounts,
    /// What is wrong, in the order of lines.
    pub errors: Vec<LineError>,
}

impl App {
    /// What a file would make, and everything that is wrong with it. Nothing is changed.
    ///
    /// # Errors
    /// [`crate::AppError::Forbidden`], [`crate::AppError::NotFound`].
    pub async fn import_preview(
        &self,
        caller: &Caller,
        business: BusinessId,
        input: ImportInput,
    ) -> AppResult<ImportPreview> {
        let grant = self.grant_write(caller, Verb::ImportManage, business).await?;
        self.import_checked(&grant.business, &grant.context, &input).await
    }

    /// The same for whoever has the permission.
    pub(super) async fn import_checked(
        &self,
        business: &Business,
        context: &Context,
        input: &ImportInput,
    ) -> AppResult<ImportPreview> {
        let mut errors = input.errors.clone();
        let mut counts = ImportCounts::default();
        if input.rows_total == 0 {
            errors.push(LineError::new(0, "file", "empty", "must have a row below its header"));
        } else if input.rows.len() > ROWS_MAX {
            errors.push(LineError::new(0, "file", "too_many", format!("may have at most {ROWS_MAX} rows")));
        } else {
            match self.import_decided(business, context, &input.rows, None).await? {
                Ok(writes) => counts = writes.counts,
                Err(refused) => errors.extend(refused),
            }
        }
        errors.sort_by_key(|error| error.line);
        let counts = if errors.is_empty() { counts } else { ImportCounts::default() };
        Ok(ImportPreview { rows_total: input.rows_total, counts, errors })
    }

    /// Decides on rows as the database is now; tells how far it has come if it is done in a turn.
    pub(super) async fn import_decided(
        &self,
        business: &Business,
        context: &Context,
        rows: &[ImportRow],
        turn: Option<ImportTurn>,
    ) -> AppResult<Result<ImportWrites, Vec<LineError>>> {
        let mut known: HashMap<PhoneNumber, KnownPerson> = HashMap::new();
        let mut done = 0_u32;
        for part in rows.chunks(ROWS_AT_ONCE) {
            let mut phones: Vec<PhoneNumber> = part.iter().map(|row| row.phone.clone()).collect();
            phones.sort_unstable();
            phones.dedup();
            known.extend(self.stores.imports.import_known(business.id, &phones).await?);
            done = done.saturating_add(u32::try_from(part.len()).unwrap_or(u32::MAX));
            if let Some(turn) = turn {
                self.stores.imports.import_progress(turn, done, self.after_seconds(LEASE_SECONDS)).await?;
            }
        }
        let units = units_by_name(self.stores.imports.import_units(business.id).await?);
        let scope = ImportScope { business, units: &units, known: &known };
        Ok(import_decide(rows, &scope, context, || TrackingNumber::from_random(self.random_u64())))
    }
}

/// Each unit by its name, and by its name in small letters where no other unit is called so.
fn units_by_name(units: Vec<(String, UnitId)>) -> HashMap<String, UnitId> {
    let mut by_name: HashMap<String, UnitId> = HashMap::new();
    for (name, id) in &units {
        by_name.entry(name.to_lowercase()).or_insert(*id);
    }
    by_name.extend(units);
    by_name
}
