//! The bytes of a value in Redis: version, number of tokens, tokens, then the value or that there is none.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::token::Token;
use crate::codec::{self, EncodeError};

/// What was read from under a value's key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Framed<V> {
    /// A value whose tokens are the present ones, or that there is none.
    Current(Option<V>),
    /// Something changed since it was stored.
    Ended,
    /// None of ours, or of another version.
    Garbage,
}

/// The frame of a value that was read while its tags had these tokens.
pub(crate) fn encode<V: Serialize>(version: u8, tokens: &[Token], value: Option<&V>) -> Result<Vec<u8>, EncodeError> {
    let count = u8::try_from(tokens.len()).map_err(|_| codec::too_long())?;
    let mut bytes = vec![version, count];
    for token in tokens {
        bytes.extend_from_slice(token.as_bytes());
    }
    codec::encode_onto(&mut bytes, &value)?;
    Ok(bytes)
}

/// The value of a frame, `tokens` being what its tags have now; one that is missing is equal to none.
pub(crate) fn decode<V: DeserializeOwned>(version: u8, tokens: &[Option<Token>], bytes: &[u8]) -> Framed<V> {
    let Some((&[found, count], rest)) = bytes.split_first_chunk::<2>() else { return Framed::Garbage };
    if found != version || usize::from(count) != tokens.len() {
        return Framed::Garbage;
    }
    let Some((stored, body)) = rest.split_at_checked(tokens.len() * Token::LENGTH) else { return Framed::Garbage };
    let stored = stored.chunks_exact(Token::LENGTH).map(Token::read);
    if !stored.eq(tokens.iter().copied()) {
        return Framed::Ended;
    }
    codec::decode_whole(body).map_or(Framed::Garbage, Framed::Current)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokens(count: usize) -> Vec<Token> {
        (0..count).map(|_| Token::random().unwrap()).collect()
    }

    fn present(tokens: &[Token]) -> Vec<Option<Token>> {
        tokens.iter().copied().map(Some).collect()
    }

    #[test]
    fn a_frame_counts_while_all_tokens_are_the_same() {
        let stored = tokens(3);
        let bytes = encode(1, &stored, Some(&"cash".to_owned())).unwrap();
        assert_eq!(decode(1, &present(&stored), &bytes), Framed::Current(Some("cash".to_owned())));
        for at in 0..3 {
            let mut now = present(&stored);
            now[at] = Some(Token::random().unwrap());
            assert_eq!(decode::<String>(1, &now, &bytes), Framed::Ended);
            now[at] = None;
            assert_eq!(decode::<String>(1, &now, &bytes), Framed::Ended);
        }
        let none = encode::<String>(1, &stored, None).unwrap();
        assert_eq!(decode::<String>(1, &present(&stored), &none), Framed::Current(None));
    }

    #[test]
    fn another_version_or_number_of_tags_is_garbage() {
        let stored = tokens(2);
        let bytes = encode(1, &stored, Some(&7_u64)).unwrap();
        assert_eq!(decode::<u64>(2, &present(&stored), &bytes), Framed::Garbage);
        assert_eq!(decode::<u64>(1, &present(&tokens(3)), &bytes), Framed::Garbage);
    }

    proptest! {
        #[test]
        fn no_bytes_panic_and_cut_ones_never_count(
            text in ".{0,40}", cut in any::<prop::sample::Index>(), noise in prop::collection::vec(any::<u8>(), 0..80),
        ) {
            let stored = tokens(2);
            let bytes = encode(1, &stored, Some(&text)).unwrap();
            let cut = bytes.get(..cut.index(bytes.len())).unwrap();
            prop_assert_eq!(decode::<String>(1, &present(&stored), cut), Framed::Garbage);
            let _ = decode::<String>(1, &present(&stored), &noise);
            let _ = decode::<String>(noise.first().copied().unwrap_or(0), &[], &noise);
        }
    }
}
