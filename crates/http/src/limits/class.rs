//! What a route costs.

/// Of which class a route is: what its requests are counted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateClass {
    /// Never limited: for those who watch over the server, often through the address of a proxy.
    Unlimited,
    /// One unit at the address, the person and the business.
    Usual,
    /// As many units as `HEAVY_UNITS`: one request that does the work of many.
    Heavy,
    /// Answered with hashing, or a try at a secret or code: one unit, and one of a tighter quota of its own at the address.
    SignIn,
}

/// What a heavy request is counted as.
const HEAVY_UNITS: u32 = 10;

impl RateClass {
    /// What a request is counted as; `None` when it is not.
    #[must_use]
    pub const fn units(self) -> Option<u32> {
        match self {
            Self::Unlimited => None,
            Self::Usual | Self::SignIn => Some(1),
            Self::Heavy => Some(HEAVY_UNITS),
        }
    }
}
