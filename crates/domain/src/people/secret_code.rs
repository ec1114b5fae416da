//! Reset codes: by which a person who forgot his secret sets a new one.

use jiff::{SignedDuration, Timestamp};

use super::TokenHash;
use crate::ids::UserId;

/// How long a code may be used, in minutes.
pub const SECRET_CODE_MINUTES: u32 = 10;
/// How many codes may be tried before the right one is worth nothing.
pub const SECRET_CODE_TRIES_MAX: u32 = 5;
/// How many digits a code has. With at most five codes in a quarter of an hour and five tries for each, someone who knows
/// a number and guesses day and night finds a code of 8 digits within a year once in a hundred cases.
pub const SECRET_CODE_DIGITS: usize = 8;

/// A reset code as it is stored: one for each phone number, in place of any before. A number that nobody has, or whose
/// person may not reset, gets one like the others, so that the store tells nobody who has an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretCode {
    /// A keyed hash of the phone number.
    pub key: TokenHash,
    /// Whose secret it resets; `None` when no code is right.
    pub user_id: Option<UserId>,
    /// A keyed hash of number and code.
    pub code_hash: TokenHash,
    /// How many wrong codes were tried.
    pub tries: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it may be used.
    pub expires_at: Timestamp,
}

/// What an offered code is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeVerdict {
    /// It is right: it resets the secret of this person.
    Right(UserId),
    /// It is wrong, which counts.
    Wrong,
    /// The stored code is too old, or was tried too often: even the right one resets nothing.
    Worthless,
}

impl SecretCode {
    /// A code made now.
    #[must_use]
    pub fn new(key: TokenHash, user_id: Option<UserId>, code_hash: TokenHash, now: Timestamp) -> Self {
        let life = SignedDuration::from_mins(i64::from(SECRET_CODE_MINUTES));
        let expires_at = now.checked_add(life).unwrap_or(Timestamp::MAX);
        Self { key, user_id, code_hash, tries: 0, created_at: now, expires_at }
    }

    /// What an offered code is worth at `now`.
    #[must_use]
    pub fn verdict(&self, offered: TokenHash, now: Timestamp) -> CodeVerdict {
        if now >= self.expires_at || self.tries >= SECRET_CODE_TRIES_MAX {
            return CodeVerdict::Worthless;
        }
        match self.user_id {
            Some(user) if offered == self.code_hash => CodeVerdict::Right(user),
            _ => CodeVerdict::Wrong,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_750_000_000 + seconds).unwrap()
    }

    #[test]
    fn a_code_is_right_for_ten_minutes_and_five_tries() {
        let user = uuid::Uuid::from_u128(7).into();
        let (right, wrong) = (TokenHash([1; 32]), TokenHash([2; 32]));
        let code = SecretCode::new(TokenHash([9; 32]), Some(user), right, at(0));
        assert_eq!(code.verdict(right, at(599)), CodeVerdict::Right(user));
        assert_eq!(code.verdict(wrong, at(599)), CodeVerdict::Wrong);
        assert_eq!(code.verdict(right, at(600)), CodeVerdict::Worthless);
        let tried = |tries| SecretCode { tries, ..code.clone() };
        assert_eq!(tried(4).verdict(right, at(1)), CodeVerdict::Right(user));
        assert_eq!(tried(5).verdict(right, at(1)), CodeVerdict::Worthless);
        let nobody = SecretCode { user_id: None, ..code };
        assert_eq!(nobody.verdict(right, at(1)), CodeVerdict::Wrong);
    }
}
