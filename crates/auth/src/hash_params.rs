//! The cost of hashing a secret.

use argon2::{KeyId, Params, ParamsBuilder};

/// Cost of Argon2id. The least are OWASP's and the default: 19 MiB, 2 passes, 1 lane; an operator may raise them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashParams {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes. They are computed one after the other.
    pub lanes: u32,
}

/// The parameters are out of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Argon2 needs {} to {} KiB of memory, {} to {} passes and {} to {} lanes",
    HashParams::LEAST.memory_kib, HashParams::MOST.memory_kib, HashParams::LEAST.passes, HashParams::MOST.passes,
    HashParams::LEAST.lanes, HashParams::MOST.lanes
)]
pub struct InvalidHashParams;

impl HashParams {
    /// The least, and the default.
    pub const LEAST: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };

    /// The most: beyond them one sign-in would hold a server up. They also bound what a stored hash can demand.
    pub const MOST: Self = Self { memory_kib: 1024 * 1024, passes: 16, lanes: 8 };

    /// These, when each is within its bounds.
    pub(crate) fn checked(self) -> Result<Self, InvalidHashParams> {
        let within = (Self::LEAST.memory_kib..=Self::MOST.memory_kib).contains(&self.memory_kib)
            && (Self::LEAST.passes..=Self::MOST.passes).contains(&self.passes)
            && (Self::LEAST.lanes..=Self::MOST.lanes).contains(&self.lanes);
        if within { Ok(self) } else { Err(InvalidHashParams) }
    }

    /// The parameters for the library, with the name of the pepper that goes with them.
    pub(crate) fn named(self, pepper: &[u8]) -> Result<Params, InvalidHashParams> {
        let mut builder = ParamsBuilder::new();
        builder.m_cost(self.memory_kib).t_cost(self.passes).p_cost(self.lanes);
        builder.keyid(KeyId::new(pepper).map_err(|_| InvalidHashParams)?);
        builder.build().map_err(|_| InvalidHashParams)
    }

    /// What a stored hash was made with.
    pub(crate) fn of(params: &Params) -> Self {
        Self { memory_kib: params.m_cost(), passes: params.t_cost(), lanes: params.p_cost() }
    }

    /// Whether every parameter is at most the most: a stored hash may be cheaper than what is configured now.
    pub(crate) fn is_affordable(self) -> bool {
        self.memory_kib <= Self::MOST.memory_kib && self.passes <= Self::MOST.passes && self.lanes <= Self::MOST.lanes
    }
}

impl Default for HashParams {
    fn default() -> Self {
        Self::LEAST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_only_go_up_and_not_without_end() {
        assert!(HashParams::default().checked().is_ok());
        assert!(HashParams::MOST.checked().is_ok());
        let least = HashParams::LEAST;
        for params in [
            HashParams { memory_kib: least.memory_kib - 1, ..least },
            HashParams { passes: 1, ..least },
            HashParams { lanes: 0, ..least },
            HashParams { memory_kib: u32::MAX, ..least },
            HashParams { passes: 17, ..least },
            HashParams { lanes: 9, ..least },
        ] {
            assert_eq!(params.checked().err(), Some(InvalidHashParams), "{params:?}");
        }
        assert!(InvalidHashParams.to_string().contains("19456 to 1048576 KiB"));
    }
}
