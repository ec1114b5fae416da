//! The secret keys: as they are configured, or as the embedded default keeps them for itself, readable by their owner alone.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use ofektom_auth::{KeyRing, SecretKey, SecretKeyTooShort};
use secrecy::{ExposeSecret as _, SecretString};

use crate::config::{Config, DatabaseConfig, SECRET_KEY_BYTES_MIN, SecretKeySource};
use crate::private_files::{private_file_write, private_folder};

/// The secret key cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretKeyError {
    /// The file cannot be read or made.
    #[error("the secret key {0} cannot be read or made")]
    File(PathBuf, #[source] io::Error),
    /// Other users of the machine may read it.
    #[error("the secret key {0} is readable by others: run chmod 600 on it")]
    Exposed(PathBuf),
    /// It holds too little.
    #[error("the secret key {0} has fewer than {SECRET_KEY_BYTES_MIN} bytes: put the right file back")]
    TooShort(PathBuf),
    /// A new key would lock everybody out of a database that was used with another one.
    #[error("the database exists, but its secret key {0} is missing: put the file back, or set SECRET_KEY")]
    Missing(PathBuf),
    /// One of them is too short to protect anything.
    #[error(transparent)]
    Weak(#[from] SecretKeyTooShort),
    /// The operating system gives no randomness.
    #[error("the operating system gives no randomness")]
    Randomness(#[source] getrandom::Error),
}

/// The secret key: the configured one, or the one in the data folder, which is made when neither it nor the database
/// exists yet.
///
/// # Errors
/// [`SecretKeyError`].
pub fn secret_key_load(config: &Config) -> Result<SecretString, SecretKeyError> {
    match &config.secrets.secret_key {
        SecretKeySource::Given(key) => Ok(key.clone()),
        SecretKeySource::Kept(path) if path.exists() => read(path),
        SecretKeySource::Kept(path) if database_in_use(&config.database) => Err(SecretKeyError::Missing(path.clone())),
        SecretKeySource::Kept(path) => {
            make(path)?;
            read(path)
        }
    }
}

/// The secret key with the former and the coming ones that are configured or kept.
///
/// # Errors
/// [`SecretKeyError`].
pub fn key_ring_load(config: &Config) -> Result<KeyRing, SecretKeyError> {
    let keys = |texts: &[SecretString]| texts.iter().cloned().map(SecretKey::new).collect::<Result<Vec<_>, _>>();
    let mut previous = keys(&config.secrets.previous)?;
    let present = SecretKey::new(secret_key_load(config)?)?;
    if let SecretKeySource::Kept(path) = &config.secrets.secret_key {
        previous.extend(keys(&kept_previous(path)?)?);
    }
    Ok(KeyRing::new(present).with_previous(previous).with_next(keys(&config.secrets.next)?))
}

/// Makes a new secret key in place of the kept one, which becomes a former one. Servers take it up when they start again.
///
/// # Errors
/// [`SecretKeyError`]; nothing is lost then.
pub(crate) fn kept_key_rotate(path: &Path) -> Result<(), SecretKeyError> {
    let former = std::iter::once(read(path)?).chain(kept_previous(path)?);
    let lines: String = former.map(|key| format!("{}\n", key.expose_secret())).collect();
    // First what must not be lost. A key that is present and former is as good as present.
    replace(&previous_of(path), lines.as_bytes())?;
    replace(path, random_key()?.as_bytes())
}

/// Forgets the former keys that are kept; tells how many there were.
///
/// # Errors
/// [`SecretKeyError`].
pub(crate) fn kept_keys_forget(path: &Path) -> Result<usize, SecretKeyError> {
    let (former, path) = (kept_previous(path)?, previous_of(path));
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(SecretKeyError::File(path, error)),
        _ => Ok(former.len()),
    }
}

/// Where former keys are kept, the latest first, one a line.
fn previous_of(path: &Path) -> PathBuf {
    path.with_file_name("secret_key_previous")
}

fn kept_previous(path: &Path) -> Result<Vec<SecretString>, SecretKeyError> {
    let path = previous_of(path);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = read(&path)?;
    Ok(text.expose_secret().lines().map(Into::into).collect())
}

/// Puts a file in the place of another, complete or not at all.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), SecretKeyError> {
    let unfinished = path.with_extension(std::process::id().to_string());
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let written = private_file_write(&unfinished, bytes)
        .and_then(|()| fs::rename(&unfinished, path))
        .and_then(|()| File::open(folder)?.sync_all());
    written.map_err(|error| SecretKeyError::File(path.to_owned(), error))
}

/// The secret key, if there is one: none is made.
///
/// # Errors
/// [`SecretKeyError`].
pub(crate) fn secret_key_find(config: &Config) -> Result<Option<SecretString>, SecretKeyError> {
    match &config.secrets.secret_key {
        SecretKeySource::Given(key) => Ok(Some(key.clone())),
        SecretKeySource::Kept(path) if path.exists() => read(path).map(Some),
        SecretKeySource::Kept(_) => Ok(None),
    }
}

fn database_in_use(database: &DatabaseConfig) -> bool {
    database.sqlite_file().and_then(|path| fs::metadata(path).ok()).is_some_and(|file| file.len() > 0)
}

fn read(path: &Path) -> Result<SecretString, SecretKeyError> {
    let failed = |error| SecretKeyError::File(path.to_owned(), error);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if fs::metadata(path).map_err(failed)?.permissions().mode() & 0o077 != 0 {
            return Err(SecretKeyError::Exposed(path.to_owned()));
        }
    }
    let text = fs::read_to_string(path).map_err(failed)?;
    let key = text.trim_end();
    if key.len() < SECRET_KEY_BYTES_MIN { Err(SecretKeyError::TooShort(path.to_owned())) } else { Ok(key.into()) }
}

/// Makes the file, complete or not at all, and on the disk before anything depends on it. When two processes make it at
/// once, the first one's stays.
fn make(path: &Path) -> Result<(), SecretKeyError> {
    let key = random_key()?;
    let unfinished = path.with_extension(std::process::id().to_string());
    let linked = place(path, &unfinished, &key);
    // What matters is whether the key is in its place; what is left over does no harm.
    let _ = fs::remove_file(&unfinished);
    linked.map_err(|error| SecretKeyError::File(path.to_owned(), error))
}

fn random_key() -> Result<String, SecretKeyError> {
    let mut bytes = [0_u8; SECRET_KEY_BYTES_MIN];
    getrandom::fill(&mut bytes).map_err(SecretKeyError::Randomness)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn place(path: &Path, unfinished: &Path, key: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    private_folder(folder)?;
    private_file_write(unfinished, key.as_bytes())?;
    match fs::hard_link(unfinished, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn config(folder: &Path) -> Config {
        let folder = folder.join("data").display().to_string();
        Config::from_environment([("OFEKTOM_DATA".to_owned(), folder)].into()).unwrap()
    }

    #[test]
    fn it_is_made_once_and_kept_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let first = secret_key_load(&config).unwrap();
        assert_eq!(first.expose_secret().len(), 64);
        assert_eq!(secret_key_load(&config).unwrap().expose_secret(), first.expose_secret());
        let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(folder.path().join("data")), 0o700);
        assert_eq!(mode(folder.path().join("data/secret_key")), 0o600);
        assert_eq!(fs::read_dir(folder.path().join("data")).unwrap().count(), 1);
        let elsewhere = tempfile::tempdir().unwrap();
        let other = secret_key_load(&self::config(elsewhere.path())).unwrap();
        assert_ne!(other.expose_secret(), first.expose_secret());
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        secret_key_load(&config).unwrap();
        let path = folder.path().join("data/secret_key");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(secret_key_load(&config), Err(SecretKeyError::Exposed(_))));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "short\n").unwrap();
        assert!(matches!(secret_key_load(&config), Err(SecretKeyError::TooShort(_))));
    }

    #[test]
    fn a_database_without_its_key_gets_no_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        fs::create_dir(folder.path().join("data")).unwrap();
        fs::write(folder.path().join("data/ofektom.db"), "used").unwrap();
        assert!(matches!(secret_key_load(&config), Err(SecretKeyError::Missing(_))));
    }

    #[test]
    fn a_new_key_takes_the_place_of_the_kept_one() {
        let folder = tempfile::tempdir().unwrap();
        let (config, path) = (config(folder.path()), folder.path().join("data/secret_key"));
        let name = |config: &Config| key_ring_load(config).unwrap().derive().present.name();
        let first = name(&config);
        kept_key_rotate(&path).unwrap();
        let second = name(&config);
        kept_key_rotate(&path).unwrap();
        let ring = key_ring_load(&config).unwrap().derive();
        let names: Vec<_> = ring.previous.iter().map(|keys| keys.name()).collect();
        assert_eq!(names, [second, first], "the latest first");
        let mode = |name: &str| fs::metadata(path.with_file_name(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("secret_key"), mode("secret_key_previous")), (0o600, 0o600));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 2);
        assert_eq!(kept_keys_forget(&path).unwrap(), 2);
        assert_eq!(kept_keys_forget(&path).unwrap(), 0);
        assert_eq!(name(&config), ring.present.name());
    }
}
