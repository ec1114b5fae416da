//! Randomness from the operating system.

use ofektom_domain::ports::Randomness;

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsRandomness;

impl OsRandomness {
    #[expect(clippy::expect_used, reason = "without randomness no token or salt may be made; there is no way on")]
    fn fill<const N: usize>() -> [u8; N] {
        let mut bytes = [0; N];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        bytes
    }
}

impl Randomness for OsRandomness {
    /// # Panics
    /// When the operating system has no generator.
    fn seed(&self) -> u128 {
        u128::from_le_bytes(Self::fill())
    }

    /// # Panics
    /// When the operating system has no generator.
    fn token(&self) -> [u8; 32] {
        Self::fill()
    }
}
