//! A business at work: an agent, a customer, cards of 500 naira a day.

use ofektom_testkit::{Api, Business, Person, TestApp};
use serde_json::{Value, json};

/// A business with one customer.
pub struct Desk {
    pub agent: Person,
    pub business: Business,
    pub customer: Person,
}

impl Desk {
    pub async fn open(api: &Api) -> Self {
        let agent = api.agent().await;
        let business = api.business(&agent).await;
        let customer = api.customer(Some(&business)).await;
        Self { agent, business, customer }
    }

    /// A card of one month from today.
    pub async fn card(&self, api: &Api) -> String {
        let plan = ("500.00", 1, api.today());
        api.daily_card(&self.agent, (&self.business, &self.customer), plan).await
    }

    pub async fn cards(&self, api: &Api, count: usize) -> Vec<String> {
        let mut cards = Vec::with_capacity(count);
        for _ in 0..count {
            cards.push(self.card(api).await);
        }
        cards
    }

    /// A card that was ended with money on it, and the contribution that brought the money.
    pub async fn ended_card(&self, api: &Api) -> (String, Value) {
        let card = self.card(api).await;
        let contribution = api.collect(&self.agent, &card, "5000.00").await;
        let ended = api.post(Some(&self.agent), &format!("/api/v1/savings/{card}/end"), &json!({})).await;
        assert_eq!(ended.expect(200)["status"], "completed");
        (card, contribution)
    }

    /// Sum of all debits on the collectors' cash.
    pub async fn cash(&self, api: &Api) -> String {
        let books =
            api.get(&self.agent, &format!("/api/v1/businesses/{}/ledger/trial-balance", self.business.id)).await;
        let books = books.expect(200);
        assert_eq!(books["balanced"], true, "{books}");
        let lines = books["lines"].as_array().unwrap();
        let cash = lines.iter().find(|line| line["account"] == "cash");
        cash.map_or_else(|| "0.00".to_owned(), |line| line["balance"].as_str().unwrap().to_owned())
    }
}

/// The path of a card's contributions.
pub fn contributions(card: &str) -> String {
    format!("/api/v1/savings/{card}/contributions")
}

/// Cash to collect.
pub fn cash(amount: &str) -> Value {
    json!({ "amount": amount, "method": "cash" })
}

/// That every balance equals what its postings give.
pub async fn books_balance(app: &TestApp) {
    let report = app.system.app.ledger_verify(&|_, _| {}).await.unwrap();
    assert!(report.cards > 0 && report.differences.is_empty(), "{report:?}");
}
