//! Whoever runs the platform reads any business, and each reading leaves a row in that business's trail: its owner sees who
//! looked at what. What cannot be written down is not shown.

use std::collections::BTreeMap;

use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::ids::BusinessId;
use ofektom_domain::permission::Role;
use ofektom_domain::ports::StoreError;
use serde_json::json;
use uuid::Uuid;

use crate::app::App;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};

impl App {
    /// A super admin read one thing of a business. Does nothing for anybody else.
    ///
    /// # Errors
    /// [`AppError::Store`] when the row cannot be written: nothing may be shown then.
    pub(crate) async fn reading_audit(
        &self,
        caller: &Caller,
        reading: &'static str,
        business: BusinessId,
        about: (AuditEntity, Uuid),
    ) -> AppResult<()> {
        if !caller.is_super_admin() {
            return Ok(());
        }
        let context = self.context(caller.id(), Role::SuperAdmin, &caller.origin);
        let row = AuditRow::new(&mut context.ids(), &context, Some(business), reading, about);
        self.readings_write(vec![row]).await
    }

    /// A super admin read something that is of a business as a whole.
    ///
    /// # Errors
    /// As [`App::reading_audit`].
    pub(crate) async fn business_reading_audit(
        &self,
        caller: &Caller,
        reading: &'static str,
        business: BusinessId,
    ) -> AppResult<()> {
        self.reading_audit(caller, reading, business, (AuditEntity::Business, business.uuid())).await
    }

    /// A super admin read a list, in one business or over all: a row in the trail of each business that something on the
    /// list is of, with the ids of those things. A list with nothing on it leaves a row in the trail of the business that
    /// was asked for, or in the platform's.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such business; else as [`App::reading_audit`].
    pub(crate) async fn readings_audit(
        &self,
        caller: &Caller,
        reading: &'static str,
        only: Option<BusinessId>,
        seen: impl Iterator<Item = (BusinessId, Uuid)> + Send,
    ) -> AppResult<()> {
        if !caller.is_super_admin() {
            return Ok(());
        }
        let mut of: BTreeMap<BusinessId, Vec<Uuid>> = BTreeMap::new();
        for (business, id) in seen {
            of.entry(business).or_default().push(id);
        }
        let context = self.context(caller.id(), Role::SuperAdmin, &caller.origin);
        let mut ids = context.ids();
        if of.is_empty() {
            let Some(only) = only else {
                let himself = (AuditEntity::User, caller.id().uuid());
                return self.readings_write(vec![AuditRow::new(&mut ids, &context, None, reading, himself)]).await;
            };
            self.stores.businesses.business_by_id(only).await?.ok_or(AppError::NotFound)?;
            of.insert(only, Vec::new());
        }
        let rows = of.into_iter().map(|(business, seen)| {
            let about = (AuditEntity::Business, business.uuid());
            AuditRow::new(&mut ids, &context, Some(business), reading, about).after(json!({ "ids": seen }))
        });
        self.readings_write(rows.collect()).await
    }

    /// Whatever is in the way, the reading is refused for now rather than done without a trace.
    async fn readings_write(&self, rows: Vec<AuditRow>) -> AppResult<()> {
        let written = self.stores.audit.audit_append(rows).await;
        Ok(written.map_err(|error| match error {
            StoreError::Overloaded => StoreError::Overloaded,
            error => StoreError::Unavailable(Some(error.into())),
        })?)
    }
}
