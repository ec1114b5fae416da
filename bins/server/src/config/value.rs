//! How the text of a setting becomes a value, and how the value is shown.

use std::path::PathBuf;

use secrecy::SecretString;

/// A value of a setting.
pub(super) trait Value: Sized {
    /// Reads the text; the error reads on after the setting's name.
    fn parse(text: &str) -> Result<Self, String>;
    /// The value for `check-config`: never a secret.
    fn shown(&self) -> String;
}

impl Value for String {
    fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            Err("is empty: leave it out for the default".to_owned())
        } else {
            Ok(text.to_owned())
        }
    }

    fn shown(&self) -> String {
        self.clone()
    }
}

impl Value for u32 {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| format!("must be a whole number, not {text:?}"))
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Value for PathBuf {
    fn parse(text: &str) -> Result<Self, String> {
        String::parse(text).map(Self::from)
    }

    fn shown(&self) -> String {
        self.display().to_string()
    }
}

impl Value for bool {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "on" | "true" => Ok(true),
            "off" | "false" => Ok(false),
            _ => Err(format!("must be on or off, not {text:?}")),
        }
    }

    fn shown(&self) -> String {
        if *self { "on" } else { "off" }.to_owned()
    }
}

impl Value for SecretString {
    fn parse(text: &str) -> Result<Self, String> {
        Ok(text.into())
    }

    fn shown(&self) -> String {
        "***".to_owned()
    }
}
