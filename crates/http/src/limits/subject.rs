//! Who is counted.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::HttpRequest;
use actix_web::http::header::FORWARDED;
use ofektom_app::Caller;
use ofektom_domain::ids::{BusinessId, UserId};

use crate::client::client_address;

/// The paths that name a business, up to its id.
const BUSINESSES: &str = "/api/v1/businesses/";

/// An address as a key. Of an IPv6 address the first 64 bits count, for one subscriber has at least all addresses below them.
pub(super) fn of_address(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits() >> 64 << 64,
    }
}

/// A person as a key.
pub(super) fn of_user(user: UserId) -> u128 {
    user.uuid().as_u128()
}

/// A business as a key.
pub(super) fn of_business(business: BusinessId) -> u128 {
    business.uuid().as_u128()
}

/// The business of a request, as far as it is known before anything is read: the one that the path or the query names, else
/// the only one that the caller belongs to. A business is charged only with what its members do.
pub(super) fn business_of(request: &HttpRequest, caller: &Caller) -> Option<BusinessId> {
    if caller.is_super_admin() {
        return None;
    }
    let mut businesses = caller.active_memberships().map(|membership| membership.business_id);
    match named_business(request) {
        Some(named) => named.parse().ok().filter(|named| businesses.any(|business| business == *named)),
        None => businesses.next().filter(|_| businesses.next().is_none()),
    }
}

fn named_business(request: &HttpRequest) -> Option<&str> {
    let in_path = request.path().strip_prefix(BUSINESSES).and_then(|_| request.match_info().get("id"));
    let in_query = || request.query_string().split('&').find_map(|pair| pair.strip_prefix("business_id="));
    in_path.or_else(in_query)
}

/// Says once that requests seem to come through a proxy that is not trusted: all of its clients count as one address.
pub(super) fn warn_of_unknown_proxy(request: &HttpRequest) {
    static TOLD: AtomicBool = AtomicBool::new(false);
    let headers = request.headers();
    let through_proxy = headers.contains_key("x-forwarded-for") || headers.contains_key(FORWARDED);
    let peer = request.peer_addr().map(|peer| peer.ip().to_canonical());
    if through_proxy && peer == client_address(request) && !TOLD.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            client.address = peer.map(tracing::field::display),
            "an address that names other clients sends too many requests: if it is a proxy, add it to TRUSTED_PROXIES",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_subscriber_is_one_address() {
        let of = |text: &str| of_address(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.1"));
    }
}
