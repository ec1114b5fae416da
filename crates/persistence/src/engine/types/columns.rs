//! Domain types as columns: ids, instants, days, money, counts, bytes, documents. Those that are texts are in `texts`.

use jiff::Timestamp;
use jiff::civil::Date;
use ofektom_domain::business::Policy;
use ofektom_domain::idempotency::RequestHash;
use ofektom_domain::money::Money;
use ofektom_domain::people::TokenHash;
use ofektom_domain::plan::PaidBoxes;
use ofektom_domain::seal::{SealKeyId, SealMac};
use uuid::Uuid;

use super::kinds::{Bytes, Day, Instant, Json, Uid, Whole};
use super::{BoxError, Column};

/// All typed ids, which are a UUID inside, and the bare UUID.
impl<T> Column<Uid> for T
where
    T: From<Uuid> + Copy,
    Uuid: From<T>,
{
    fn to_column(&self) -> Uuid {
        Uuid::from(*self)
    }

    fn from_column(raw: Uuid) -> Result<Self, BoxError> {
        Ok(Self::from(raw))
    }
}

impl Column<Instant> for Timestamp {
    fn to_column(&self) -> i64 {
        self.as_microsecond()
    }

    fn from_column(raw: i64) -> Result<Self, BoxError> {
        Ok(Self::from_microsecond(raw)?)
    }
}

impl Column<Day> for Date {
    fn to_column(&self) -> Self {
        *self
    }

    fn from_column(raw: Self) -> Result<Self, BoxError> {
        Ok(raw)
    }
}

impl Column<Whole> for Money {
    fn to_column(&self) -> i64 {
        self.kobo()
    }

    fn from_column(raw: i64) -> Result<Self, BoxError> {
        Ok(Self::from_kobo(raw))
    }
}

impl Column<Whole> for u32 {
    fn to_column(&self) -> i64 {
        i64::from(*self)
    }

    fn from_column(raw: i64) -> Result<Self, BoxError> {
        Ok(Self::try_from(raw)?)
    }
}

impl Column<Whole> for i64 {
    fn to_column(&self) -> i64 {
        *self
    }

    fn from_column(raw: i64) -> Result<Self, BoxError> {
        Ok(raw)
    }
}

impl Column<Json> for serde_json::Value {
    fn to_column(&self) -> String {
        self.to_string()
    }

    fn from_column(raw: String) -> Result<Self, BoxError> {
        Ok(serde_json::from_str(&raw)?)
    }
}

/// A document that is written, and not looked into.
#[derive(Clone, Debug)]
pub(crate) struct Written(String);

impl Written {
    pub(crate) fn new(document: &serde_json::Value) -> Self {
        Self(document.to_string())
    }
}

impl Column<Json> for Written {
    fn to_column(&self) -> String {
        self.0.clone()
    }

    fn from_column(raw: String) -> Result<Self, BoxError> {
        Ok(Self(raw))
    }
}

impl Column<Json> for Policy {
    fn to_column(&self) -> String {
        serde_json::to_value(self).unwrap_or_default().to_string()
    }

    fn from_column(raw: String) -> Result<Self, BoxError> {
        Ok(serde_json::from_str(&raw)?)
    }
}

impl Column<Bytes> for TokenHash {
    fn to_column(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    fn from_column(raw: Vec<u8>) -> Result<Self, BoxError> {
        Ok(Self(<[u8; 32]>::try_from(raw.as_slice())?))
    }
}

impl Column<Bytes> for RequestHash {
    fn to_column(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    fn from_column(raw: Vec<u8>) -> Result<Self, BoxError> {
        Ok(Self(<[u8; 32]>::try_from(raw.as_slice())?))
    }
}

impl Column<Bytes> for PaidBoxes {
    fn to_column(&self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }

    fn from_column(raw: Vec<u8>) -> Result<Self, BoxError> {
        Ok(Self::from_bytes(raw))
    }
}

/// What was tampered with is read all the same, so that it can be named: bytes of another number become bytes that no key makes.
impl Column<Bytes> for SealMac {
    fn to_column(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    fn from_column(raw: Vec<u8>) -> Result<Self, BoxError> {
        Ok(Self(sized(&raw)))
    }
}

impl Column<Bytes> for SealKeyId {
    fn to_column(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    fn from_column(raw: Vec<u8>) -> Result<Self, BoxError> {
        Ok(Self(sized(&raw)))
    }
}

/// Neither a hash nor the name of a key, but by a chance that does not count.
fn sized<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().unwrap_or([u8::MAX; N])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_another_number_fit_nothing() {
        let mac = SealMac([7; 32]);
        let read = |bytes: &[u8]| SealMac::from_column(bytes.to_vec()).unwrap();
        assert_eq!(read(&[7; 32]), mac);
        assert_ne!(read(&[7; 33]), mac);
        assert_ne!(read(&[0; 31]), SealMac::NONE);
        assert_ne!(SealKeyId::from_column(vec![7; 9]).unwrap(), SealKeyId([7; 8]));
    }
}
