//! The people of a test: everybody who could call a route, in one business and in a foreign one.

use std::sync::atomic::{AtomicU32, Ordering};

use jiff::ToSpan as _;
use jiff::civil::Date;
use ofektom_domain::ports::Message;
use ofektom_testkit::{Api, Business, Person, TestApp, TestDb};
use reqwest::Client;
use reqwest::redirect::Policy;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::database::Database;

const PASSPHRASE: &str = "market day at noon";

/// Who calls a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Anonymous,
    SuperAdmin,
    Agent,
    Admin,
    SubAgent,
    /// The customer whose things the calls are about.
    Customer,
    /// Another customer of the same business.
    OtherCustomer,
    ForeignAgent,
    ForeignAdmin,
    ForeignSubAgent,
    ForeignCustomer,
}

impl Caller {
    pub const ALL: [Self; 11] = [
        Self::Anonymous,
        Self::SuperAdmin,
        Self::Agent,
        Self::Admin,
        Self::SubAgent,
        Self::Customer,
        Self::OtherCustomer,
        Self::ForeignAgent,
        Self::ForeignAdmin,
        Self::ForeignSubAgent,
        Self::ForeignCustomer,
    ];

    pub const fn title(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::SuperAdmin => "super admin",
            Self::Agent => "agent",
            Self::Admin => "admin",
            Self::SubAgent => "sub-agent",
            Self::Customer => "customer",
            Self::OtherCustomer => "other customer",
            Self::ForeignAgent => "foreign agent",
            Self::ForeignAdmin => "foreign admin",
            Self::ForeignSubAgent => "foreign sub-agent",
            Self::ForeignCustomer => "foreign customer",
        }
    }
}

/// A business and its people.
pub struct Team {
    pub business: Business,
    pub agent: Person,
    pub admin: Person,
    pub sub_agent: Person,
    pub customer: Person,
}

impl Team {
    async fn assemble(api: &Api) -> Self {
        let agent = api.agent().await;
        let business = api.business(&agent).await;
        let admin = api.staff(&agent, &business, "admin").await;
        let sub_agent = api.staff(&agent, &business, "sub_agent").await;
        let customer = api.customer(Some(&business)).await;
        Self { business, agent, admin, sub_agent, customer }
    }
}

/// A server with everybody.
pub struct Cast {
    pub app: TestApp,
    pub database: Database,
    pub own: Team,
    pub foreign: Team,
    pub other_customer: Person,
    pub super_admin: Person,
    /// An agent with nothing to do with the others; makes businesses to join.
    pub outsider: Person,
    /// A member who signs in with a passphrase, so that he can be given any role.
    pub promotable: Person,
    numbers: AtomicU32,
}

impl Cast {
    pub async fn assemble(db: TestDb) -> Self {
        let database = Database::open(&db).await;
        let mut app = TestApp::spawn(db).await;
        // What a route answers, not what it leads to.
        app.api.client = Client::builder().redirect(Policy::none()).build().unwrap();
        let api = &app.api;
        let (own, foreign) = (Team::assemble(api).await, Team::assemble(api).await);
        let other_customer = api.customer(Some(&own.business)).await;
        let promotable = api.staff(&own.agent, &own.business, "sub_agent").await;
        let outsider = api.agent().await;
        let super_admin = super_admin(&app).await;
        let numbers = AtomicU32::new(0);
        Self { app, database, own, foreign, other_customer, super_admin, outsider, promotable, numbers }
    }

    pub const fn person(&self, caller: Caller) -> Option<&Person> {
        Some(match caller {
            Caller::Anonymous => return None,
            Caller::SuperAdmin => &self.super_admin,
            Caller::Agent => &self.own.agent,
            Caller::Admin => &self.own.admin,
            Caller::SubAgent => &self.own.sub_agent,
            Caller::Customer => &self.own.customer,
            Caller::OtherCustomer => &self.other_customer,
            Caller::ForeignAgent => &self.foreign.agent,
            Caller::ForeignAdmin => &self.foreign.admin,
            Caller::ForeignSubAgent => &self.foreign.sub_agent,
            Caller::ForeignCustomer => &self.foreign.customer,
        })
    }

    pub fn api(&self) -> &Api {
        &self.app.api
    }

    /// A number that no other call has got.
    pub fn number(&self) -> u32 {
        self.numbers.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// A phone number that nobody has.
    pub fn phone(&self) -> String {
        format!("+234806{:07}", self.number())
    }

    /// An idempotency key that nobody has used.
    pub fn key(&self) -> String {
        format!("key-{}", self.number())
    }

    pub fn business(&self) -> &str {
        &self.own.business.id
    }

    /// A card of the customer, 500.00 a day for a month from today.
    pub async fn card(&self) -> String {
        let about = (&self.own.business, &self.own.customer);
        self.api().daily_card(&self.own.agent, about, ("500.00", 1, self.today())).await
    }

    pub fn today(&self) -> Date {
        self.api().today()
    }

    /// A card that has ended with 1,500.00 to pay out.
    pub async fn ended_card(&self) -> String {
        let card = self.card().await;
        let _ = self.api().collect(&self.own.sub_agent, &card, "2000.00").await;
        let _ = self.post(&self.own.agent, &format!("/api/v1/savings/{card}/end"), &json!({}), 200).await;
        card
    }

    /// The id of a pending payment request on a new card, filed by a person.
    pub async fn request_by(&self, filer: &Person) -> String {
        let card = self.ended_card().await;
        let body = json!({ "destination": "cash", "reason": "asked for by phone" });
        let path = format!("/api/v1/savings/{card}/payment-requests");
        let filed = self.api().post_money(filer, &path, &self.key(), &body).await.expect(201);
        filed["id"].as_str().unwrap().to_owned()
    }

    /// The id of a payment request on a new card, filed by a person and approved by another one.
    pub async fn request_approved_of(&self, filer: &Person) -> String {
        let id = self.request_by(filer).await;
        let approver = if filer.id == self.own.agent.id { &self.own.admin } else { &self.own.agent };
        let path = format!("/api/v1/payment-requests/{id}/approve");
        let _ = self.api().post_money(approver, &path, &self.key(), &Value::Null).await.expect(200);
        id
    }

    /// The id of a contribution of today to a new card.
    pub async fn contribution_by(&self, collector: &Person) -> String {
        let card = self.card().await;
        let made = self.api().collect(collector, &card, "500.00").await;
        made["id"].as_str().unwrap().to_owned()
    }

    /// A day long ago, later than all that were given before: closing it leaves the days of today open.
    pub fn past_day(&self) -> Date {
        self.today() - 20_000.days() + i64::from(self.number()).days()
    }

    /// The id of a closed round of a collector who has no other.
    pub async fn round(&self) -> String {
        // The join code may have been renewed by a call before.
        let now = self.api().get(&self.own.agent, &format!("/api/v1/businesses/{}", self.business())).await.expect(200);
        let join_code = now["join_code"].as_str().unwrap().to_owned();
        let business = Business { join_code, ..self.own.business.clone() };
        let collector = self.api().staff(&self.own.agent, &business, "sub_agent").await;
        self.round_by(&collector).await
    }

    /// The id of a closed round of a collector.
    pub async fn round_by(&self, collector: &Person) -> String {
        let body = json!({ "business_id": self.business(), "date": self.past_day(), "counted": "0.00" });
        let path = "/api/v1/rounds/close";
        let closed = self.api().post_money(collector, path, &self.key(), &body).await.expect(201);
        closed["id"].as_str().unwrap().to_owned()
    }

    /// The token of a person who was just registered.
    pub async fn activation_token(&self) -> String {
        let _ = self.app.messages_take();
        let path = format!("/api/v1/businesses/{}/customers", self.business());
        let body = json!({ "phone": self.phone(), "full_name": "Ngozi Eze" });
        let _ = self.post(&self.own.agent, &path, &body, 201).await;
        let Some(Message::Activation { token, .. }) = self.app.messages_take().pop() else { panic!("no activation") };
        token
    }

    /// The token of an invitation of a person to a business that nobody of the cast belongs to.
    pub async fn invitation_token(&self, person: &Person) -> String {
        let business = self.api().business(&self.outsider).await;
        let _ = self.app.messages_take();
        let path = format!("/api/v1/businesses/{}/invitations", business.id);
        let body = json!({ "phone": person.phone, "role": "customer" });
        let _ = self.post(&self.outsider, &path, &body, 201).await;
        let Some(Message::Invitation { token, .. }) = self.app.messages_take().pop() else { panic!("no invitation") };
        token
    }

    /// The reset code of a person who has just asked for one.
    pub async fn reset_code(&self, person: &Person) -> String {
        let _ = self.app.messages_take();
        let body = json!({ "phone": person.phone });
        let _ = self.api().post(None, "/api/v1/auth/secret/reset-request", &body).await.expect(202);
        let Message::SecretCode { code, .. } = self.app.message_next().await else { panic!("no code") };
        code
    }

    /// The id of a bank account of a person.
    pub async fn bank_account(&self, person: &Person) -> String {
        let made = self.post(person, "/api/v1/me/bank-accounts", &self.bank_details(), 201).await;
        made["id"].as_str().unwrap().to_owned()
    }

    /// Bank details that nobody has.
    pub fn bank_details(&self) -> Value {
        let number = format!("{:010}", 100_000_000 + self.number());
        json!({ "bank_code": "058", "account_number": number, "account_name": "Adaeze Okafor" })
    }

    /// A post that must have a status.
    pub async fn post(&self, person: &Person, path: &str, body: &Value, status: u16) -> Value {
        self.api().post(Some(person), path, body).await.expect(status)
    }
}

async fn super_admin(app: &TestApp) -> Person {
    let phone = "+2348099999999";
    let (number, name) = (phone.parse().unwrap(), "Platform Owner".parse().unwrap());
    let user = app.system.app.super_admin_create(number, name, SecretString::from(PASSPHRASE)).await.unwrap();
    let (token, refresh_token) = (String::new(), String::new());
    let person = Person {
        id: user.id.to_string(),
        phone: phone.to_owned(),
        secret: PASSPHRASE.to_owned(),
        token,
        refresh_token,
    };
    app.api.login(&person).await
}
