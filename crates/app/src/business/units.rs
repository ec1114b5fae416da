//! Units: branches and routes of a business.

use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::business::Unit;
use ofektom_domain::ids::{BusinessId, UnitId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::{Conflict, StoreError};
use serde_json::json;

use crate::app::App;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};
use crate::input::name_check;

impl App {
    /// The units of a business, newest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the caller does not belong to the business.
    pub async fn units_list(&self, caller: &Caller, business: BusinessId, page: PageRequest) -> AppResult<Page<Unit>> {
        self.grant_read(caller, Verb::BusinessRead, business, "unit.list").await?;
        Ok(self.stores.businesses.units_list(business, page).await?)
    }

    /// Adds a unit.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], `Conflict(UnitName)`.
    pub async fn unit_create(&self, caller: &Caller, business: BusinessId, name: &str) -> AppResult<Unit> {
        let grant = self.grant_write(caller, Verb::BusinessManage, business).await?;
        let context = &grant.context;
        let mut ids = context.ids();
        let unit = Unit {
            id: ids.make(),
            business_id: business,
            name: name_check("name", name)?,
            created_at: context.now,
            created_by: context.actor,
            updated_at: context.now,
            updated_by: context.actor,
        };
        let audit =
            AuditRow::new(&mut ids, context, Some(business), "unit.create", (AuditEntity::Unit, unit.id.uuid()))
                .after(json!({ "name": unit.name }));
        self.stores.businesses.unit_create(unit.clone(), audit).await?;
        Ok(unit)
    }

    /// Renames a unit.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], `Conflict(UnitName)`.
    pub async fn unit_update(&self, caller: &Caller, business: BusinessId, id: UnitId, name: &str) -> AppResult<Unit> {
        let grant = self.grant_write(caller, Verb::BusinessManage, business).await?;
        let context = &grant.context;
        let before = self.stores.businesses.unit_by_id(business, id).await?.ok_or(AppError::NotFound)?;
        let unit = Unit {
            name: name_check("name", name)?,
            updated_at: context.now,
            updated_by: context.actor,
            ..before.clone()
        };
        let about = (AuditEntity::Unit, id.uuid());
        let audit = AuditRow::new(&mut context.ids(), context, Some(business), "unit.update", about)
            .before(json!({ "name": before.name }))
            .after(json!({ "name": unit.name }));
        self.stores.businesses.unit_update(unit.clone(), audit).await?;
        Ok(unit)
    }

    /// Removes a unit that nobody and no card is in. The default unit stays.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::NotFound`], `Conflict(UnitInUse)`.
    pub async fn unit_delete(&self, caller: &Caller, business: BusinessId, id: UnitId) -> AppResult<()> {
        let grant = self.grant_write(caller, Verb::BusinessManage, business).await?;
        if id == grant.business.default_unit_id {
            return Err(AppError::Store(StoreError::Conflict(Conflict::UnitInUse)));
        }
        let context = &grant.context;
        let before = self.stores.businesses.unit_by_id(business, id).await?.ok_or(AppError::NotFound)?;
        let about = (AuditEntity::Unit, id.uuid());
        let audit = AuditRow::new(&mut context.ids(), context, Some(business), "unit.delete", about)
            .before(json!({ "name": before.name }));
        Ok(self.stores.businesses.unit_delete(business, id, audit).await?)
    }
}
