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
pub(super) trait PageQuestion: Clone + Copy + Eq + Hash + fmt::Debug + Send + Sync + 'static {
    /// The name of its kind.
    const KIND: &'static str;
    /// What is listed.
    type Row: Naming + Serialize + DeserializeOwned + Send + Sync + 'static;
}

/// The first page of a list of a whole business, or of a part of it that many ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PageKey<Q> {
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
    pub fn of(scope: &ReadScope, (business, question): (BusinessId, Q), page: PageRequest) -> Option<Self> {
        let PageRequest { limit, after: None, total: false } = page else { return None };
        let whole = scope.businesses.contains(&business) && !scope.own_in.contains(&business);
        (whole && !scope.all).then_some(Self { business, question, limit })
    }

    /// What loads the page: anybody who may read the whole business.
    pub fn scope(&self, asked: &ReadScope) -> ReadScope {
        ReadScope { businesses: vec![self.business], own_in: Vec::new(), own: asked.own, all: false }
    }
}

/// Gives pages their names, and keeps copies of first ones.
#[derive(Clone)]
pub(super) struct FirstPages<Q: PageQuestion> {
    names: Arc<dyn NameStore>,
    pages: Cache<PageKey<Q>>,
}

impl<Q: PageQuestion> FirstPages<Q> {
    pub fn new(names: Arc<dyn NameStore>, caches: &Caches) -> Self {
        Self { names, pages: caches.cache(PAGES_MAX) }
    }

    /// A page that may be a copy; those who want it at the same time have it read once.
    ///
    /// # Errors
    /// Those of the stores.
    pub async fn kept<F>(
        &self,
        key: PageKey<Q>,
        read: impl FnOnce() -> F + Send + 'static,
    ) -> StoreResult<Arc<NamedPage<Q::Row>>>
    where
        F: Future<Output = StoreResult<Page<Q::Row>>> + Send + 'static,
    {
        let names = Arc::clone(&self.names);
        let load = async move || {
            let rows = read().await?;
            Ok::<_, SharedError>(Some(named(&*names, rows).await?))
        };
        self.pages.get_or_load(&key, load).await?.ok_or(StoreError::NotFound)
    }

    /// A page that was read, with its names.
    ///
    /// # Errors
    /// Those of the store of names.
    pub async fn read(&self, rows: Page<Q::Row>) -> StoreResult<Arc<NamedPage<Q::Row>>> {
        Ok(Arc::new(named(&*self.names, rows).await?))
    }
}

async fn named<R: Naming>(names: &dyn NameStore, rows: Page<R>) -> StoreResult<NamedPage<R>> {
    let names = names.names_of(NamesWanted::of(&rows.items)).await?;
    Ok(NamedPage { rows, names, shown: OnceLock::new() })
}

#[cfg(test)]
mod tests {
    use ofektom_domain::ids::{IdFactory, UserId};
    use ofektom_domain::savings::SavingsAccount;

    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    struct All;

    impl PageQuestion for All {
        const KIND: &'static str = "all";
        type Row = SavingsAccount;
    }

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
        let first = PageRequest::default();
        let kept = |scope: &ReadScope, page| PageKey::of(scope, (business, All), page).is_some();
        let whole = scope(&[elsewhere, business], &[], false);
        assert!(kept(&whole, first));
        assert!(!kept(&scope(&[elsewhere], &[business], false), first), "only his own there");
        assert!(!kept(&scope(&[elsewhere], &[], false), first), "a foreign business");
        assert!(!kept(&scope(&[business], &[], true), first), "he leaves a row in the trail");
        assert!(!kept(&whole, PageRequest { after: Some(own.uuid()), ..first }));
        assert!(!kept(&whole, PageRequest { total: true, ..first }));
    }
}
