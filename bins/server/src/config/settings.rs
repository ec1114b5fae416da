//! Where settings come from: the environment first, then the file, then the default. Each setting is declared once, where
//! it is read; what nobody declared is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use super::error::ConfigError;
use super::file;
use super::value::Value;

/// Variables of the project that no other program sets start like this.
const OURS: &str = "OFEKTOM_";
/// Variables for the tests, which a program under test inherits.
const OF_TESTS: &str = "OFEKTOM_TEST_";
/// The variable that names the file.
const FILE: &str = "OFEKTOM_CONFIG";

/// A setting's names: in the file (`area.name`) and in the environment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub path: &'static str,
    pub variable: &'static str,
}

/// Shorthand for a [`Key`].
pub(super) const fn key(path: &'static str, variable: &'static str) -> Key {
    Key { path, variable }
}

/// One setting as it is in effect, fit to be shown: secrets are redacted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    /// Its name in the file.
    pub path: &'static str,
    /// Its name in the environment.
    pub variable: &'static str,
    /// Its value.
    pub value: String,
    /// `default`, `environment`, `file` or `secret file`.
    pub origin: &'static str,
}

/// What the environment and the file say.
#[derive(Debug)]
pub(super) struct Settings {
    environment: BTreeMap<String, String>,
    file: BTreeMap<String, String>,
    /// What secrets have in files of their own, by the variables that they would be in.
    secret_files: BTreeMap<&'static str, String>,
    effective: Vec<Effective>,
}

impl Settings {
    /// Takes the environment, and reads the file that it names, if any.
    pub fn new(environment: BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let file = match environment.get(FILE) {
            Some(path) => file::read(path)?,
            None => BTreeMap::new(),
        };
        Ok(Self { environment, file, secret_files: BTreeMap::new(), effective: Vec::new() })
    }

    /// A setting with a default.
    pub fn get<V: Value>(&mut self, key: Key, default: V) -> Result<V, ConfigError> {
        let (value, origin) = match self.stated(key) {
            Some((text, origin)) => (V::parse(text).map_err(|why| bad(key, origin, why))?, origin),
            None => (default, "default"),
        };
        self.note(key, value.shown(), origin);
        Ok(value)
    }

    /// A number with a default, within bounds.
    pub fn number(&mut self, key: Key, default: u32, bounds: RangeInclusive<u32>) -> Result<u32, ConfigError> {
        let value = self.get(key, default)?;
        if bounds.contains(&value) {
            return Ok(value);
        }
        Err(self.refuse(key, format!("must be {} to {}, not {value}", bounds.start(), bounds.end())))
    }

    /// The same for how many of something there are to be.
    pub fn count(&mut self, key: Key, default: u32, bounds: RangeInclusive<u32>) -> Result<usize, ConfigError> {
        let count = self.number(key, default, bounds)?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// The same for a time in whole seconds.
    pub fn seconds(&mut self, key: Key, default: u32, bounds: RangeInclusive<u32>) -> Result<Duration, ConfigError> {
        Ok(Duration::from_secs(self.number(key, default, bounds)?.into()))
    }

    /// A setting that may be missing; `missing` is shown then. An empty text counts as missing.
    pub fn find<V: Value>(&mut self, key: Key, missing: &str) -> Result<Option<V>, ConfigError> {
        if self.stated(key).is_some_and(|(text, _)| text.is_empty()) {
            self.note(key, missing.to_owned(), "default");
            return Ok(None);
        }
        self.find_even_empty(key, missing)
    }

    /// The same, with an empty text for a value like any other.
    pub fn find_even_empty<V: Value>(&mut self, key: Key, missing: &str) -> Result<Option<V>, ConfigError> {
        let Some((text, origin)) = self.stated(key) else {
            self.note(key, missing.to_owned(), "default");
            return Ok(None);
        };
        let value = V::parse(text).map_err(|why| bad(key, origin, why))?;
        self.note(key, value.shown(), origin);
        Ok(Some(value))
    }

    /// Lets a setting that holds a secret be in a file of its own, which `file` names: without the line end, if it has one. Call it
    /// before the setting is read.
    pub fn secret_file(&mut self, key: Key, file: Key) -> Result<(), ConfigError> {
        let Some(path) = self.find::<PathBuf>(file, "none")? else { return Ok(()) };
        if self.stated(key).is_some() {
            return Err(self.refuse(file, format!("and {} are both given: leave one out", key.variable)));
        }
        let text = std::fs::read_to_string(&path)
            .map_err(|error| self.refuse(file, format!("names {}, which cannot be read: {error}", path.display())))?;
        let text = text.strip_suffix('\n').unwrap_or(&text);
        self.secret_files.insert(key.variable, text.strip_suffix('\r').unwrap_or(text).to_owned());
        Ok(())
    }

    /// Refuses what nobody asked for, and hands out what is in effect.
    pub fn finish(self) -> Result<Vec<Effective>, ConfigError> {
        let paths: BTreeSet<&str> = self.effective.iter().map(|setting| setting.path).collect();
        if let Some(unknown) = self.file.keys().find(|path| !paths.contains(path.as_str())) {
            return Err(ConfigError::UnknownInFile(unknown.clone()));
        }
        let known = |name: &str| name == FILE || self.effective.iter().any(|setting| setting.variable == name);
        let ours = |name: &str| name.starts_with(OURS) && !name.starts_with(OF_TESTS);
        match self.environment.keys().find(|name| ours(name) && !known(name)) {
            Some(unknown) => Err(ConfigError::UnknownVariable(unknown.clone())),
            None => Ok(self.effective),
        }
    }

    /// Refuses the value of a setting that was read before.
    pub fn refuse(&self, key: Key, problem: impl Into<String>) -> ConfigError {
        let origin = self.stated(key).map_or("default", |(_, origin)| origin);
        bad(key, origin, problem.into())
    }

    fn stated(&self, key: Key) -> Option<(&str, &'static str)> {
        let in_environment = self.environment.get(key.variable).map(|text| (text.as_str(), "environment"));
        let in_file = || self.file.get(key.path).map(|text| (text.as_str(), "file"));
        let in_own_file = || self.secret_files.get(key.variable).map(|text| (text.as_str(), "secret file"));
        in_environment.or_else(in_file).or_else(in_own_file)
    }

    fn note(&mut self, key: Key, value: String, origin: &'static str) {
        self.effective.push(Effective { path: key.path, variable: key.variable, value, origin });
    }
}

fn bad(key: Key, origin: &str, problem: String) -> ConfigError {
    let name = if origin == "file" { key.path } else { key.variable };
    ConfigError::Value { name, problem }
}
