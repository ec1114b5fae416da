//! Where a request comes from: the client's address, through proxies that are trusted and no others.

mod forwarded;
mod proxies;

use std::net::IpAddr;

use actix_web::dev::ServiceRequest;
use actix_web::{HttpMessage as _, HttpRequest, web};

pub use proxies::{ProxyHeader, TrustedProxies, UnknownNetwork};

/// The client's address, found once for each request.
#[derive(Clone, Copy, Debug)]
struct ClientAddress(Option<IpAddr>);

/// Finds the client's address and keeps it with the request.
pub fn client_find(request: &ServiceRequest) {
    let peer = request.peer_addr().map(|peer| peer.ip());
    let proxies = request.app_data::<web::Data<TrustedProxies>>();
    let address = proxies.map_or(peer, |proxies| proxies.client(peer, request.headers()));
    request.extensions_mut().insert(ClientAddress(address));
}

/// The client's address, as it was found. All that asks for an address asks here.
#[must_use]
pub fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    request.extensions().get::<ClientAddress>().and_then(|ClientAddress(address)| *address)
}
