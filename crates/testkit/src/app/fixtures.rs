//! What most tests begin with: people, a business, a card. Made through the API, like anybody's.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::api::Api;

/// The passphrase of agents.
const PASSPHRASE: &str = "market day at noon";
/// The PIN of customers.
const PIN: &str = "274951";

/// A person who is signed in.
#[derive(Clone, Debug)]
pub struct Person {
    /// His id.
    pub id: String,
    /// His phone number, E.164.
    pub phone: String,
    /// His PIN or passphrase.
    pub secret: String,
    /// His access token.
    pub token: String,
    /// His refresh token.
    pub refresh_token: String,
}

/// A business.
#[derive(Clone, Debug)]
pub struct Business {
    /// Its id.
    pub id: String,
    /// The code by which customers join.
    pub join_code: String,
    /// Its default unit.
    pub unit_id: String,
}

impl Api {
    /// An agent who has signed up and in.
    pub async fn agent(&self) -> Person {
        self.person("agent", PASSPHRASE, None).await
    }

    /// A customer who has signed up and in, and joined a business if one is given.
    pub async fn customer(&self, business: Option<&Business>) -> Person {
        self.person("customer", PIN, business).await
    }

    /// A business of an agent.
    pub async fn business(&self, agent: &Person) -> Business {
        let body = json!({ "name": format!("Business {}", self.next_number()) });
        let made = self.post(Some(agent), "/api/v1/businesses", &body).await.expect(201);
        Business { id: text(&made, "id"), join_code: text(&made, "join_code"), unit_id: text(&made, "default_unit_id") }
    }

    /// Someone who works for a business: signs up with a passphrase, joins, and is given a role (`admin`, `sub_agent`)
    /// by the owner.
    pub async fn staff(&self, owner: &Person, business: &Business, role: &str) -> Person {
        let person = self.person("agent", PASSPHRASE, Some(business)).await;
        let path = format!("/api/v1/businesses/{}/members/{}", business.id, person.id);
        let request =
            self.request(reqwest::Method::PATCH, &path).bearer_auth(&owner.token).json(&json!({ "role": role }));
        let _ = self.send(request).await.expect(200);
        person
    }

    /// The id of a daily card that an agent opens for a customer.
    pub async fn daily_card(
        &self,
        agent: &Person,
        (business, customer): (&Business, &Person),
        (box_amount, months, start): (&str, u32, Date),
    ) -> String {
        let body = json!({
            "customer_id": customer.id, "kind": "daily", "box_amount": box_amount, "months": months, "start_date": start,
        });
        let path = format!("/api/v1/businesses/{}/savings", business.id);
        text(&self.post(Some(agent), &path, &body).await.expect(201), "id")
    }

    /// Collects cash on a card today; gives the answer's JSON.
    pub async fn collect(&self, collector: &Person, card: &str, amount: &str) -> Value {
        let key = format!("fixture-collect-{}", self.next_number());
        let path = format!("/api/v1/savings/{card}/contributions");
        self.post_money(collector, &path, &key, &json!({ "amount": amount, "method": "cash" })).await.expect(201)
    }

    /// A card as a person sees it.
    pub async fn card(&self, person: &Person, card: &str) -> Value {
        self.get(person, &format!("/api/v1/savings/{card}")).await.expect(200)
    }

    /// Signs a person in again: new tokens.
    pub async fn login(&self, person: &Person) -> Person {
        let body = json!({ "phone": person.phone, "secret": person.secret });
        let tokens = self.post(None, "/api/v1/auth/login", &body).await.expect(200);
        Person { token: text(&tokens, "access_token"), refresh_token: text(&tokens, "refresh_token"), ..person.clone() }
    }

    async fn person(&self, role: &str, secret: &str, business: Option<&Business>) -> Person {
        let number = self.next_number();
        let phone = format!("+234803{number:07}");
        let body = json!({
            "phone": phone, "secret": secret, "full_name": format!("Person {number}"), "role": role,
            "business_code": business.map(|business| &business.join_code),
        });
        let user = self.post(None, "/api/v1/auth/signup", &body).await.expect(201);
        let (token, refresh_token) = (String::new(), String::new());
        self.login(&Person { id: text(&user, "id"), phone, secret: secret.to_owned(), token, refresh_token }).await
    }
}

#[track_caller]
fn text(value: &Value, field: &str) -> String {
    value.get(field).and_then(Value::as_str).unwrap_or_else(|| panic!("no text {field:?} in {value}")).to_owned()
}
