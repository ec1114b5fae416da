//! A customer's bank accounts: where payouts go.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::ids::{BankAccountId, UserId};
use crate::refusal::{FieldError, Refusal};

/// Where a bank transfer goes. `Debug` hides the account number.
#[derive(Clone, PartialEq, Eq)]
pub struct BankDetails {
    /// The bank's code: 3 digits (CBN), 5 or 6 digits (NIP institution code).
    bank_code: String,
    /// The account number: 10 digits (NUBAN).
    account_number: String,
    /// The name on the account.
    account_name: String,
}

impl BankDetails {
    /// Checks bank details.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] names each field that is not acceptable.
    pub fn new(bank_code: &str, account_number: &str, account_name: &str) -> Result<Self, Refusal> {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let mut errors = Vec::new();
        if !(matches!(bank_code.len(), 3 | 5 | 6) && digits(bank_code)) {
            errors.push(FieldError::new("bank_code", "invalid", "must be a bank code of 3, 5 or 6 digits"));
        }
        if account_number.len() != 10 || !digits(account_number) {
            errors.push(FieldError::new("account_number", "invalid", "must be an account number of 10 digits"));
        }
        let name = account_name.trim();
        if !(1..=120).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            errors.push(FieldError::new("account_name", "invalid", "must be 1 to 120 characters"));
        }
        if !errors.is_empty() {
            return Err(Refusal::Invalid(errors));
        }
        Ok(Self { bank_code: bank_code.into(), account_number: account_number.into(), account_name: name.into() })
    }

    /// The bank's code.
    #[must_use]
    pub fn bank_code(&self) -> &str {
        &self.bank_code
    }

    /// The whole account number: for its owner, and for whoever pays out.
    #[must_use]
    pub fn account_number(&self) -> &str {
        &self.account_number
    }

    /// The account number with all but its last four digits hidden.
    #[must_use]
    pub fn account_number_masked(&self) -> String {
        format!("******{}", self.account_number.get(6..).unwrap_or(""))
    }

    /// The name on the account.
    #[must_use]
    pub fn account_name(&self) -> &str {
        &self.account_name
    }
}

impl std::fmt::Debug for BankDetails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BankDetails").field("bank_code", &self.bank_code).finish_non_exhaustive()
    }
}

impl Serialize for BankDetails {
    /// Masked: what is serialized goes to audit rows.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.bank_code, self.account_number_masked()).serialize(serializer)
    }
}

/// A bank account that a customer registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankAccount {
    /// The bank account.
    pub id: BankAccountId,
    /// Whose it is.
    pub user_id: UserId,
    /// Where the money goes.
    pub details: BankDetails,
    /// Whether it is the one to use when none is named. A person has at most one.
    pub is_default: bool,
    /// When the details were added or last changed; `None` for a person's first account, which replaces nothing and so
    /// needs no cooling-off.
    pub changed_at: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl BankAccount {
    /// From when payouts may go to it under a cooling-off time in hours; `None` when they may now.
    #[must_use]
    pub fn cooling_off_until(&self, now: Timestamp, cooling_off_hours: u32) -> Option<Timestamp> {
        let until = self.changed_at?.saturating_add(SignedDuration::from_hours(i64::from(cooling_off_hours)));
        // Saturating with a duration does not fail; if it did, the account would wait.
        let until = until.unwrap_or(Timestamp::MAX);
        (until > now).then_some(until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_checked_and_masked() {
        let details = BankDetails::new("058", "0123456789", "Adaeze Okafor").unwrap();
        assert_eq!(details.account_number_masked(), "******6789");
        assert!(!format!("{details:?}").contains("0123456789"));
        assert!(!serde_json::to_string(&details).unwrap().contains("0123456789"));
        let Err(Refusal::Invalid(errors)) = BankDetails::new("5x", "12345", "") else { panic!("must be refused") };
        assert_eq!(errors.len(), 3);
    }
}
