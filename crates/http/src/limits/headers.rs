//! The fields `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers).

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServiceResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpMessage as _, web};
use bytes::Bytes;
use ofektom_cache::Quota;

use super::Limits;
use super::scope::{PerScope, Scope};
use super::standing::{Standing, Tightest};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The values of `RateLimit-Policy`, by the bits of the scopes that a request was counted at.
pub(super) type Policies = Arc<[HeaderValue]>;

/// All that may be told: there are few, and they never change.
pub(super) fn policies(quotas: &PerScope<Option<Quota>>) -> Policies {
    let of = |bits: u8| {
        let counted = Scope::ALL.into_iter().filter(|scope| bits & scope.bit() != 0);
        let quotas = counted.filter_map(|scope| *quotas.get(scope));
        let items = quotas.map(|quota| format!("\"{}\";q={};w={}", quota.name, quota.units, quota.window.as_secs()));
        let text = items.collect::<Vec<_>>().join(", ");
        HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
    };
    (0..16).map(of).collect()
}

/// Tells a client how it stands: all policies that its request was counted by, and of the one that has the least left what
/// is left and when it is whole again.
pub fn describe(response: &mut ServiceResponse) {
    let request = response.request();
    let Some(standing) = request.extensions().get::<Standing>().copied() else { return };
    let limits = request.app_data::<web::Data<Limits>>();
    let policy = limits.and_then(|limits| limits.policies.get(usize::from(standing.counted)).cloned());
    let (Some(policy), Some(tightest)) = (policy, standing.tightest) else { return };
    let headers = response.headers_mut();
    headers.insert(RATE_LIMIT_POLICY, policy);
    if let Ok(value) = HeaderValue::from_maybe_shared(Bytes::from(item(&tightest))) {
        headers.insert(RATE_LIMIT, value);
    }
}

fn item(tightest: &Tightest) -> String {
    let mut item = String::with_capacity(32);
    let (name, left, whole_in) = (tightest.scope.name(), tightest.left, seconds(tightest.whole_in));
    // Writing to a text does not fail.
    let _ = write!(item, "\"{name}\";r={left};t={whole_in}");
    item
}

/// Whole seconds, rounded up: whoever waits so long has waited long enough.
pub(super) fn seconds(time: Duration) -> u64 {
    time.as_secs().saturating_add(u64::from(time.subsec_nanos() > 0))
}
