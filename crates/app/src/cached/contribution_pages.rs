//! Lists of contributions.

use std::fmt;
use std::sync::Arc;

use ofektom_cache::Caches;
use ofektom_domain::contribution::Contribution;
use ofektom_domain::ids::{BusinessId, SavingsAccountId, UnitId, UserId};
use ofektom_domain::page::PageRequest;
use ofektom_domain::ports::{ContributionFilter, ContributionStore, NameStore, ReadScope, StoreResult};

use super::first_pages::{FirstPages, NamedPage, PageKey, PageQuestion};

/// Contributions of a business, by what many ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct ContributionsOf {
    card: Option<SavingsAccountId>,
    collector: Option<UserId>,
    unit: Option<UnitId>,
}

impl PageQuestion for ContributionsOf {
    const KIND: &'static str = "contribution_page";
    type Row = Contribution;
}

impl ContributionsOf {
    /// What a filter asks of a business. Searches, days and the rest are rarely asked for twice within seconds.
    const fn asked(filter: &ContributionFilter) -> Option<(BusinessId, Self)> {
        let &ContributionFilter {
            business_id: Some(business),
            savings_account_id: card,
            customer_id: None,
            collected_by: collector,
            unit_id: unit,
            from: None,
            to: None,
            method: None,
            status: None,
            search: None,
        } = filter
        else {
            return None;
        };
        Some((business, Self { card, collector, unit }))
    }
}

/// Reads lists of contributions with names, first pages through copies.
#[derive(Clone)]
pub(crate) struct ContributionPages {
    store: Arc<dyn ContributionStore>,
    pages: FirstPages<ContributionsOf>,
}

impl ContributionPages {
    pub fn new(store: Arc<dyn ContributionStore>, names: Arc<dyn NameStore>, caches: &Caches) -> Self {
        Self { store, pages: FirstPages::new(names, caches) }
    }

    /// Contributions on cards that the caller may read, newest first.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn page(
        &self,
        scope: &ReadScope,
        filter: &ContributionFilter,
        page: PageRequest,
    ) -> StoreResult<Arc<NamedPage<Contribution>>> {
        let Some(key) = ContributionsOf::asked(filter).and_then(|asked| PageKey::of(scope, asked, page)) else {
            return self.pages.read(self.store.contributions_list(scope, filter, page).await?).await;
        };
        let (store, scope, filter) = (Arc::clone(&self.store), key.scope(scope), filter.clone());
        self.pages.kept(key, async move || store.contributions_list(&scope, &filter, page).await).await
    }
}

impl fmt::Debug for ContributionPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContributionPages").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use ofektom_domain::contribution::ContributionMethod;
    use ofektom_domain::ids::IdFactory;

    use super::*;

    #[test]
    fn what_few_ask_for_is_not_kept() {
        let mut ids = IdFactory::new(jiff::Timestamp::UNIX_EPOCH, 1);
        let all = ContributionFilter { business_id: Some(ids.make()), ..ContributionFilter::default() };
        assert!(ContributionsOf::asked(&all).is_some());
        assert!(ContributionsOf::asked(&ContributionFilter { unit_id: Some(ids.make()), ..all.clone() }).is_some());
        assert!(ContributionsOf::asked(&ContributionFilter::default()).is_none(), "no business named");
        let method = Some(ContributionMethod::Cash);
        assert!(ContributionsOf::asked(&ContributionFilter { method, ..all }).is_none());
    }
}
