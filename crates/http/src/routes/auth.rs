//! Sign-in.

use super::Row;
use crate::handlers::auth::{
    ActivateBody, LoggedOutView, LoginBody, RefreshBody, ResetBody, ResetRequestBody, ResetRequestedView,
    SecretChangeBody, SessionView, SignUpBody, TokensView, UserView, activate, login, logout, logout_all, refresh,
    secret_change, secret_reset, secret_reset_request, session_end, sessions_list, sign_up,
};
use crate::limits::RateClass;
use crate::problem::kind;

pub(super) fn rows() -> Vec<Row> {
    [sign_in(), secrets()].into_iter().flatten().collect()
}

fn sign_in() -> Vec<Row> {
    vec![
        Row::post("/api/v1/auth/signup", "sign_up", sign_up)
            .public()
            .counted_as(RateClass::SignIn)
            .summary("Signs a person up")
            .takes::<SignUpBody>()
            .gives::<UserView>(201)
            .refuses(&[kind::PHONE_TAKEN, kind::OVERLOADED, kind::UNAVAILABLE]),
        Row::post("/api/v1/auth/login", "login", login)
            .public()
            .counted_as(RateClass::SignIn)
            .summary("Signs a person in")
            .takes::<LoginBody>()
            .gives::<TokensView>(200)
            .refuses(&[
                kind::INVALID_CREDENTIALS,
                kind::ACCOUNT_SUSPENDED,
                kind::ACCOUNT_LOCKED,
                kind::OVERLOADED,
                kind::UNAVAILABLE,
            ]),
        Row::post("/api/v1/auth/refresh", "refresh", refresh)
            .public()
            .summary("Exchanges a refresh token for new tokens; using one twice ends its session")
            .takes::<RefreshBody>()
            .gives::<TokensView>(200)
            .refuses(&[kind::UNAUTHENTICATED, kind::UNAVAILABLE]),
        Row::post("/api/v1/auth/activate", "user_activate", activate)
            .public()
            .counted_as(RateClass::SignIn)
            .summary("Sets the secret of a person whom someone else registered")
            .takes::<ActivateBody>()
            .gives::<UserView>(200)
            .refuses(&[kind::NOT_FOUND, kind::OVERLOADED, kind::UNAVAILABLE]),
        Row::post("/api/v1/auth/logout", "logout", logout).summary("Ends the session of this request"),
        Row::post("/api/v1/auth/logout-all", "logout_all", logout_all)
            .summary("Ends all sessions of the caller")
            .gives::<LoggedOutView>(200),
        Row::get("/api/v1/auth/sessions", "sessions_list", sessions_list)
            .summary("Where the caller is signed in")
            .gives_page_of::<SessionView>(),
        Row::delete("/api/v1/auth/sessions/{id}", "session_end", session_end)
            .summary("Ends one of the caller's sessions"),
    ]
}

fn secrets() -> Vec<Row> {
    vec![
        Row::post("/api/v1/auth/secret/change", "secret_change", secret_change)
            .counted_as(RateClass::SignIn)
            .summary("Changes the caller's PIN or passphrase; his other sessions end")
            .takes::<SecretChangeBody>()
            .gives::<LoggedOutView>(200)
            .refuses(&[kind::OLD_SECRET_WRONG, kind::ACCOUNT_LOCKED, kind::OVERLOADED]),
        Row::post("/api/v1/auth/secret/reset-request", "secret_reset_request", secret_reset_request)
            .public()
            .counted_as(RateClass::SignIn)
            .summary("Sends a reset code to the number, if it has an account; the answer is the same if not")
            .takes::<ResetRequestBody>()
            .gives::<ResetRequestedView>(202)
            .refuses(&[kind::OVERLOADED, kind::UNAVAILABLE]),
        Row::post("/api/v1/auth/secret/reset", "secret_reset", secret_reset)
            .public()
            .counted_as(RateClass::SignIn)
            .summary("Sets a new PIN or passphrase by a reset code; all sessions of the person end")
            .takes::<ResetBody>()
            .refuses(&[kind::CODE_REJECTED, kind::ACCOUNT_LOCKED, kind::OVERLOADED, kind::UNAVAILABLE]),
    ]
}
