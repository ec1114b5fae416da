//! Access tokens: JWT (RFC 7519) signed with HMAC-SHA256. One names a session and is worth nothing without it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use ofektom_domain::ids::{SessionId, UserId};
use serde::{Deserialize, Serialize};

use crate::error::{AuthError, AuthResult};
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
    verifying: DecodingKey,
    validation: Validation,
}

impl AccessTokens {
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
            header: Header { kid: Some(URL_SAFE_NO_PAD.encode(keys.access_token_id)), ..Header::new(Algorithm::HS256) },
            signing: EncodingKey::from_secret(keys.access_token.as_slice()),
            verifying: DecodingKey::from_secret(keys.access_token.as_slice()),
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
        let data = jsonwebtoken::decode::<AccessClaims>(token, &self.verifying, &self.validation)
            .map_err(|_| AuthError::InvalidToken)?;
        let header_is_ours =
            data.header.typ == self.header.typ && data.header.kid == self.header.kid && data.header.crit.is_none();
        if header_is_ours && now.as_second() < data.claims.exp { Ok(data.claims) } else { Err(AuthError::InvalidToken) }
    }
}

impl std::fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessTokens").field("kid", &self.header.kid).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use ofektom_domain::ids::IdFactory;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
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
