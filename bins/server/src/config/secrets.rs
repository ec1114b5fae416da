//! The key that tokens are signed with and that the pepper of PINs and passphrases is derived from.

use std::path::{Path, PathBuf};

use ofektom_auth::Limits;
use ofektom_persistence::Engine;
use secrecy::{ExposeSecret as _, SecretString};

use super::error::ConfigError;
use super::settings::{Settings, key};

/// Fewest bytes of a key.
pub const SECRET_KEY_BYTES_MIN: usize = 32;

/// Where the secret key comes from.
#[derive(Clone, Debug)]
pub enum SecretKeySource {
    /// From the configuration.
    Given(SecretString),
    /// From a file in the data folder, made on the first start.
    Kept(PathBuf),
}

/// Settings of the secrets.
#[derive(Clone, Debug)]
pub struct SecretsConfig {
    /// Where the secret key comes from.
    pub secret_key: SecretKeySource,
    /// How many sign-ins may fail from one address before it is locked.
    pub address_failures_max: u32,
}

impl SecretsConfig {
    /// How many sign-ins may fail from one address.
    #[must_use]
    pub const fn address_limits(&self) -> Limits {
        Limits::of_address(self.address_failures_max)
    }

    /// Several instances share a PostgreSQL and must share the key, so none of them may make one of its own.
    pub(super) fn read(settings: &mut Settings, data_folder: &Path, engine: Engine) -> Result<Self, ConfigError> {
        let secret_key = key("secrets.secret_key", "SECRET_KEY");
        let path = data_folder.join("secret_key");
        let kept = match engine {
            Engine::Sqlite => format!("kept in {}", path.display()),
            Engine::Postgres => String::new(),
        };
        let failures = key("secrets.address_failures_max", "OFEKTOM_ADDRESS_FAILURES_MAX");
        let address_failures_max = settings.number(failures, Limits::PHONE.lock_at, Limits::PHONE.lock_at..=10_000)?;
        // An empty text is a mistake here, not a missing key.
        let given: Option<SecretString> = settings.find_even_empty(secret_key, &kept)?;
        match (given, engine) {
            (Some(given), _) if given.expose_secret().len() < SECRET_KEY_BYTES_MIN => {
                let length = given.expose_secret().len();
                Err(settings
                    .refuse(secret_key, format!("must have at least {SECRET_KEY_BYTES_MIN} bytes, not {length}")))
            }
            (Some(given), _) => Ok(Self { secret_key: SecretKeySource::Given(given), address_failures_max }),
            (None, Engine::Sqlite) => Ok(Self { secret_key: SecretKeySource::Kept(path), address_failures_max }),
            (None, Engine::Postgres) => {
                let problem = format!("is required with PostgreSQL: at least {SECRET_KEY_BYTES_MIN} random bytes");
                Err(settings.refuse(secret_key, problem))
            }
        }
    }
}
