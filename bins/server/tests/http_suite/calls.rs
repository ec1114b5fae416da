//! For each route a call that succeeds when the caller may make it, on things made for that call.

mod books;
mod business;
mod money;
mod person;
mod platform;

use ofektom_http::Row;
use ofektom_testkit::{Person, Reply};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::cast::{Caller, Cast};

/// The routes by operation, each with the cases in which it is called. One case without a name is the usual one.
pub fn cases(operation: &str) -> &'static [&'static str] {
    let cases = CASES.iter().find(|(known, _)| *known == operation);
    cases.unwrap_or_else(|| panic!("no call is written for the operation {operation}: see calls.rs")).1
}

/// All operations for which calls are written.
pub fn operations() -> impl Iterator<Item = &'static str> {
    CASES.iter().map(|(operation, _)| *operation)
}

const USUAL: &[&str] = &[""];
const FILERS: &[&str] = &["filed by the customer", "filed by the agent", "filed by the admin"];

const CASES: &[(&str, &[&str])] = &[
    ("root", USUAL),
    ("health", USUAL),
    ("livez", USUAL),
    ("readyz", USUAL),
    ("metrics", USUAL),
    ("openapi", USUAL),
    ("docs_page", USUAL),
    ("docs_file", USUAL),
    ("problems_list", USUAL),
    ("problem_get", USUAL),
    ("sign_up", USUAL),
    ("login", USUAL),
    ("refresh", USUAL),
    ("user_activate", USUAL),
    ("logout", USUAL),
    ("logout_all", USUAL),
    ("sessions_list", USUAL),
    ("session_end", &["his own", "the customer's"]),
    ("secret_change", USUAL),
    ("secret_reset_request", USUAL),
    ("secret_reset", USUAL),
    ("me", USUAL),
    ("profile_update", USUAL),
    ("bank_accounts_list", USUAL),
    ("bank_account_create", USUAL),
    ("bank_account_update", &["his own", "the customer's"]),
    ("bank_account_delete", &["his own", "the customer's"]),
    ("notifications_list", USUAL),
    ("notifications_unread_count", USUAL),
    ("notifications_read_all", USUAL),
    ("notification_read", &["the agent's", "the customer's"]),
    ("notification_preferences", USUAL),
    ("notification_preferences_update", USUAL),
    ("business_create", USUAL),
    ("businesses_list", USUAL),
    ("business_get", USUAL),
    ("business_update", USUAL),
    ("join_code_renew", USUAL),
    ("business_join", USUAL),
    ("member_leave", USUAL),
    ("units_list", USUAL),
    ("unit_create", USUAL),
    ("unit_update", USUAL),
    ("unit_delete", USUAL),
    ("members_list", USUAL),
    (
        "member_update",
        &["a customer", "a sub-agent", "an admin", "the owner", "customer to sub-agent", "customer to admin"],
    ),
    ("customer_register", USUAL),
    ("invitations_list", USUAL),
    ("invitation_create", &["a customer", "a sub-agent", "an admin"]),
    ("invitation_get", USUAL),
    ("invitation_revoke", &["of a customer", "of a sub-agent", "of an admin"]),
    ("invitation_accept", &["his own", "the customer's"]),
    ("invitation_reject", &["his own", "the customer's"]),
    ("own_invitations_list", USUAL),
    ("savings_preview", USUAL),
    ("savings_open", &["for the customer", "for himself"]),
    ("savings_list", &["of the business", "of all his businesses"]),
    ("collection_sheet", USUAL),
    ("savings_by_tracking", USUAL),
    ("savings_get", USUAL),
    ("savings_schedule", USUAL),
    ("savings_statement", USUAL),
    ("savings_update", USUAL),
    ("savings_extend", USUAL),
    ("savings_end", USUAL),
    ("savings_renew", USUAL),
    ("savings_cancel", USUAL),
    ("contribution_post", USUAL),
    ("contributions_post_bulk", USUAL),
    ("contributions_list", &["of the business", "of all his businesses"]),
    ("contribution_get", USUAL),
    ("contribution_reverse", &["collected by the sub-agent", "collected by the agent"]),
    ("payout_file", USUAL),
    ("payouts_list", &["of the business", "of all his businesses"]),
    ("payout_get", USUAL),
    ("payout_cancel", &["filed by the customer", "filed by the agent"]),
    ("payout_approve", FILERS),
    ("payout_reject", FILERS),
    ("payout_disburse", FILERS),
    ("payout_fail", FILERS),
    ("rounds_list", &["of the business", "of all his businesses"]),
    ("round_close", USUAL),
    ("round_get", &["of the sub-agent", "of another collector"]),
    ("round_accept", &["of another collector", "of the sub-agent"]),
    ("round_reopen", &["of another collector", "of the sub-agent"]),
    ("cash_day", USUAL),
    ("commissions_list", &["of the business", "of all his businesses"]),
    ("commissions_summary", &["of the business", "of all his businesses"]),
    ("trial_balance", USUAL),
    ("entries_list", USUAL),
    ("audit_list", USUAL),
    ("platform_users_list", USUAL),
    ("platform_user_update", USUAL),
    ("platform_businesses_list", USUAL),
    ("platform_business_update", USUAL),
    ("journal_export", USUAL),
    ("business_summary", USUAL),
    ("import_create", USUAL),
    ("imports_list", USUAL),
    ("import_get", USUAL),
    ("import_template", USUAL),
];

/// A call to be sent.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// The parts of the path that vary, in their order.
    pub parts: Vec<String>,
    /// The query, with its question mark.
    pub query: String,
    /// The body; `null` for none. A text is the content of a CSV file.
    pub body: Value,
    /// Another token than the caller's usual one.
    pub token: Option<String>,
}

impl Call {
    fn plain() -> Self {
        Self::default()
    }

    fn at(part: impl Into<String>) -> Self {
        Self { parts: vec![part.into()], ..Self::default() }
    }

    fn and(mut self, part: impl Into<String>) -> Self {
        self.parts.push(part.into());
        self
    }

    fn query(self, query: String) -> Self {
        Self { query, ..self }
    }

    fn body(self, body: Value) -> Self {
        Self { body, ..self }
    }

    /// The path with its parts filled in.
    pub fn path(&self, row: &Row) -> String {
        let mut parts = self.parts.iter();
        let template = row.path_template();
        let filled = template.split('/').map(|part| if part.starts_with('{') { parts.next().unwrap() } else { part });
        format!("{}{}", filled.collect::<Vec<_>>().join("/"), self.query)
    }

    /// The request, without an idempotency key.
    pub fn request(&self, cast: &Cast, row: &Row, person: Option<&Person>) -> RequestBuilder {
        let method = Method::from_bytes(row.method.as_str().as_bytes()).unwrap();
        let mut request = cast.api().request(method, &self.path(row));
        if let Some(token) = self.token.as_ref().or(person.map(|person| &person.token)) {
            request = request.bearer_auth(token);
        }
        match &self.body {
            Value::Null => request,
            Value::String(file) => request.header("Content-Type", "text/csv").body(file.clone()),
            body => request.json(body),
        }
    }

    /// Sends it; a money request with a key that nobody has used.
    pub async fn send(&self, cast: &Cast, row: &Row, person: Option<&Person>) -> Reply {
        let request = self.request(cast, row, person);
        let request = if row.money { request.header("Idempotency-Key", cast.key()) } else { request };
        cast.api().send(request).await
    }
}

/// Makes what a call needs, and the call.
pub async fn call(cast: &Cast, row: &Row, case: &str, caller: Caller) -> Call {
    match row.path {
        "/docs/{file:.*}" => return Call::at("index.html"),
        "/problems/{code}" => return Call::at("not_found"),
        path if !path.starts_with("/api/v1/") => return Call::plain(),
        _ => {}
    }
    let found = match person::call(cast, row.operation, case, caller).await {
        None => business::call(cast, row.operation, case, caller).await,
        found => found,
    };
    let found = match found {
        None => money::call(cast, row.operation, case, caller).await,
        found => found,
    };
    let found = match found {
        None => platform::call(cast, row.operation).await,
        found => found,
    };
    let found = found.or_else(|| books::call(cast, row.operation, case));
    found.unwrap_or_else(|| panic!("no call is written for {} {}", row.operation, case))
}
