//! Lists of cards.

use std::fmt;
use std::sync::Arc;

use ofektom_cache::Caches;
use ofektom_domain::ids::{BusinessId, UnitId};
use ofektom_domain::page::PageRequest;
use ofektom_domain::plan::PlanKind;
use ofektom_domain::ports::{NameStore, ReadScope, SavingsFilter, SavingsStore, StoreResult};
use ofektom_domain::savings::{SavingsAccount, SavingsStatus};

use super::first_pages::{FirstPages, NamedPage, PageKey, PageQuestion};

/// Cards of a business, by what many ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct CardsOf {
    unit: Option<UnitId>,
    kind: Option<PlanKind>,
    status: Option<SavingsStatus>,
}

impl PageQuestion for CardsOf {
    const KIND: &'static str = "card_page";
    type Row = SavingsAccount;
}

impl CardsOf {
    /// What a filter asks of a business. Searches, days and one customer's cards are rarely asked for twice within seconds.
    const fn asked(filter: &SavingsFilter) -> Option<(BusinessId, Self)> {
        let &SavingsFilter {
            business_id: Some(business),
            customer_id: None,
            unit_id: unit,
            kind,
            status,
            progress: None,
            due_before: None,
            starts_from: None,
            starts_to: None,
            ends_from: None,
            ends_to: None,
            search: None,
        } = filter
        else {
            return None;
        };
        Some((business, Self { unit, kind, status }))
    }
}

/// Reads lists of cards with names, first pages through copies.
#[derive(Clone)]
pub(crate) struct CardPages {
    store: Arc<dyn SavingsStore>,
    pages: FirstPages<CardsOf>,
}

impl CardPages {
    pub fn new(store: Arc<dyn SavingsStore>, names: Arc<dyn NameStore>, caches: &Caches) -> Self {
        Self { store, pages: FirstPages::new(names, caches) }
    }

    /// Cards that the caller may read, newest first.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn page(
        &self,
        scope: &ReadScope,
        filter: &SavingsFilter,
        page: PageRequest,
    ) -> StoreResult<Arc<NamedPage<SavingsAccount>>> {
        let Some(key) = CardsOf::asked(filter).and_then(|asked| PageKey::of(scope, asked, page)) else {
            return self.pages.read(self.store.savings_list(scope, filter, page).await?).await;
        };
        let (store, scope, filter) = (Arc::clone(&self.store), key.scope(scope), filter.clone());
        self.pages.kept(key, async move || store.savings_list(&scope, &filter, page).await).await
    }
}

impl fmt::Debug for CardPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardPages").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use ofektom_domain::ids::IdFactory;

    use super::*;

    #[test]
    fn what_few_ask_for_is_not_kept() {
        let mut ids = IdFactory::new(jiff::Timestamp::UNIX_EPOCH, 1);
        let all = SavingsFilter { business_id: Some(ids.make()), ..SavingsFilter::default() };
        assert!(CardsOf::asked(&all).is_some());
        assert!(CardsOf::asked(&SavingsFilter { status: Some(SavingsStatus::Active), ..all.clone() }).is_some());
        assert!(CardsOf::asked(&SavingsFilter::default()).is_none(), "no business named");
        assert!(CardsOf::asked(&SavingsFilter { customer_id: Some(ids.make()), ..all }).is_none());
    }
}
