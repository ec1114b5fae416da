//! Checks of texts that several use-cases share.

use jiff::civil::Date;
use ofektom_domain::refusal::{FieldError, Refusal};

use crate::error::{AppError, AppResult};

/// Fields that are not acceptable, so that all of them are named at once.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<FieldError>);

impl Faults {
    /// What was checked; `None` when its fields are not acceptable, which is noted.
    ///
    /// # Errors
    /// Any other failure at once.
    pub(crate) fn note<T>(&mut self, checked: Result<T, impl Into<AppError>>) -> AppResult<Option<T>> {
        match checked.map_err(Into::into) {
            Ok(value) => Ok(Some(value)),
            Err(AppError::Refused(Refusal::Invalid(errors))) => {
                self.0.extend(errors);
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    /// # Errors
    /// [`Refusal::Invalid`] with everything that was noted.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(self.refusal()) }
    }

    /// The refusal that names everything that was noted.
    pub(crate) fn refusal(self) -> Refusal {
        Refusal::Invalid(self.0)
    }
}

/// A reason or remark: trimmed, `min` to 500 characters, no control characters but line breaks.
pub(crate) fn text_check(field: &'static str, text: &str, min: usize) -> Result<String, Refusal> {
    let text = text.trim();
    let plain = text.chars().all(|c| !c.is_control() || c == '\n');
    if (min..=500).contains(&text.chars().count()) && plain {
        return Ok(text.to_owned());
    }
    Err(Refusal::field(field, "length", format!("must be {min} to 500 characters without control characters")))
}

/// The same for a text that may be missing.
pub(crate) fn text_check_optional(
    field: &'static str,
    text: Option<&str>,
    min: usize,
) -> Result<Option<String>, Refusal> {
    text.map(|text| text_check(field, text, min)).transpose()
}

/// A name of a business or unit: 1 to 120 characters, trimmed.
pub(crate) fn name_check(field: &'static str, text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if (1..=120).contains(&text.chars().count()) && !text.chars().any(char::is_control) {
        return Ok(text.to_owned());
    }
    Err(Refusal::field(field, "length", "must be 1 to 120 characters without control characters"))
}

/// The last day of a period is not before its first one.
pub(crate) fn period_check(from: Option<Date>, to: Option<Date>) -> Result<(), Refusal> {
    match (from, to) {
        (Some(from), Some(to)) if to < from => Err(Refusal::field("to", "out_of_range", "must not be before from")),
        _ => Ok(()),
    }
}
