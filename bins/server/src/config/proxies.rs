//! Which proxies are believed when they name a client's address.

use ofektom_http::{ProxyHeader, TrustedProxies};

use super::error::ConfigError;
use super::settings::{Settings, key};
use super::value::Value;

/// Settings of the proxies in front of the server.
#[derive(Clone, Debug)]
pub struct ProxiesConfig {
    /// Those that are trusted; none by default.
    pub trusted: TrustedProxies,
}

impl ProxiesConfig {
    pub(super) fn read(settings: &mut Settings) -> Result<Self, ConfigError> {
        let trusted: Option<TrustedProxies> = settings.find(key("proxies.trusted", "TRUSTED_PROXIES"), "none")?;
        let header = settings.get(key("proxies.header", "OFEKTOM_PROXY_HEADER"), ProxyHeader::default())?;
        Ok(Self { trusted: trusted.unwrap_or_default().naming_in(header) })
    }
}

impl Value for TrustedProxies {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|error: ofektom_http::UnknownNetwork| error.to_string())
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Value for ProxyHeader {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "x-forwarded-for" => Ok(Self::XForwardedFor),
            "forwarded" => Ok(Self::Forwarded),
            _ => Err(format!("must be x-forwarded-for or forwarded, not {text:?}")),
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
        .to_owned()
    }
}
