//! Sign-in.

use super::Row;
use crate::handlers::auth::{
    ActivateBody, LoggedOutView, LoginBody, RefreshBody, SessionView, SignUpBody, TokensView, UserView, activate,
    login, logout, logout_all, refresh, session_end, sessions_list, sign_up,
};
use crate::problem::kind;

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::post("/api/v1/auth/signup", "sign_up", sign_up)
            .public()
            .summary("Signs a person up")
            .takes::<SignUpBody>()
            .gives::<UserView>(201)
            .refuses(&[kind::PHONE_TAKEN, kind::OVERLOADED, kind::UNAVAILABLE]),
        Row::post("/api/v1/auth/login", "login", login)
            .public()
            .summary("Signs a person in")
            .takes::<LoginBody>()
            .gives::<TokensView>(200)
            .refuses(&[kind::INVALID_CREDENTIALS, kind::ACCOUNT_LOCKED, kind::OVERLOADED, kind::UNAVAILABLE]),
        Row::post("/api/v1/auth/refresh", "refresh", refresh)
            .public()
            .summary("Exchanges a refresh token for new tokens; using one twice ends its session")
            .takes::<RefreshBody>()
            .gives::<TokensView>(200)
            .refuses(&[kind::UNAUTHENTICATED, kind::UNAVAILABLE]),
        Row::post("/api/v1/auth/activate", "user_activate", activate)
            .public()
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
