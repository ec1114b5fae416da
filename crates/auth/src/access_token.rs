//! Access tokens: JWT (RFC 7519) signed with HMAC-SHA256. One names a session and is worth nothing without it.
//!
//! A token names its key (`kid`), so that tokens of a former key, and of one that other servers use already, are verified too.

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use ofektom_domain::ids::{SessionId, UserId};
use serde::{Deserialize, Serialize};

use crate::error::{AuthError, AuthResult};
use crate::key_ring::DerivedRing;
use crate::keys::DerivedKeys;

/// How long an access token lives, in seconds.
pub const ACCESS_TOKEN_SECONDS: i64 = 15 * 60;

/// Who issues the tokens.
const ISSUER: &str = "ofektom";

/// Longest text that is looked at, in bytes: three times as long as ours.
const TOKEN_BYTES_MAX: usize = 1024;

/// What an access token states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// The person.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
    /// From when it is worth nothing, in seconds since 1970.
    pub exp: i64,
    /// Who issued it.
    pub iss: String,
}

/// Issues and verifies access tokens.
pub struct AccessTokens {
    header: Header,
    signing: EncodingKey,
    present: Verifying,
    others: Vec<Verifying>,
    validation: Validation,
}

/// A key that verifies, and its name.
struct Verifying {
    kid: String,
    key: DecodingKey,
}

impl Verifying {
    fn of(keys: &DerivedKeys) -> Self {
        Self { kid: keys.name(), key: DecodingKey::from_secret(keys.access_token.as_slice()) }
    }
}

impl AccessTokens {
    /// Issues under the present key of a ring, and verifies under all of them.
    #[must_use]
    pub fn of_ring(ring: &DerivedRing) -> Self {
        Self { others: ring.others().map(Verifying::of).collect(), ..Self::new(&ring.present) }
    }

    /// Issues and verifies under the derived key.
    #[must_use]
    pub fn new(keys: &DerivedKeys) -> Self {
        // Without this the library looks at the features it was compiled with, and panics at the first token when some
        // other crate of the build switched a second provider on. An error says that it was installed before.
        let _ = jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER.install_default();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        validation.set_issuer(&[ISSUER]);
        validation.leeway = 0;
        // The library would ask the system's clock; the time is a parameter here.
        validation.validate_exp = false;
        Self {
            header: Header { kid: Some(keys.name()), ..Header::new(Algorithm::HS256) },
            signing: EncodingKey::from_secret(keys.access_token.as_slice()),
            present: Verifying::of(keys),
            others: Vec::new(),
            validation,
        }
    }

    /// A token for a session, which lives [`ACCESS_TOKEN_SECONDS`] but never longer than the session; and its life in
    /// seconds.
    ///
    /// # Errors
    /// [`AuthError::Internal`] when it cannot be encoded.
    pub fn issue(
        &self,
        user: UserId,
        session: SessionId,
        now: Timestamp,
        session_expires_at: Timestamp,
    ) -> AuthResult<(String, u64)> {
        let iat = now.as_second();
        let exp = iat.saturating_add(ACCESS_TOKEN_SECONDS).min(session_expires_at.as_second());
        let claims = AccessClaims { sub: user, sid: session, iat, exp, iss: ISSUER.to_owned() };
        let token = jsonwebtoken::encode(&self.header, &claims, &self.signing)
            .map_err(|_| AuthError::Internal("an access token could not be encoded"))?;
        Ok((token, u64::try_from(exp.saturating_sub(iat)).unwrap_or(0)))
    }

    /// What a genuine token that still lives at `now` states.
    ///
    /// # Errors
    /// [`AuthError::InvalidToken`] for any other text.
    pub fn verify(&self, token: &str, now: Timestamp) -> AuthResult<AccessClaims> {
        if token.len() > TOKEN_BYTES_MAX {
            return Err(AuthError::InvalidToken);
        }
        let verifying = self.verifying(token)?;
        let data = jsonwebtoken::decode::<AccessClaims>(token, &verifying.key, &self.validation)
            .map_err(|_| AuthError::InvalidToken)?;
        let header = &data.header;
        let header_is_ours = header.typ == self.header.typ
            && header.kid.as_deref() == Some(verifying.kid.as_str())
            && header.crit.is_none();
        if header_is_ours && now.as_second() < data.claims.exp { Ok(data.claims) } else { Err(AuthError::InvalidToken) }
    }

    /// The key to verify a token with. With a single key there is nothing to look for.
    fn verifying(&self, token: &str) -> AuthResult<&Verifying> {
        if self.others.is_empty() {
            return Ok(&self.present);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| AuthError::InvalidToken)?;
        let mut all = std::iter::once(&self.present).chain(&self.others);
        all.find(|verifying| header.kid.as_deref() == Some(verifying.kid.as_str())).ok_or(AuthError::InvalidToken)
    }
}

impl std::fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessTokens").field("kid", &self.header.kid).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use ofektom_domain::ids::IdFactory;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::key_ring::KeyRing;
    use crate::keys::SecretKey;

    const NOW_SECOND: i64 = 1_750_000_000;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(NOW_SECOND + seconds).unwrap()
    }

    fn keys(secret: &str) -> DerivedKeys {
        SecretKey::new(secret.repeat(32).into()).unwrap().derive()
    }

    fn tokens() -> AccessTokens {
        AccessTokens::new(&keys("k"))
    }

    fn issued() -> (String, UserId, SessionId) {
        let mut ids = IdFactory::new(at(0), 7);
        let (user, session) = (ids.make(), ids.make());
        let (token, life) = tokens().issue(user, session, at(0), at(1_000_000)).unwrap();
        assert_eq!(life, 900);
        (token, user, session)
    }

    /// A token of any header and claims, signed with the right key or as the header says.
    fn forged(header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &tokens().signing, Algorithm::HS256).unwrap();
        format!("{message}.{signature}")
    }

    fn good_header() -> Value {
        json!({ "typ": "JWT", "alg": "HS256", "kid": tokens().header.kid })
    }

    fn good_claims() -> Value {
        let (_, user, session) = issued();
        json!({ "sub": user, "sid": session, "iat": NOW_SECOND, "exp": NOW_SECOND + 900, "iss": "ofektom" })
    }

    fn with(mut value: Value, key: &str, to: Value) -> Value {
        value[key] = to;
        value
    }

    fn refused(token: &str) -> bool {
        matches!(tokens().verify(token, at(1)), Err(AuthError::InvalidToken))
    }

    #[test]
    fn a_token_states_whom_it_is_for_until_it_expires() {
        let (token, user, session) = issued();
        let claims = tokens().verify(&token, at(899)).unwrap();
        assert_eq!((claims.sub, claims.sid, claims.exp - claims.iat), (user, session, 900));
        assert!(matches!(tokens().verify(&token, at(900)), Err(AuthError::InvalidToken)));
        assert!(matches!(tokens().verify(&token, at(1_000_000)), Err(AuthError::InvalidToken)));
    }

    #[test]
    fn a_token_never_outlives_its_session() {
        let (_, user, session) = issued();
        let (token, life) = tokens().issue(user, session, at(0), at(60)).unwrap();
        assert_eq!(life, 60);
        assert!(tokens().verify(&token, at(59)).is_ok());
        assert!(tokens().verify(&token, at(60)).is_err());
    }

    #[test]
    fn a_token_of_another_key_is_refused() {
        let (token, ..) = issued();
        assert!(AccessTokens::new(&keys("z")).verify(&token, at(1)).is_err());
    }

    #[test]
    fn former_and_coming_keys_verify_and_the_present_one_signs() {
        let secret = |letter: &str| SecretKey::new(letter.repeat(32).into()).unwrap();
        let (_, user, session) = issued();
        let of = |letter: &str| AccessTokens::new(&keys(letter)).issue(user, session, at(0), at(1_000)).unwrap().0;
        let ring = KeyRing::new(secret("k")).with_previous(vec![secret("j"), secret("i")]).with_next(vec![secret("l")]);
        let tokens = AccessTokens::of_ring(&ring.derive());
        for letter in ["i", "j", "k", "l"] {
            assert_eq!(tokens.verify(&of(letter), at(1)).unwrap().sub, user, "{letter}");
            assert!(tokens.verify(&of(letter), at(900)).is_err(), "{letter}: expired");
        }
        assert!(tokens.verify(&of("z"), at(1)).is_err());
        let (signed, _) = tokens.issue(user, session, at(0), at(1_000)).unwrap();
        assert!(AccessTokens::new(&keys("k")).verify(&signed, at(1)).is_ok());
        // The name of one key over the signature of another.
        let (_, rest) = of("j").split_once('.').map(|(head, rest)| (head.to_owned(), rest.to_owned())).unwrap();
        let (head, _) = of("k").split_once('.').map(|(head, rest)| (head.to_owned(), rest.to_owned())).unwrap();
        assert!(tokens.verify(&format!("{head}.{rest}"), at(1)).is_err());
    }

    #[test]
    fn the_forger_of_these_tests_makes_good_tokens() {
        assert!(!refused(&forged(&good_header(), &good_claims())));
    }

    #[test]
    fn other_algorithms_are_refused() {
        for alg in ["none", "None", "HS384", "HS512", "RS256", "ES256", "EdDSA", ""] {
            let token = forged(&with(good_header(), "alg", json!(alg)), &good_claims());
            assert!(refused(&token), "{alg}");
            let (message, _) = token.rsplit_once('.').unwrap();
            assert!(refused(&format!("{message}.")), "{alg} without signature");
        }
    }

    #[test]
    fn a_header_or_claims_that_are_not_ours_are_refused() {
        for (key, value) in [
            ("typ", json!("at+jwt")),
            ("typ", Value::Null),
            ("kid", json!("other")),
            ("kid", Value::Null),
            ("crit", json!(["exp"])),
        ] {
            assert!(refused(&forged(&with(good_header(), key, value), &good_claims())), "{key}");
        }
        for (key, value) in [
            ("iss", json!("someone else")),
            ("iss", Value::Null),
            ("exp", json!("never")),
            ("exp", Value::Null),
            ("exp", json!(NOW_SECOND - 1)),
            ("sid", Value::Null),
            ("sub", json!("not an id")),
            ("aud", json!("another service")),
        ] {
            assert!(refused(&forged(&good_header(), &with(good_claims(), key, value))), "{key}");
        }
    }

    #[test]
    fn any_changed_character_is_noticed() {
        let (token, ..) = issued();
        for place in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            assert!(refused(std::str::from_utf8(&bytes).unwrap()), "place {place}");
        }
    }

    #[test]
    fn a_long_text_is_not_looked_at() {
        let claims = with(good_claims(), "more", json!("x".repeat(2_000)));
        assert!(refused(&forged(&good_header(), &claims)));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[A-Za-z0-9_.=-]{0,200}", any in "\\PC{0,60}") {
            prop_assert!(refused(&text));
            prop_assert!(refused(&any));
        }
    }
}
