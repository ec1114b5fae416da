//! Sign-ins that the person himself should hear of.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::Session;
use crate::ids::NotificationId;
use crate::notification::{Notification, NotificationFacts};

/// How many failures before a success are suspicious.
const FAILURES_SUSPICIOUS: u32 = 5;

/// From where a person signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInPlace {
    /// The client's address.
    pub address: Option<IpAddr>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
}

/// Why a sign-in with the right secret is suspicious all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Suspicion {
    /// Several wrong secrets were tried before.
    AfterFailures {
        /// How many.
        failed: u32,
    },
    /// The person was never seen at this address, nor with this client.
    NewPlace,
}

impl Suspicion {
    /// The name in rows and messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AfterFailures { .. } => "after_failures",
            Self::NewPlace => "new_place",
        }
    }
}

/// Whether a sign-in at `place` is suspicious, after `failed` wrong secrets since the last success, for a person who was
/// `seen` at other places before. A new address alone is not (phones change theirs all day), nor a new client alone (it is
/// updated), nor the very first sign-in.
#[must_use]
pub fn suspicion(failed: u32, seen: &[SignInPlace], place: &SignInPlace) -> Option<Suspicion> {
    if failed >= FAILURES_SUSPICIOUS {
        return Some(Suspicion::AfterFailures { failed });
    }
    let known = |before: &SignInPlace| before.address == place.address || before.user_agent == place.user_agent;
    (!seen.is_empty() && !seen.iter().any(known)).then_some(Suspicion::NewPlace)
}

/// Tells the person of a suspicious sign-in, whose session he can end.
#[must_use]
pub fn suspicion_notify(id: NotificationId, session: &Session, suspicion: Suspicion) -> Notification {
    Notification {
        id,
        user_id: session.user_id,
        business_id: None,
        subject_id: session.id.uuid(),
        facts: NotificationFacts::SuspiciousSignIn { suspicion },
        created_at: session.created_at,
        read_at: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(address: &str, user_agent: &str) -> SignInPlace {
        SignInPlace { address: Some(address.parse().unwrap()), user_agent: Some(user_agent.to_owned()) }
    }

    #[test]
    fn a_new_address_with_a_new_client_and_many_failures_are_suspicious() {
        let seen = [place("192.0.2.1", "Phone"), place("192.0.2.2", "Browser")];
        assert_eq!(suspicion(0, &[], &place("192.0.2.9", "Other")), None, "the first sign-in");
        assert_eq!(suspicion(4, &seen, &place("192.0.2.9", "Phone")), None, "his phone elsewhere");
        assert_eq!(suspicion(4, &seen, &place("192.0.2.1", "Other")), None, "another client at home");
        assert_eq!(suspicion(0, &seen, &place("192.0.2.9", "Other")), Some(Suspicion::NewPlace));
        let after = Some(Suspicion::AfterFailures { failed: 5 });
        assert_eq!(suspicion(5, &seen, &seen[0]), after);
        assert_eq!(suspicion(5, &[], &seen[0]), after);
    }
}
