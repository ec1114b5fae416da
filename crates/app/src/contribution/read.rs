//! Reading contributions.

use std::sync::Arc;

use ofektom_domain::audit::AuditEntity;
use ofektom_domain::contribution::{Contribution, Marking};
use ofektom_domain::ids::ContributionId;
use ofektom_domain::page::PageRequest;
use ofektom_domain::permission::Verb;
use ofektom_domain::ports::ContributionFilter;

use crate::app::App;
use crate::cached::NamedPage;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};
use crate::names::Named;

/// A contribution with its boxes.
#[derive(Clone, Debug)]
pub struct ContributionView {
    /// The contribution.
    pub contribution: Named<Contribution>,
    /// The boxes it paid or reopened, in order of days.
    pub boxes: Vec<Marking>,
}

impl App {
    /// A contribution, with names.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn contribution_get(&self, caller: &Caller, id: ContributionId) -> AppResult<ContributionView> {
        let scope = self.scope(caller, Verb::SavingsRead, None)?;
        let contribution = self.stores.contributions.contribution_by_id(&scope, id).await?.ok_or(AppError::NotFound)?;
        let about = (AuditEntity::Contribution, id.uuid());
        self.reading_audit(caller, "contribution.read", contribution.business_id, about).await?;
        let boxes = self.stores.contributions.contribution_markings(contribution.business_id, id).await?;
        Ok(ContributionView { contribution: self.row_named(contribution).await?, boxes })
    }

    /// Contributions on cards that the caller may read, newest first, with names.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the filter names a foreign business.
    pub async fn contributions_list(
        &self,
        caller: &Caller,
        filter: &ContributionFilter,
        page: PageRequest,
    ) -> AppResult<Arc<NamedPage<Contribution>>> {
        let scope = self.scope(caller, Verb::SavingsRead, filter.business_id)?;
        let found = self.contribution_pages.page(&scope, filter, page).await?;
        let seen = found.rows.items.iter().map(|contribution| (contribution.business_id, contribution.id.uuid()));
        self.readings_audit(caller, "contribution.list", filter.business_id, seen).await?;
        Ok(found)
    }
}
