//! Calls about the platform.

use serde_json::json;

use super::Call;
use crate::cast::Cast;

pub async fn call(cast: &Cast, operation: &str) -> Option<Call> {
    let suspended = json!({ "status": "suspended" });
    Some(match operation {
        "platform_users_list" | "platform_businesses_list" => Call::plain(),
        "platform_user_update" => Call::at(cast.api().customer(None).await.id).body(suspended),
        "platform_business_update" => Call::at(cast.api().business(&cast.outsider).await.id).body(suspended),
        _ => return None,
    })
}
