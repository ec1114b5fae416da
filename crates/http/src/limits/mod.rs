//! How many requests an address, a person and a business may send, and what an answer tells about that.
//!
//! A row of the table says of which class its route is ([`RateClass`]). The counting is `ofektom_cache`'s: in this process,
//! settled with the other instances through Redis where there is one. An ordinary request waits for nothing here.

mod class;
mod headers;
mod scope;
mod standing;
mod status;
mod subject;

use std::time::{Duration, Instant};

use actix_web::{HttpMessage as _, HttpRequest};
use ofektom_app::Caller;
use ofektom_cache::{Caches, Meter, Quota, Taken};

pub use self::class::RateClass;
pub use self::headers::describe;
use self::headers::policies;
use self::scope::{PerScope, Scope};
use self::standing::Standing;
pub use self::status::RateLimitStatus;
use crate::client::client_address;
use crate::problem::{Problem, kind};

/// The window of every quota.
const WINDOW: Duration = Duration::from_secs(60);

/// Addresses and people that are known at once.
const KEYS_MAX: usize = 65_536;
/// Businesses.
const BUSINESSES_MAX: usize = 16_384;

/// How many requests are allowed, each for a minute and all at once if need be; zero sets no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitSettings {
    /// Signing in and what else is answered with hashing, from one address.
    pub sign_in_per_minute: u32,
    /// From one address.
    pub address_per_minute: u32,
    /// Of one person.
    pub user_per_minute: u32,
    /// In one business.
    pub business_per_minute: u32,
}

impl LimitSettings {
    /// What is in effect where nothing else is asked for. A collector who was offline for days may send what he has at once, an
    /// office of thirty behind one address may do so together.
    pub const DEFAULT: Self = Self {
        sign_in_per_minute: 60,
        address_per_minute: 12_000,
        user_per_minute: 1_200,
        business_per_minute: 12_000,
    };

    /// No limits.
    pub const OFF: Self =
        Self { sign_in_per_minute: 0, address_per_minute: 0, user_per_minute: 0, business_per_minute: 0 };
}

/// Counts requests and refuses those that are too many. To be made once per program; clones count together.
#[derive(Clone, Debug)]
pub struct Limits {
    meters: PerScope<Option<Meter>>,
    policies: headers::Policies,
    is_off: bool,
}

impl Limits {
    /// Limits that are counted where `caches` says.
    #[must_use]
    pub fn new(settings: &LimitSettings, caches: &Caches) -> Self {
        let meters = PerScope::of(|scope| {
            let units = scope.units(settings);
            let keys_max = if scope == Scope::Business { BUSINESSES_MAX } else { KEYS_MAX };
            (units > 0).then(|| caches.meter(Quota { name: scope.name(), units, window: WINDOW }, keys_max))
        });
        let quotas = PerScope::of(|scope| meters.get(scope).as_ref().map(Meter::quota));
        Self { policies: policies(&quotas), is_off: *settings == LimitSettings::OFF, meters }
    }

    /// Each limit that is set, and how it has served.
    #[must_use]
    pub fn status(&self) -> Vec<RateLimitStatus> {
        Scope::ALL.into_iter().filter_map(|scope| Some(self.meters.get(scope).as_ref()?.stats().into())).collect()
    }

    /// Counts a request at its address, before anything else is done for it.
    ///
    /// # Errors
    /// 429 when it is one too many.
    pub(crate) async fn arrived(&self, request: &HttpRequest, class: RateClass) -> Result<(), Problem> {
        let (Some(units), false) = (class.units(), self.is_off) else { return Ok(()) };
        let Some(key) = client_address(request).map(subject::of_address) else { return Ok(()) };
        let mut standing = Standing::default();
        let mut result = self.count(Scope::Address, key, units, &mut standing);
        if let (RateClass::SignIn, Ok(()), Some(meter)) = (class, &result, self.meters.get(Scope::SignIn)) {
            // It may ask Redis, so it is kept out of the futures of all other routes.
            let taken = Box::pin(meter.take_exact(key, units)).await;
            result = self.counted(Scope::SignIn, taken, &mut standing);
        }
        if result.is_err() {
            subject::warn_of_unknown_proxy(request);
        }
        request.extensions_mut().insert(standing);
        result
    }

    /// Counts a request at its person and his business, once they are known.
    ///
    /// # Errors
    /// 429 when it is one too many.
    pub(crate) fn signed_in(&self, request: &HttpRequest, class: RateClass, caller: &Caller) -> Result<(), Problem> {
        let (Some(units), false) = (class.units(), self.is_off) else { return Ok(()) };
        let mut standing = request.extensions().get::<Standing>().copied().unwrap_or_default();
        let business = subject::business_of(request, caller).map(subject::of_business);
        let mut result = self.count(Scope::User, subject::of_user(caller.id()), units, &mut standing);
        if let (Ok(()), Some(business)) = (&result, business) {
            result = self.count(Scope::Business, business, units, &mut standing);
        }
        request.extensions_mut().insert(standing);
        result
    }

    fn count(&self, scope: Scope, key: u128, units: u32, standing: &mut Standing) -> Result<(), Problem> {
        let Some(meter) = self.meters.get(scope) else { return Ok(()) };
        self.counted(scope, meter.take(key, units, Instant::now()), standing)
    }

    fn counted(&self, scope: Scope, taken: Taken, standing: &mut Standing) -> Result<(), Problem> {
        let Some(meter) = self.meters.get(scope) else { return Ok(()) };
        standing.note(scope, meter.quota().units, &taken);
        if taken.given { Ok(()) } else { Err(refusal(scope, &taken)) }
    }
}

fn refusal(scope: Scope, taken: &Taken) -> Problem {
    let seconds = headers::seconds(taken.wait).max(1);
    let detail = format!("too many requests {}; try again in {seconds} s", scope.told());
    Problem::new(kind::RATE_LIMITED).detail(detail).retry_after(seconds)
}
