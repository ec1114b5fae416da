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
    /// When the details were added or last changed, or it became the default; `None` for a person's first account, which
    /// replaces nothing and so needs no cooling-off.
    pub changed_at: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl BankAccount {
    /// It with these details, as the default or not. Other details and becoming the default are a change: payouts wait.
    #[must_use]
    pub fn changed_to(&self, details: BankDetails, is_default: bool, now: Timestamp) -> Self {
        let changed = details != self.details || (is_default && !self.is_default);
        Self {
            details,
            is_default,
            changed_at: if changed { Some(now) } else { self.changed_at },
            updated_at: now,
            ..self.clone()
        }
    }

    /// Which of a person's accounts becomes the default when `removed` goes: the most recently added one, if `removed`
    /// was the default.
    #[must_use]
    pub fn default_after_removal(removed: &Self, remaining: &[Self], now: Timestamp) -> Option<Self> {
        let next = remaining.iter().filter(|account| account.id != removed.id).max_by_key(|account| account.id)?;
        removed.is_default.then(|| next.changed_to(next.details.clone(), true, now))
    }

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

    fn account(number: u128, is_default: bool) -> BankAccount {
        let id = |number| uuid::Uuid::from_u128(number).into();
        let at = Timestamp::UNIX_EPOCH;
        BankAccount {
            id: id(number),
            user_id: uuid::Uuid::from_u128(7).into(),
            details: BankDetails::new("058", &format!("{number:010}"), "Adaeze Okafor").unwrap(),
            is_default,
            changed_at: None,
            created_at: at,
            updated_at: at,
        }
    }

    #[test]
    fn becoming_the_default_is_a_change_and_staying_it_is_none() {
        let now = Timestamp::from_second(1_000).unwrap();
        let (default, other) = (account(1, true), account(2, false));
        let stays = default.changed_to(default.details.clone(), true, now);
        assert_eq!((stays.is_default, stays.changed_at), (true, None));
        let becomes = other.changed_to(other.details.clone(), true, now);
        assert_eq!((becomes.is_default, becomes.changed_at), (true, Some(now)));
        let ceases = default.changed_to(default.details.clone(), false, now);
        assert_eq!((ceases.is_default, ceases.changed_at), (false, None));
        assert_eq!(default.changed_to(other.details, true, now).changed_at, Some(now));
    }

    #[test]
    fn the_newest_that_remains_becomes_the_default() {
        let now = Timestamp::from_second(1_000).unwrap();
        let all = [account(1, false), account(3, false), account(2, true)];
        let next = BankAccount::default_after_removal(&all[2], &all, now).unwrap();
        assert_eq!((next.id, next.is_default, next.changed_at), (all[1].id, true, Some(now)));
        assert_eq!(BankAccount::default_after_removal(&all[0], &all[1..], now), None, "the default stays");
        assert_eq!(BankAccount::default_after_removal(&all[2], &all[2..], now), None, "nothing remains");
    }

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
