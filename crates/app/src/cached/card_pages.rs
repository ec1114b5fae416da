//! First pages of lists of cards.

use std::sync::Arc;

use ofektom_domain::ids::{BusinessId, UnitId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::plan::PlanKind;
use ofektom_domain::ports::{ReadScope, SavingsFilter, SavingsStore, StoreResult};
use ofektom_domain::savings::{SavingsAccount, SavingsStatus};

use super::first_pages::{FirstPages, PageQuestion};

/// Lists of cards with names, first pages through copies.
pub(crate) type CardPages = FirstPages<CardsOf>;

/// Cards of a business, by what many ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CardsOf {
    unit: Option<UnitId>,
    kind: Option<PlanKind>,
    status: Option<SavingsStatus>,
}

impl PageQuestion for CardsOf {
    const KIND: &'static str = "card_page";
    type Row = SavingsAccount;
    type Filter = SavingsFilter;
    type Store = dyn SavingsStore;

    /// Searches, days and one customer's cards are rarely asked for twice within seconds.
    fn asked(filter: &SavingsFilter) -> Option<(BusinessId, Self)> {
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

    async fn read(
        store: Arc<dyn SavingsStore>,
        scope: &ReadScope,
        filter: &SavingsFilter,
        page: PageRequest,
    ) -> StoreResult<Page<SavingsAccount>> {
        store.savings_list(scope, filter, page).await
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
