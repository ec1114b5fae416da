//! The secret key that the embedded default keeps for itself, readable by its owner alone.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

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
    let mut bytes = [0_u8; SECRET_KEY_BYTES_MIN];
    getrandom::fill(&mut bytes).map_err(SecretKeyError::Randomness)?;
    let key: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let unfinished = path.with_extension(std::process::id().to_string());
    let linked = place(path, &unfinished, &key);
    // What matters is whether the key is in its place; what is left over does no harm.
    let _ = fs::remove_file(&unfinished);
    linked.map_err(|error| SecretKeyError::File(path.to_owned(), error))
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

    use secrecy::ExposeSecret as _;

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
}
