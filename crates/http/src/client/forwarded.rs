//! What the headers of proxies say, from the nearest hop to the farthest.

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName};

use super::ProxyHeader;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The addresses that a header names, the nearest first; `None` for one that is no address, after which nothing is to be
/// believed.
pub(super) fn hops(header: ProxyHeader, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let name = match header {
        ProxyHeader::XForwardedFor => X_FORWARDED_FOR,
        ProxyHeader::Forwarded => FORWARDED,
    };
    let mut hops = Vec::new();
    for value in headers.get_all(name) {
        // In the order of the lines, for each proxy adds its own at the end.
        match (value.to_str(), header) {
            (Ok(text), ProxyHeader::XForwardedFor) => hops.extend(text.split(',').map(address)),
            (Ok(text), ProxyHeader::Forwarded) => match parts(text, b',') {
                Some(elements) => hops.extend(elements.into_iter().map(named_for)),
                None => hops.push(None),
            },
            (Err(_), _) => hops.push(None),
        }
    }
    hops.reverse();
    hops
}

/// An address, with or without a port, an IPv6 one with or without brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let parsed = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    parsed.map(|address: IpAddr| address.to_canonical())
}

/// What is between the separators of a `Forwarded` line (RFC 7239), but not inside of quotes. `None` when a quoted text does
/// not end: then nobody knows what separates.
fn parts(text: &str, separator: u8) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if byte == separator && !quoted => {
                parts.push(text.get(start..at)?);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..)?);
    (!quoted).then_some(parts)
}

/// The address in the `for` of an element.
fn named_for(element: &str) -> Option<IpAddr> {
    let pairs = parts(element, b';')?;
    let mut pairs = pairs.into_iter().filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    address(value.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn of(header: ProxyHeader, name: HeaderName, lines: &[&str]) -> Vec<Option<String>> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(name.clone(), HeaderValue::from_str(line).unwrap());
        }
        hops(header, &headers).into_iter().map(|hop| hop.map(|address| address.to_string())).collect()
    }

    fn listed(lines: &[&str]) -> Vec<Option<String>> {
        of(ProxyHeader::XForwardedFor, X_FORWARDED_FOR, lines)
    }

    fn forwarded(lines: &[&str]) -> Vec<Option<String>> {
        of(ProxyHeader::Forwarded, FORWARDED, lines)
    }

    fn some(addresses: &[&str]) -> Vec<Option<String>> {
        addresses.iter().map(|address| Some((*address).to_owned())).collect()
    }

    #[test]
    fn the_nearest_hop_comes_first() {
        assert_eq!(listed(&["192.0.2.1, 192.0.2.2", "192.0.2.3"]), some(&["192.0.2.3", "192.0.2.2", "192.0.2.1"]));
        let lines = ["for=192.0.2.1;proto=https, For=\"[2001:db8::7]:4711\"", "by=x;for=192.0.2.3:80"];
        assert_eq!(forwarded(&lines), some(&["192.0.2.3", "2001:db8::7", "192.0.2.1"]));
        assert_eq!((listed(&[]), forwarded(&[])), (vec![], vec![]));
    }

    #[test]
    fn addresses_come_with_ports_and_brackets() {
        let all = ["192.0.2.1:80", "[2001:db8::7]:80", "[2001:db8::7]", "2001:db8::7", "::ffff:192.0.2.1"];
        let plain = ["192.0.2.1", "2001:db8::7", "2001:db8::7", "2001:db8::7", "192.0.2.1"];
        for (text, plain) in all.into_iter().zip(plain) {
            assert_eq!(listed(&[text]), some(&[plain]), "{text}");
        }
        for text in ["", "unknown", "_hidden", "192.0.2", "192.0.2.1 192.0.2.2", "a:80"] {
            assert_eq!(listed(&[text]), [None], "{text}");
        }
    }

    #[test]
    fn inside_quotes_nothing_separates() {
        assert_eq!(forwarded(&["host=\"x;for=6.6.6.6\";for=192.0.2.1"]), some(&["192.0.2.1"]));
        assert_eq!(forwarded(&["for=192.0.2.1;host=\"x,for=6.6.6.6;y=\""]), some(&["192.0.2.1"]));
        assert_eq!(forwarded(&["for=192.0.2.1;host=\"x\\\",for=6.6.6.6;y=\""]), some(&["192.0.2.1"]));
        assert_eq!(forwarded(&["for=\"6.6.6.6, for=192.0.2.1"]), [None], "a quote that does not end");
        assert_eq!(forwarded(&["proto=https"]), [None]);
    }
}
