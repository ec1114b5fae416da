//! Calls about the caller himself.

use ofektom_testkit::Person;
use serde_json::json;

use super::Call;
use crate::cast::{Caller, Cast};

pub async fn call(cast: &Cast, operation: &str, case: &str, caller: Caller) -> Option<Call> {
    // Nobody's own things are the customer's; he is refused before that matters.
    let person = cast.person(caller).unwrap_or(&cast.own.customer);
    let whose = if case == "the customer's" { &cast.own.customer } else { person };
    Some(match operation {
        "sign_up" => Call::plain().body(json!({
            "phone": cast.phone(), "secret": "274951", "full_name": "Bola Ade", "role": "customer",
        })),
        "login" => Call::plain().body(json!({ "phone": person.phone, "secret": person.secret })),
        "refresh" => Call::plain().body(json!({ "refresh_token": cast.api().login(person).await.refresh_token })),
        "user_activate" => {
            let token = cast.activation_token().await;
            Call::plain().body(json!({ "token": token, "secret": "274951" }))
        }
        "logout" | "logout_all" => Call { token: own_token(cast, caller).await, ..Call::plain() },
        "secret_change" => {
            let body = json!({ "old_secret": "274951", "new_secret": "530718" });
            Call { token: own_token(cast, caller).await, ..Call::plain().body(body) }
        }
        "secret_reset_request" => Call::plain().body(json!({ "phone": cast.phone() })),
        "secret_reset" => {
            let person = cast.api().customer(None).await;
            let code = cast.reset_code(&person).await;
            Call::plain().body(json!({ "phone": person.phone, "code": code, "new_secret": "530718" }))
        }
        "session_end" => Call::at(session_of(cast, whose).await),
        "me"
        | "sessions_list"
        | "bank_accounts_list"
        | "businesses_list"
        | "own_invitations_list"
        | "notifications_list"
        | "notifications_unread_count"
        | "notification_preferences" => Call::plain(),
        "notifications_read_all" => Call::plain().body(json!({})),
        "notification_read" => Call::at(notification(cast, case).await),
        "notification_preferences_update" => Call::plain().body(json!({ "payout_paid": false })),
        "invitation_accept" | "invitation_reject" => Call::at(cast.invitation_token(whose).await),
        "profile_update" => Call::plain().body(json!({ "full_name": "Chidi Obi" })),
        "bank_account_create" => Call::plain().body(cast.bank_details()),
        "bank_account_update" => {
            Call::at(spare_bank_account(cast, whose).await).body(json!({ "account_name": "Chidi Obi" }))
        }
        "bank_account_delete" => Call::at(spare_bank_account(cast, whose).await),
        _ => return None,
    })
}

/// The id of a notification: of a payment request, for the agent to decide on, or of a contribution to the customer's card.
async fn notification(cast: &Cast, case: &str) -> String {
    let told = if case == "the agent's" { &cast.own.agent } else { &cast.own.customer };
    let _ = cast.request_by(&cast.own.customer).await;
    let listed = cast.api().get(told, "/api/v1/me/notifications?limit=1").await.expect(200);
    listed["items"][0]["id"].as_str().unwrap().to_owned()
}

/// A new token of the caller, so that signing out does not stop his other calls. `logout_all` ends those, too, which is why
/// it is asked of a person of his own.
async fn own_token(cast: &Cast, caller: Caller) -> Option<String> {
    cast.person(caller)?;
    Some(cast.api().customer(None).await.token)
}

async fn session_of(cast: &Cast, person: &Person) -> String {
    let signed_in = cast.api().login(person).await;
    let sessions = cast.api().get(&signed_in, "/api/v1/auth/sessions").await.expect(200);
    let current = sessions["items"].as_array().unwrap().iter().find(|session| session["current"] == true);
    current.unwrap()["id"].as_str().unwrap().to_owned()
}

/// A bank account of a person who may have ten: the ones before are removed.
async fn spare_bank_account(cast: &Cast, person: &Person) -> String {
    let listed = cast.api().get(person, "/api/v1/me/bank-accounts").await.expect(200);
    for account in listed["items"].as_array().unwrap() {
        let path = format!("/api/v1/me/bank-accounts/{}", account["id"].as_str().unwrap());
        let request = cast.api().request(reqwest::Method::DELETE, &path).bearer_auth(&person.token);
        let _ = cast.api().send(request).await.expect(204);
    }
    cast.bank_account(person).await
}
