//! Which proxies are believed.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use actix_web::http::header::HeaderMap;
use ipnet::IpNet;

use super::forwarded::hops;

/// The header in which the trusted proxies name their peers. The other one is never read: a proxy that does not write it
/// passes on whatever a client put there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProxyHeader {
    /// `X-Forwarded-For`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// Proxies whose word about a client's address is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies {
    networks: Vec<IpNet>,
    header: ProxyHeader,
}

/// A text that is neither an address nor a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be addresses or networks such as 10.0.0.0/8 with commas between them, not {0:?}")]
pub struct UnknownNetwork(String);

impl TrustedProxies {
    /// The same proxies, which write another header.
    #[must_use]
    pub fn naming_in(self, header: ProxyHeader) -> Self {
        Self { header, ..self }
    }

    /// Whether an address is one of them.
    #[must_use]
    pub fn trust(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// The client's address: the peer's, unless that is a trusted proxy; then what it says, passing over other trusted
    /// proxies. Where a header ends or makes no sense, the last trusted proxy is the client.
    #[must_use]
    pub fn client(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let mut client = peer?.to_canonical();
        if self.networks.is_empty() || !self.trust(client) {
            return Some(client);
        }
        for hop in hops(self.header, headers) {
            let Some(address) = hop else { break };
            client = address;
            if !self.trust(client) {
                break;
            }
        }
        Some(client)
    }
}

impl FromStr for TrustedProxies {
    type Err = UnknownNetwork;

    /// Reads addresses and networks with commas between them; an empty text means none.
    fn from_str(text: &str) -> Result<Self, UnknownNetwork> {
        let network = |part: &str| {
            let address = || part.parse::<IpAddr>().ok().map(IpNet::from);
            part.parse::<IpNet>().ok().or_else(address).ok_or_else(|| UnknownNetwork(part.to_owned()))
        };
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        Ok(Self { networks: parts.map(network).collect::<Result<_, _>>()?, header: ProxyHeader::default() })
    }
}

impl fmt::Display for TrustedProxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let networks: Vec<String> = self.networks.iter().map(ToString::to_string).collect();
        f.write_str(&networks.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn client(proxies: &TrustedProxies, peer: &str, headers: &[(&'static str, &str)]) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        proxies.client(Some(peer.parse().unwrap()), &map).unwrap().to_string()
    }

    fn proxies(text: &str) -> TrustedProxies {
        text.parse().unwrap()
    }

    #[test]
    fn a_header_from_anybody_else_changes_nothing() {
        let forged = [("x-forwarded-for", "192.0.2.9"), ("forwarded", "for=192.0.2.9")];
        for trusted in ["", "10.0.0.0/8"] {
            assert_eq!(client(&proxies(trusted), "192.0.2.1", &forged), "192.0.2.1");
            assert_eq!(client(&proxies(trusted).naming_in(ProxyHeader::Forwarded), "192.0.2.1", &forged), "192.0.2.1");
        }
        assert_eq!(proxies("10.0.0.0/8").client(None, &HeaderMap::new()), None);
    }

    #[test]
    fn what_a_client_put_before_the_proxies_is_not_reached() {
        let trusted = proxies("10.0.0.0/8, 127.0.0.1, ::1");
        let of = |list: &str| client(&trusted, "127.0.0.1", &[("x-forwarded-for", list)]);
        assert_eq!(of("6.6.6.6, 192.0.2.1"), "192.0.2.1");
        assert_eq!(of("6.6.6.6, 192.0.2.1, 10.0.0.2, 10.9.9.9"), "192.0.2.1");
        assert_eq!(of("10.0.0.3, 10.0.0.2"), "10.0.0.3", "a client inside of the network");
        assert_eq!(of("6.6.6.6, nonsense, 10.0.0.2"), "10.0.0.2", "nothing is believed beyond what makes no sense");
        assert_eq!(client(&trusted, "127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(client(&trusted, "::ffff:10.0.0.1", &[("x-forwarded-for", "192.0.2.1")]), "192.0.2.1");
    }

    #[test]
    fn only_one_header_is_read() {
        let both = [("x-forwarded-for", "192.0.2.1"), ("forwarded", "for=192.0.2.2")];
        let trusted = proxies("127.0.0.1");
        assert_eq!(client(&trusted, "127.0.0.1", &both), "192.0.2.1");
        assert_eq!(client(&trusted.naming_in(ProxyHeader::Forwarded), "127.0.0.1", &both), "192.0.2.2");
    }

    #[test]
    fn networks_are_read_and_shown() {
        assert_eq!(proxies("10.0.0.0/8,127.0.0.1 , fd00::/8").to_string(), "10.0.0.0/8, 127.0.0.1/32, fd00::/8");
        assert_eq!(proxies("").to_string(), "");
        for wrong in ["proxy", "10.0.0.0/33", "10.0.0.0/8 127.0.0.1"] {
            assert!(wrong.parse::<TrustedProxies>().is_err(), "{wrong}");
        }
    }
}
