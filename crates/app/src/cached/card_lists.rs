//! Copies of the first pages of lists of cards: what a business looks at all day.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ofektom_cache::{Cache, CacheKey, Caches, Tag, Trust};
use ofektom_domain::ids::{BusinessId, UnitId};
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::plan::PlanKind;
use ofektom_domain::ports::{NameStore, Names, NamesWanted, ReadScope, SavingsFilter, SavingsStore, StoreResult};
use ofektom_domain::savings::{SavingsAccount, SavingsStatus};
use serde::{Deserialize, Serialize};

use super::cards::Shown;
use super::keys::MONEY;
use super::shared_error::SharedError;
use super::tags::{ALL_NAMES, books_tag, cards_of_tag};

/// Most pages in this process: a page of twenty cards has about 40 KiB, with the bytes in which it is shown.
const PAGES_MAX: u64 = 400;

/// A page of cards, with names.
#[derive(Debug, Serialize, Deserialize)]
pub struct CardPage {
    /// The cards.
    pub cards: Page<SavingsAccount>,
    /// The names of their customers and units.
    pub names: Names,
    /// How the page was shown first, for whoever shows it again. It lives as long as this copy, and is the same for everybody
    /// who may read the page.
    #[serde(skip)]
    pub shown: OnceLock<Shown>,
}

/// The first page of the cards of a whole business, or of a part of them that many ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct CardPageKey {
    business: BusinessId,
    unit: Option<UnitId>,
    kind: Option<PlanKind>,
    status: Option<SavingsStatus>,
    limit: u32,
}

impl CacheKey for CardPageKey {
    const KIND: &'static str = "card_page";
    const VERSION: u8 = 1;
    const TRUST: Trust = Trust::Pushed;
    const NEGATIVE_TTL: Duration = Duration::ZERO;
    type Value = CardPage;

    fn ttl(&self, _page: &CardPage) -> Duration {
        MONEY
    }

    fn tags(&self) -> impl IntoIterator<Item = Tag> {
        [books_tag(self.business), cards_of_tag(self.business), ALL_NAMES]
    }
}

impl fmt::Display for CardPageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { business, unit, kind, status, limit } = self;
        write!(f, "{business}:{unit:?}:{kind:?}:{status:?}:{limit}")
    }
}

impl CardPageKey {
    /// The key of a page that looks the same to everybody with the same reach: of a business that the caller reads as a whole.
    /// Later pages, searches, days and one customer's cards are rarely asked for twice within seconds; who reads everything
    /// leaves a row in the trail, and gets no copies.
    fn of(scope: &ReadScope, filter: &SavingsFilter, page: PageRequest) -> Option<Self> {
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
        let PageRequest { limit, after: None, total: false } = page else { return None };
        let whole = scope.businesses.contains(&business) && !scope.own_in.contains(&business);
        (whole && !scope.all).then_some(Self { business, unit, kind, status, limit })
    }

    /// What loads the page: anybody who may read the whole business.
    fn scope(&self, asked: &ReadScope) -> ReadScope {
        ReadScope { businesses: vec![self.business], own_in: Vec::new(), own: asked.own, all: false }
    }
}

/// Reads pages of cards with names, first pages through copies.
#[derive(Clone)]
pub(crate) struct CardPages {
    savings: Arc<dyn SavingsStore>,
    names: Arc<dyn NameStore>,
    pages: Cache<CardPageKey>,
}

impl CardPages {
    pub fn new(savings: Arc<dyn SavingsStore>, names: Arc<dyn NameStore>, caches: &Caches) -> Self {
        Self { savings, names, pages: caches.cache(PAGES_MAX) }
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
    ) -> StoreResult<Arc<CardPage>> {
        let Some(key) = CardPageKey::of(scope, filter, page) else {
            return Ok(Arc::new(page_read(&*self.savings, &*self.names, (scope, filter, page)).await?));
        };
        let (savings, names) = (Arc::clone(&self.savings), Arc::clone(&self.names));
        let (scope, filter) = (key.scope(scope), filter.clone());
        let load =
            async move || Ok::<_, SharedError>(Some(page_read(&*savings, &*names, (&scope, &filter, page)).await?));
        let found = self.pages.get_or_load(&key, load).await?;
        found.ok_or(ofektom_domain::ports::StoreError::NotFound)
    }
}

async fn page_read(
    savings: &dyn SavingsStore,
    names: &dyn NameStore,
    (scope, filter, page): (&ReadScope, &SavingsFilter, PageRequest),
) -> StoreResult<CardPage> {
    let cards = savings.savings_list(scope, filter, page).await?;
    let names = names.names_of(NamesWanted::of(&cards.items)).await?;
    Ok(CardPage { cards, names, shown: OnceLock::new() })
}

impl fmt::Debug for CardPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardPages").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use ofektom_domain::ids::{IdFactory, UserId};

    use super::*;

    #[test]
    fn only_whole_businesses_have_copies() {
        let mut ids = IdFactory::new(jiff::Timestamp::UNIX_EPOCH, 1);
        let (business, elsewhere): (BusinessId, BusinessId) = (ids.make(), ids.make());
        let own: UserId = ids.make();
        let scope = |businesses: &[BusinessId], own_in: &[BusinessId], all| ReadScope {
            businesses: businesses.to_vec(),
            own_in: own_in.to_vec(),
            own,
            all,
        };
        let (all, first) =
            (SavingsFilter { business_id: Some(business), ..SavingsFilter::default() }, PageRequest::default());
        let kept = |scope: &ReadScope, filter: &SavingsFilter, page| CardPageKey::of(scope, filter, page).is_some();
        let whole = scope(&[elsewhere, business], &[], false);
        assert!(kept(&whole, &all, first));
        assert!(!kept(&scope(&[elsewhere], &[business], false), &all, first), "only his own cards there");
        assert!(!kept(&scope(&[elsewhere], &[], false), &all, first), "a foreign business");
        assert!(!kept(&scope(&[business], &[], true), &all, first), "he leaves a row in the trail");
        assert!(!kept(&whole, &SavingsFilter::default(), first), "no business named");
        assert!(!kept(&whole, &SavingsFilter { customer_id: Some(own), ..all.clone() }, first));
        assert!(!kept(&whole, &all, PageRequest { after: Some(own.uuid()), ..first }));
        assert!(!kept(&whole, &all, PageRequest { total: true, ..first }));
    }
}
