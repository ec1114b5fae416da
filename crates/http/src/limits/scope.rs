//! For whom requests are counted.

use super::LimitSettings;

/// Whose requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Those for signing in from one address.
    SignIn,
    /// All from one address.
    Address,
    /// Those of one person.
    User,
    /// Those in one business.
    Business,
}

/// One of something for each scope.
#[derive(Clone, Debug)]
pub(super) struct PerScope<T> {
    sign_in: T,
    address: T,
    user: T,
    business: T,
}

impl Scope {
    pub(super) const ALL: [Self; 4] = [Self::SignIn, Self::Address, Self::User, Self::Business];

    /// Its name in headers and in Redis.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Address => "address",
            Self::User => "user",
            Self::Business => "business",
        }
    }

    /// How a refusal names it.
    pub(super) const fn told(self) -> &'static str {
        match self {
            Self::SignIn => "for signing in from this address",
            Self::Address => "from this address",
            Self::User => "of this person",
            Self::Business => "in this business",
        }
    }

    /// Its place in a set.
    pub(super) const fn bit(self) -> u8 {
        match self {
            Self::SignIn => 1,
            Self::Address => 2,
            Self::User => 4,
            Self::Business => 8,
        }
    }

    pub(super) const fn units(self, settings: &LimitSettings) -> u32 {
        match self {
            Self::SignIn => settings.sign_in_per_minute,
            Self::Address => settings.address_per_minute,
            Self::User => settings.user_per_minute,
            Self::Business => settings.business_per_minute,
        }
    }
}

impl<T> PerScope<T> {
    pub(super) fn of(make: impl Fn(Scope) -> T) -> Self {
        Self {
            sign_in: make(Scope::SignIn),
            address: make(Scope::Address),
            user: make(Scope::User),
            business: make(Scope::Business),
        }
    }

    pub(super) const fn get(&self, scope: Scope) -> &T {
        match scope {
            Scope::SignIn => &self.sign_in,
            Scope::Address => &self.address,
            Scope::User => &self.user,
            Scope::Business => &self.business,
        }
    }
}
