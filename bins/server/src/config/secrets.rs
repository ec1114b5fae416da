//! The keys that tokens are signed with and that the pepper of PINs and passphrases is derived from.

use std::path::{Path, PathBuf};

use ofektom_auth::Limits;
use ofektom_persistence::Engine;
use secrecy::{ExposeSecret as _, SecretString};

use super::error::ConfigError;
use super::settings::{Key, Settings, key};
use super::value::Value;

/// Fewest bytes of a key.
pub const SECRET_KEY_BYTES_MIN: usize = 32;

/// Most keys beside the present one, former or coming. Each costs a little with every token of an unknown person.
const OTHERS_MAX: usize = 8;

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
    /// Former secret keys, the latest first.
    pub previous: Vec<SecretString>,
    /// Coming secret keys: what others made with them is accepted.
    pub next: Vec<SecretString>,
    /// How many sign-ins may fail from one address before it is locked.
    pub address_failures_max: u32,
}

/// Several secret keys: between commas or in lines of their own.
struct SecretKeys(Vec<SecretString>);

impl Value for SecretKeys {
    fn parse(text: &str) -> Result<Self, String> {
        let keys: Vec<&str> = text.split([',', '\n']).map(str::trim).filter(|key| !key.is_empty()).collect();
        if let Some(short) = keys.iter().find(|key| key.len() < SECRET_KEY_BYTES_MIN) {
            return Err(too_short(short.len()));
        }
        if keys.len() > OTHERS_MAX {
            return Err(format!("must have at most {OTHERS_MAX} keys, not {}", keys.len()));
        }
        Ok(Self(keys.into_iter().map(Into::into).collect()))
    }

    fn shown(&self) -> String {
        vec!["***"; self.0.len()].join(",")
    }
}

fn too_short(length: usize) -> String {
    format!("must have at least {SECRET_KEY_BYTES_MIN} bytes in each key, not {length}")
}

impl SecretsConfig {
    /// How many sign-ins may fail from one address.
    #[must_use]
    pub const fn address_limits(&self) -> Limits {
        Limits::of_address(self.address_failures_max)
    }

    pub(super) fn read(settings: &mut Settings, data_folder: &Path, engine: Engine) -> Result<Self, ConfigError> {
        let secret_key = present(settings, data_folder, engine)?;
        let previous = key("secrets.secret_key_previous", "SECRET_KEY_PREVIOUS");
        let previous = others(settings, previous, key("secrets.secret_key_previous_file", "SECRET_KEY_PREVIOUS_FILE"))?;
        let next = key("secrets.secret_key_next", "SECRET_KEY_NEXT");
        let next = others(settings, next, key("secrets.secret_key_next_file", "SECRET_KEY_NEXT_FILE"))?;
        let failures = key("secrets.address_failures_max", "OFEKTOM_ADDRESS_FAILURES_MAX");
        let address_failures_max = settings.number(failures, Limits::PHONE.lock_at, Limits::PHONE.lock_at..=10_000)?;
        Ok(Self { secret_key, previous, next, address_failures_max })
    }
}

/// Several instances share a PostgreSQL and must share the key, so none of them may make one of its own.
fn present(settings: &mut Settings, data_folder: &Path, engine: Engine) -> Result<SecretKeySource, ConfigError> {
    let secret_key = key("secrets.secret_key", "SECRET_KEY");
    settings.secret_file(secret_key, key("secrets.secret_key_file", "SECRET_KEY_FILE"))?;
    let path = data_folder.join("secret_key");
    let kept = match engine {
        Engine::Sqlite => format!("kept in {}", path.display()),
        Engine::Postgres => String::new(),
    };
    // An empty text is a mistake here, not a missing key.
    let given: Option<SecretString> = settings.find_even_empty(secret_key, &kept)?;
    match (given, engine) {
        (Some(given), _) if given.expose_secret().len() < SECRET_KEY_BYTES_MIN => {
            let length = given.expose_secret().len();
            Err(settings.refuse(secret_key, format!("must have at least {SECRET_KEY_BYTES_MIN} bytes, not {length}")))
        }
        (Some(given), _) => Ok(SecretKeySource::Given(given)),
        (None, Engine::Sqlite) => Ok(SecretKeySource::Kept(path)),
        (None, Engine::Postgres) => {
            let problem = format!("is required with PostgreSQL: at least {SECRET_KEY_BYTES_MIN} random bytes");
            Err(settings.refuse(secret_key, problem))
        }
    }
}

fn others(settings: &mut Settings, keys: Key, file: Key) -> Result<Vec<SecretString>, ConfigError> {
    settings.secret_file(keys, file)?;
    Ok(settings.find::<SecretKeys>(keys, "none")?.map_or_else(Vec::new, |SecretKeys(keys)| keys))
}
