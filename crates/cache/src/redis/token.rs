//! The version of a tag in Redis: random, so that a lost one never comes back.

/// 16 random bytes under a tag's key. A value in Redis carries the tokens that its tags had before it was read from the
/// database, and counts while they are still there. A token that was evicted, flushed or overwritten makes it a miss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token([u8; Self::LENGTH]);

impl Token {
    pub(crate) const LENGTH: usize = 16;

    /// A token that never was.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; Self::LENGTH];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The token of these bytes; `None` for garbage.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(crate) const fn into_bytes(self) -> [u8; Self::LENGTH] {
        self.0
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}
