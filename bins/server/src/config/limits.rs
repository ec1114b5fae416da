//! How many requests are taken from whom.

use ofektom_http::LimitSettings;

use super::error::ConfigError;
use super::settings::{Key, Settings, key};

/// Most requests that a limit may allow in a minute.
const PER_MINUTE_MAX: u32 = 1_000_000_000;

/// Settings of the limits of requests.
#[derive(Clone, Copy, Debug)]
pub struct LimitsConfig {
    /// Whether there are any. The lock-out of those who guess secrets is another thing, and stays.
    pub enabled: bool,
    /// How many requests are allowed in a minute; zero sets no limit.
    pub per_minute: LimitSettings,
}

impl LimitsConfig {
    pub(super) fn read(settings: &mut Settings) -> Result<Self, ConfigError> {
        let enabled = settings.get(key("limits.enabled", "RATE_LIMITS"), true)?;
        let mut number = |key: Key, default: u32| settings.number(key, default, 0..=PER_MINUTE_MAX);
        let usual = LimitSettings::DEFAULT;
        let per_minute = LimitSettings {
            sign_in_per_minute: number(
                key("limits.sign_in_per_minute", "OFEKTOM_LIMIT_SIGN_IN_PER_MINUTE"),
                usual.sign_in_per_minute,
            )?,
            address_per_minute: number(
                key("limits.address_per_minute", "OFEKTOM_LIMIT_ADDRESS_PER_MINUTE"),
                usual.address_per_minute,
            )?,
            user_per_minute: number(
                key("limits.user_per_minute", "OFEKTOM_LIMIT_USER_PER_MINUTE"),
                usual.user_per_minute,
            )?,
            business_per_minute: number(
                key("limits.business_per_minute", "OFEKTOM_LIMIT_BUSINESS_PER_MINUTE"),
                usual.business_per_minute,
            )?,
        };
        Ok(Self { enabled, per_minute })
    }

    /// The limits that are in effect.
    #[must_use]
    pub const fn in_effect(&self) -> LimitSettings {
        if self.enabled { self.per_minute } else { LimitSettings::OFF }
    }
}
