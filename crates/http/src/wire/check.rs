//! From a request as it was read to its domain values, collecting every field that is not acceptable.

use ofektom_domain::refusal::{FieldError, Refusal};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{FromWire, Input};
use crate::problem::Problem;

/// A request body or query that can be checked as a whole.
///
/// `check` reads all values first and uses `?` only when it puts the result together: so all fields that are not
/// acceptable are named, not only the first.
pub trait Check: DeserializeOwned {
    /// What it becomes.
    type Output;

    /// Its domain values. `None` when `checks` holds an error.
    fn check(self, checks: &mut Checks) -> Option<Self::Output>;
}

/// Collects the fields that are not acceptable.
#[derive(Debug, Default)]
pub struct Checks {
    prefix: String,
    errors: Vec<FieldError>,
}

impl Checks {
    /// A value that must be there.
    pub fn take<T>(&mut self, field: &str, input: Input<T>) -> Option<T> {
        match input.0 {
            Ok(value) => Some(value),
            Err(unfit) => {
                self.refuse(field, unfit.code, unfit.message);
                None
            }
        }
    }

    /// A value that may be missing.
    pub fn take_optional<T>(&mut self, field: &str, input: Option<Input<T>>) -> Option<Option<T>> {
        match input {
            None => Some(None),
            Some(input) => self.take(field, input).map(Some),
        }
    }

    /// An id that must be there.
    pub fn take_id<T: From<Uuid>>(&mut self, field: &str, input: Input<Uuid>) -> Option<T> {
        self.take(field, input).map(T::from)
    }

    /// An id that may be missing.
    pub fn take_optional_id<T: From<Uuid>>(&mut self, field: &str, input: Option<Input<Uuid>>) -> Option<Option<T>> {
        self.take_optional(field, input).map(|id| id.map(T::from))
    }

    /// A list of values.
    pub fn take_each<T: FromWire>(&mut self, field: &str, inputs: Vec<Input<T>>) -> Option<Vec<T>> {
        let count = inputs.len();
        let take = |(at, input)| self.take(&format!("{field}[{at}]"), input);
        let values: Vec<T> = inputs.into_iter().enumerate().filter_map(take).collect();
        (values.len() == count).then_some(values)
    }

    /// A value inside another: its fields are named with their path.
    pub fn nested<B: Check>(&mut self, field: &str, inner: B) -> Option<B::Output> {
        let outer = self.prefix.len();
        self.prefix.push_str(field);
        self.prefix.push('.');
        let output = inner.check(self);
        self.prefix.truncate(outer);
        output
    }

    /// A value inside another that may be missing.
    pub fn nested_optional<B: Check>(&mut self, field: &str, inner: Option<B>) -> Option<Option<B::Output>> {
        inner.map_or(Some(None), |inner| self.nested(field, inner).map(Some))
    }

    /// A value that the domain puts together from several fields.
    pub fn accept<T>(&mut self, made: Result<T, Refusal>) -> Option<T> {
        match made {
            Ok(value) => Some(value),
            Err(Refusal::Invalid(errors)) => {
                for error in errors {
                    self.refuse(&error.field, error.code, error.message);
                }
                None
            }
            Err(other) => {
                self.refuse("", other.code(), other.to_string());
                None
            }
        }
    }

    /// Notes a field that is not acceptable.
    pub fn refuse(&mut self, field: &str, code: &'static str, message: impl Into<String>) {
        self.errors.push(FieldError::new(format!("{}{field}", self.prefix), code, message));
    }

    /// Checks values that are in no body or query.
    ///
    /// # Errors
    /// The fields that are not acceptable.
    pub fn collect<T>(check: impl FnOnce(&mut Self) -> Option<T>) -> Result<T, Vec<FieldError>> {
        let mut checks = Self::default();
        match check(&mut checks) {
            Some(output) if checks.errors.is_empty() => Ok(output),
            _ => Err(checks.errors),
        }
    }

    /// Checks a whole body or query.
    ///
    /// # Errors
    /// The fields that are not acceptable.
    pub fn run<B: Check>(body: B) -> Result<B::Output, Vec<FieldError>> {
        Self::collect(|checks| body.check(checks))
    }

    /// Checks a whole body or query of a request.
    ///
    /// # Errors
    /// A validation problem that names the fields.
    pub fn run_request<B: Check>(body: B) -> Result<B::Output, Problem> {
        Self::run(body).map_err(Problem::validation)
    }
}

/// A body or query without fields.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

impl Check for Nothing {
    type Output = ();

    fn check(self, _: &mut Checks) -> Option<()> {
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{AmountIn, DayIn, WholeIn};

    #[derive(Deserialize)]
    struct Inner {
        day: DayIn,
    }

    impl Check for Inner {
        type Output = jiff::civil::Date;

        fn check(self, checks: &mut Checks) -> Option<Self::Output> {
            checks.take("day", self.day)
        }
    }

    #[derive(Deserialize)]
    struct Outer {
        amount: AmountIn,
        months: Option<WholeIn>,
        inner: Inner,
        days: Vec<DayIn>,
    }

    impl Check for Outer {
        type Output = ();

        fn check(self, checks: &mut Checks) -> Option<()> {
            let amount = checks.take("amount", self.amount);
            let months = checks.take_optional("months", self.months);
            let inner = checks.nested("inner", self.inner);
            let days = checks.take_each("days", self.days);
            amount?;
            months?;
            inner?;
            days.map(|_| ())
        }
    }

    #[test]
    fn all_fields_are_named_with_their_paths() {
        let text = r#"{"amount":500,"months":"3","inner":{"day":"2025-02-29"},"days":["2025-01-01","tomorrow"]}"#;
        let errors = Checks::run(serde_json::from_str::<Outer>(text).unwrap()).unwrap_err();
        let named: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
        let expected =
            [("amount", "wrong_type"), ("months", "wrong_type"), ("inner.day", "format"), ("days[1]", "format")];
        assert_eq!(named, expected);
    }

    #[test]
    fn good_values_pass() {
        let text = r#"{"amount":"500.00","inner":{"day":"2024-02-29"},"days":[]}"#;
        assert_eq!(Checks::run(serde_json::from_str::<Outer>(text).unwrap()), Ok(()));
    }
}
