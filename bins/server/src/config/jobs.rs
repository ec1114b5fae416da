//! What the server does by itself.

use std::time::Duration;

use super::error::ConfigError;
use super::settings::{Settings, key};

/// Settings of the jobs.
#[derive(Clone, Debug)]
pub struct JobsConfig {
    /// How often the server looks for matured cards; `None` leaves that to other servers or to `ofektom mature`.
    pub maturity_every: Option<Duration>,
    /// How often the server seals the audit trail; `None` leaves that to other servers.
    pub seal_every: Option<Duration>,
    /// How often the server reads the books for `/metrics`; `None` switches it off.
    pub books_every: Option<Duration>,
}

impl JobsConfig {
    pub(super) fn read(settings: &mut Settings) -> Result<Self, ConfigError> {
        let maturity = settings.seconds(key("jobs.maturity_seconds", "OFEKTOM_MATURITY_SECONDS"), 300, 0..=86_400)?;
        let seal = settings.seconds(key("jobs.audit_seal_seconds", "OFEKTOM_AUDIT_SEAL_SECONDS"), 30, 0..=86_400)?;
        let books = settings.seconds(key("jobs.books_seconds", "OFEKTOM_BOOKS_SECONDS"), 60, 0..=86_400)?;
        let unless_off = |every: Duration| (!every.is_zero()).then_some(every);
        Ok(Self { maturity_every: unless_off(maturity), seal_every: unless_off(seal), books_every: unless_off(books) })
    }
}
