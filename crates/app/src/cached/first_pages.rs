//! Copies of the first pages of lists: what a business looks at all day, and many look at at once.

use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ofektom_cache::{Cache, CacheKey, Caches, Tag, Trust};
use ofektom_domain::ids::BusinessId;
use ofektom_domain::page::{Page, PageRequest};
use ofektom_domain::ports::{NameStore, Names, NamesWanted, Naming, ReadScope, StoreError, StoreResult};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::cards::Shown;
use super::keys::MONEY;
use super::shared_error::SharedError;
use super::tags::{ALL_NAMES, books_tag, cards_of_tag};

/// Most pages of a kind in this process: a page of twenty cards has about 40 KiB, with the bytes in which it is shown.
const PAGES_MAX: u64 = 400;

/// A page of a list, with names.
#[derive(Debug, Serialize, Deserialize)]
pub struct NamedPage<R> {
    /// The rows.
    pub rows: Page<R>,
    /// The names of whom and what they mention.
    pub names: Names,
    /// How the page was shown first, for whoever shows it again. It lives as long as this copy, and is the same for everybody
    /// who may read the page.
    #[serde(skip, default = "OnceLock::new")]
    pub shown: OnceLock<Shown>,
}

/// What is asked of a list of a business, beside how many rows.
pub(crate) trait PageQuestion: Clone + Copy + Eq + Hash + fmt::Debug + Send + Sync + 'static {
    /// The name of its kind.
    const KIND: &'static str;
    /// What is listed.
    type Row: Naming + Serialize + DeserializeOwned + Send + Sync + 'static;
    /// What a list can be asked for.
    type Filter: Clone + Send + Sync + 'static;
    /// Where the list is.
    type Store: ?Sized + Send + Sync + 'static;

    /// What a filter asks of which business, when many ask for it.
    fn asked(filter: &Self::Filter) -> Option<(BusinessId, Self)>;

    /// Reads any page of the list.
    fn read(
        store: Arc<Self::Store>,
        scope: &ReadScope,
        filter: &Self::Filter,
        page: PageRequest,
    ) -> impl Future<Output = StoreResult<Page<Self::Row>>> + Send;
}

/// The first page of a list of a whole business, or of a part of it that many ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PageKey<Q> {
    business: BusinessId,
    question: Q,
    limit: u32,
}

impl<Q: PageQuestion> CacheKey for PageKey<Q> {
    const KIND: &'static str = Q::KIND;
    const VERSION: u8 = 1;
    const TRUST: Trust = Trust::Pushed;
    const NEGATIVE_TTL: Duration = Duration::ZERO;
    type Value = NamedPage<Q::Row>;

    fn ttl(&self, _page: &Self::Value) -> Duration {
        MONEY
    }

    fn tags(&self) -> impl IntoIterator<Item = Tag> {
        [books_tag(self.business), cards_of_tag(self.business), ALL_NAMES]
    }
}

impl<Q: PageQuestion> fmt::Display for PageKey<Q> {
    /// The debug form of a question is the text of its fields: ids and words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{:?}:{}", self.business, self.question, self.limit)
    }
}

impl<Q: PageQuestion> PageKey<Q> {
    /// The key of a page that looks the same to everybody with the same reach: of a business that the caller reads as a whole.
    /// Later pages are rarely asked for twice within seconds; who reads everything leaves a row in the trail, and gets no
    /// copies.
    fn of(scope: &ReadScope, (business, question): (BusinessId, Q), page: PageRequest) -> Option<Self> {
        let PageRequest { limit, after: None, total: false } = page else { return None };
        let whole = scope.businesses.contains(&business) && !scope.own_in.contains(&business);
        (whole && !scope.all).then_some(Self { business, question, limit })
    }

    /// What loads the page: anybody who may read the whole business.
    fn scope(&self, asked: &ReadScope) -> ReadScope {
        ReadScope { businesses: vec![self.business], own_in: Vec::new(), own: asked.own, all: false }
    }
}

/// Reads a list with names, first pages through copies.
pub(crate) struct FirstPages<Q: PageQuestion> {
    store: Arc<Q::Store>,
    names: Arc<dyn NameStore>,
    pages: Cache<PageKey<Q>>,
}

impl<Q: PageQuestion> FirstPages<Q> {
    pub fn new(store: Arc<Q::Store>, names: Arc<dyn NameStore>, caches: &Caches) -> Self {
        Self { store, names, pages: caches.cache(PAGES_MAX) }
    }

    /// What the caller may read, newest first. Those who want a first page at the same time have it read once.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn page(
        &self,
        scope: &ReadScope,
        filter: &Q::Filter,
        page: PageRequest,
    ) -> StoreResult<Arc<NamedPage<Q::Row>>> {
        let (store, names) = (Arc::clone(&self.store), Arc::clone(&self.names));
        let Some(key) = Q::asked(filter).and_then(|asked| PageKey::of(scope, asked, page)) else {
            return Ok(Arc::new(named(&*names, Q::read(store, scope, filter, page).await?).await?));
        };
        let (scope, filter) = (key.scope(scope), filter.clone());
        let load = async move || {
            let rows = Q::read(store, &scope, &filter, page).await?;
            Ok::<_, SharedError>(Some(named(&*names, rows).await?))
        };
        self.pages.get_or_load(&key, load).await?.ok_or(StoreError::NotFound)
    }
}

impl<Q: PageQuestion> Clone for FirstPages<Q> {
    fn clone(&self) -> Self {
        Self { store: Arc::clone(&self.store), names: Arc::clone(&self.names), pages: self.pages.clone() }
    }
}

impl<Q: PageQuestion> fmt::Debug for FirstPages<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FirstPages").field("kind", &Q::KIND).finish_non_exhaustive()
    }
}

async fn named<R: Naming>(names: &dyn NameStore, rows: Page<R>) -> StoreResult<NamedPage<R>> {
    let names = names.names_of(NamesWanted::of(&rows.items)).await?;
    Ok(NamedPage { rows, names, shown: OnceLock::new() })
}

#[cfg(test)]
mod tests {
    use ofektom_domain::ids::{IdFactory, UserId};
    use ofektom_domain::ports::SavingsFilter;

    use super::super::card_pages::CardsOf;
    use super::*;

    #[test]
    fn only_first_pages_of_whole_businesses_have_copies() {
        let mut ids = IdFactory::new(jiff::Timestamp::UNIX_EPOCH, 1);
        let (business, elsewhere): (BusinessId, BusinessId) = (ids.make(), ids.make());
        let own: UserId = ids.make();
        let scope = |businesses: &[BusinessId], own_in: &[BusinessId], all| ReadScope {
            businesses: businesses.to_vec(),
            own_in: own_in.to_vec(),
            own,
            all,
        };
        let filter = SavingsFilter { business_id: Some(business), ..SavingsFilter::default() };
        let (first, asked) = (PageRequest::default(), CardsOf::asked(&filter).unwrap());
        let kept = |scope: &ReadScope, page| PageKey::of(scope, asked, page).is_some();
        let whole = scope(&[elsewhere, business], &[], false);
        assert!(kept(&whole, first));
        assert!(!kept(&scope(&[elsewhere], &[business], false), first), "only his own there");
        assert!(!kept(&scope(&[elsewhere], &[], false), first), "a foreign business");
        assert!(!kept(&scope(&[business], &[], true), first), "he leaves a row in the trail");
        assert!(!kept(&whole, PageRequest { after: Some(own.uuid()), ..first }));
        assert!(!kept(&whole, PageRequest { total: true, ..first }));
    }
}
