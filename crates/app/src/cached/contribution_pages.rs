//! First pages of lists of contributions.

use std::sync::Arc;

use ofektom_domain::contribution::Contribution;
use ofektom_domain::ids::{BusinessId, SavingsAccountId, UnitId, UserId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{ContributionFilter, ContributionStore, ReadScope, StoreResult};

use super::first_pages::{FirstPages, PageQuestion};

/// Lists of contributions with names, first pages through copies.
pub(crate) type ContributionPages = FirstPages<ContributionsOf>;

/// Contributions of a business, by what many ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ContributionsOf {
    card: Option<SavingsAccountId>,
    collector: Option<UserId>,
    unit: Option<UnitId>,
}

impl PageQuestion for ContributionsOf {
    const KIND: &'static str = "contribution_page";
    type Row = Contribution;
    type Filter = ContributionFilter;
    type Store = dyn ContributionStore;

    /// Searches, days and the rest are rarely asked for twice within seconds.
    fn asked(filter: &ContributionFilter) -> Option<(BusinessId, Self)> {
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

    async fn read(
        store: Arc<dyn ContributionStore>,
        scope: &ReadScope,
        filter: &ContributionFilter,
        page: PageRequest,
    ) -> StoreResult<Page<Contribution>> {
        store.contributions_list(scope, filter, page).await
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
