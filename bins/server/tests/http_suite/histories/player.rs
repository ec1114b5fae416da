//! Carries each command out twice: on the domain's books, and through HTTP.

use jiff::ToSpan as _;
use ofektom_domain::commission::{CommissionPeriod, CommissionRequest};
use ofektom_domain::contribution::ContributionMethod;
use ofektom_domain::money::Money;
use ofektom_domain::payout::{Destination, PayoutDecision};
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::{PlanRequest, SavingsAccount, SavingsChange, SavingsEdit};
use ofektom_testkit::{Business, Person as Caller, Reply, TestDb};
use serde_json::{Map, Value, json};

use crate::model::desk::{ADMIN, AGENT, COLLECTOR, CUSTOMER, Desk, OTHER_COLLECTOR, Person};
use crate::model::history_command::Command;
use crate::stage::{Stage, text};

/// One business, in the domain's books and on the server. What is created is kept in the order of its creation, which is the
/// order of the ids on both sides.
pub struct Player {
    pub stage: Stage,
    pub desk: Desk,
    pub business: Business,
    pub cards: Vec<String>,
    pub accepted: u32,
    pub refused: u32,
    contributions: Vec<String>,
    requests: Vec<String>,
    rounds: Vec<String>,
    people: Vec<(Person, Caller)>,
    bank_account: String,
    last: Option<Command>,
}

/// A request to the server: who, what, where, with what.
struct Asked {
    who: Person,
    method: &'static str,
    path: String,
    body: Value,
}

impl Player {
    pub async fn new(db: TestDb) -> Self {
        let (mut stage, mut desk) = (Stage::new(db).await, Desk::new());
        stage.clock.set(desk.now);
        let (agent, business, customer) = stage.business().await;
        let mut people = vec![(AGENT, agent.clone()), (CUSTOMER, customer.clone())];
        for (who, role) in [(ADMIN, "admin"), (COLLECTOR, "sub_agent"), (OTHER_COLLECTOR, "sub_agent")] {
            people.push((who, stage.api().staff(&agent, &business, role).await));
        }
        let policy = json!({ "policy": { "partial_payout": true } });
        let path = format!("/businesses/{}", business.id);
        let _ = stage.try_ask(Some(&agent), "PATCH", &path, &policy).await.expect(200);
        desk.policy.partial_payout = true;
        let details = json!({ "bank_code": "058", "account_number": "0123456789", "account_name": "Adaeze Okafor" });
        let account = stage.try_ask(Some(&customer), "POST", "/me/bank-accounts", &details).await;
        let (cards, contributions, requests) = (Vec::new(), Vec::new(), Vec::new());
        let bank_account = text(&account, "id");
        Self {
            stage,
            desk,
            business,
            cards,
            accepted: 0,
            refused: 0,
            contributions,
            requests,
            rounds: Vec::new(),
            people,
            bank_account,
            last: None,
        }
    }

    pub fn caller(&self, who: Person) -> &Caller {
        &self.people.iter().find(|(person, _)| person.id == who.id).unwrap().1
    }

    /// Another business day, at ten in the morning. Tokens do not last that long, so everybody signs in again.
    pub async fn next_day(&mut self) {
        self.desk.today += 1.day();
        let morning = self.desk.today.at(10, 0, 0, 0);
        self.stage.clock.set(morning.in_tz("Africa/Lagos").unwrap().timestamp());
        for (_, caller) in &mut self.people {
            *caller = self.stage.app.api.login(caller).await;
        }
    }

    /// Opens a card. Some terms are out of range for some plans: then one with the plan's own box is opened.
    pub async fn open(&mut self, plan: PlanRequest, commission: CommissionRequest) {
        for commission in [commission, CommissionRequest::default()] {
            let body = opening(plan, commission, &self.caller(CUSTOMER).id);
            let path = format!("/businesses/{}/savings", self.business.id);
            let asked = Asked { who: AGENT, method: "POST", path, body };
            let opened = self.desk.open_with(plan, commission).map(|_| true);
            if let Some(reply) = self.ask(asked, opened).await {
                self.cards.push(text(&reply, "id"));
                return;
            }
        }
        panic!("a card with the plan's own box can be opened: {plan:?}");
    }

    pub async fn play(&mut self, command: &Command) {
        let command = match command {
            Command::Repeat => self.last.clone(),
            other => over_http(other.clone()),
        };
        let Some(command) = command else { return };
        self.last = Some(command.clone());
        match command {
            Command::NextDay => self.next_day().await,
            Command::Mature => {
                let completed = self.stage.app.system.app.cards_mature().await.unwrap().completed;
                assert_eq!(completed, u64::try_from(self.desk.mature()).unwrap());
            }
            _ => {
                // What is asked for depends on the state before.
                let Some(asked) = self.asked(&command) else { return };
                let decided = command.carry_out(&mut self.desk);
                if let Some(reply) = self.ask(asked, decided).await {
                    self.note(&command, &reply);
                }
            }
        }
    }

    /// Asks the server, which must accept and refuse as the domain did. Gives the answer when it was accepted.
    async fn ask(&mut self, asked: Asked, decided: Result<bool, Refusal>) -> Option<Reply> {
        let caller = self.caller(asked.who).clone();
        let reply = self.stage.try_ask(Some(&caller), asked.method, &asked.path, &asked.body).await;
        let said = format!("{} {} {}\n{decided:?}\n{}", asked.method, asked.path, asked.body, reply.text());
        match decided {
            Ok(_) => {
                assert!(reply.status < 300, "{said}");
                self.accepted += 1;
                Some(reply)
            }
            Err(refusal) => {
                let code = reply.json()["code"].as_str().unwrap_or("accepted").to_owned();
                // What no state could accept is refused before anything is looked at.
                assert!(code == refusal.code() || code == "validation_failed", "{said}");
                self.refused += 1;
                None
            }
        }
    }

    fn note(&mut self, command: &Command, reply: &Reply) {
        match command {
            Command::Post { .. } | Command::FillUp { .. } | Command::Reverse { .. } => {
                self.contributions.push(text(reply, "id"));
            }
            Command::Renew { .. } => self.cards.push(text(reply, "id")),
            Command::File { .. } => self.requests.push(text(reply, "id")),
            Command::CloseRound { .. } => self.rounds.push(text(reply, "id")),
            _ => {}
        }
    }

    /// The request that a command is. `None` when there is nothing yet that it could be about.
    fn asked(&self, command: &Command) -> Option<Asked> {
        let card = |index: &proptest::sample::Index| {
            let at = index.index(self.cards.len());
            let state: &SavingsAccount = self.desk.books.cards.values().nth(at).unwrap();
            (format!("/savings/{}", self.cards[at]), state)
        };
        let request = |index: &proptest::sample::Index| {
            (!self.requests.is_empty()).then(|| format!("/payment-requests/{}", index.get(&self.requests)))
        };
        let post = |who: Person, path: String, body: Value| Some(Asked { who, method: "POST", path, body });
        match command {
            Command::Post { card: index, quarters, kobo, boxes, days_ago, who, .. } => {
                let (path, state) = card(index);
                let amount = Money::from_kobo(state.plan.box_amount().kobo() * quarters / 4 + kobo);
                let boxes: Vec<_> = boxes.iter().map(|at| state.plan.date_of(*at)).collect();
                let day = self.desk.today - days_ago.days();
                let amount = amount.to_string();
                let body = json!({ "amount": amount, "method": "cash", "boxes": boxes, "collected_on": day });
                post(*who, format!("{path}/contributions"), body)
            }
            Command::FillUp { card: index, over } => {
                let (path, state) = card(index);
                let left = state.plan.boxes.total().unwrap().minus(state.collected).unwrap();
                let amount = left.plus(Money::from_kobo(*over)).unwrap();
                post(COLLECTOR, format!("{path}/contributions"), json!({ "amount": amount.to_string() }))
            }
            Command::Reverse { contribution, who } if !self.contributions.is_empty() => {
                let path = format!("/contributions/{}/reversal", contribution.get(&self.contributions));
                post(*who, path, json!({ "reason": "wrong card" }))
            }
            Command::Change { card: index, change } => Some(changing(card(index).0, change)),
            Command::Renew { card: index } => {
                post(AGENT, format!("{}/renew", card(index).0), json!({ "start_date": self.desk.today }))
            }
            Command::File { card: index, quarters, to_bank, who } => {
                let (path, state) = card(index);
                let destination =
                    if *to_bank { json!({ "bank_account_id": self.bank_account }) } else { json!("cash") };
                let mut body = json!({ "destination": destination });
                if let Some(quarters) = quarters {
                    body["amount"] = json!(Money::from_kobo(state.balance.kobo() * quarters / 4).to_string());
                }
                if who.id != CUSTOMER.id {
                    body["reason"] = json!("asked by phone");
                }
                post(*who, format!("{path}/payment-requests"), body)
            }
            Command::Decide { request: index, decision, who } => {
                let (verb, body) = match decision {
                    PayoutDecision::Approve => ("approve", Value::Null),
                    PayoutDecision::Cancel => ("cancel", Value::Null),
                    PayoutDecision::Reject { reason } => ("reject", json!({ "reason": reason })),
                    PayoutDecision::Fail { reason, is_final } => {
                        ("fail", json!({ "reason": reason, "final": is_final }))
                    }
                    PayoutDecision::Disburse { .. } => return None,
                };
                post(*who, format!("{}/{verb}", request(index)?), body)
            }
            Command::Disburse { request: index, payer, who } => {
                let path = request(index)?;
                let state = self.desk.books.requests.values().nth(index.index(self.requests.len())).unwrap();
                let method = match state.destination {
                    Destination::Cash => "cash",
                    Destination::Bank { .. } => "bank_transfer",
                };
                let mut body = json!({ "method": method, "reference": "FT25015" });
                if let Some(payer) = payer {
                    body["paid_by"] = json!(self.caller(*payer).id);
                }
                post(*who, format!("{path}/disburse"), body)
            }
            Command::CloseRound { .. } | Command::AcceptRound { .. } | Command::ReopenRound { .. } => {
                self.asked_of_rounds(command)
            }
            _ => None,
        }
    }
}

impl Player {
    /// The request that a command about rounds is.
    fn asked_of_rounds(&self, command: &Command) -> Option<Asked> {
        let round = |index: &proptest::sample::Index| (!self.rounds.is_empty()).then(|| index.index(self.rounds.len()));
        let path = |at: usize, verb: &str| format!("/rounds/{}/{verb}", self.rounds[at]);
        let (who, path, body) = match command {
            Command::CloseRound { days_ago, over, who } => {
                let date = self.desk.today - days_ago.days();
                let expected = self.desk.books.purse(who.id, date).expected().unwrap();
                let counted = expected.plus(Money::from_kobo(*over)).unwrap().max(Money::ZERO).to_string();
                let body = json!({ "business_id": self.business.id, "date": date, "counted": counted });
                (*who, "/rounds/close".to_owned(), body)
            }
            Command::AcceptRound { round: index, kept_back } => {
                let at = round(index)?;
                let state = self.desk.books.rounds.values().nth(at).unwrap();
                let handed_in = state.counted.minus(Money::from_kobo(*kept_back)).unwrap();
                (AGENT, path(at, "accept"), json!({ "handed_in": handed_in.to_string() }))
            }
            Command::ReopenRound { round: index } => {
                (AGENT, path(round(index)?, "reopen"), json!({ "reason": "counted wrongly" }))
            }
            _ => return None,
        };
        Some(Asked { who, method: "POST", path, body })
    }
}

/// A command as HTTP can carry it out: money is recorded in cash, and a request is withdrawn by whose it is.
fn over_http(command: Command) -> Option<Command> {
    Some(match command {
        Command::Post { card, quarters, kobo, boxes, days_ago, who, .. } => {
            Command::Post { card, quarters, kobo, boxes, days_ago, who, method: ContributionMethod::Cash }
        }
        Command::Decide { request, decision: PayoutDecision::Cancel, .. } => {
            Command::Decide { request, decision: PayoutDecision::Cancel, who: CUSTOMER }
        }
        other => other,
    })
}

fn changing(path: String, change: &SavingsChange) -> Asked {
    let (method, path, body) = match change {
        SavingsChange::Edit(edit) => ("PATCH", path, editing(edit)),
        SavingsChange::Extend { months } => ("POST", format!("{path}/extend"), json!({ "months": months })),
        SavingsChange::End => ("POST", format!("{path}/end"), Value::Null),
        SavingsChange::Cancel => ("POST", format!("{path}/cancel"), Value::Null),
    };
    Asked { who: AGENT, method, path, body }
}

fn editing(edit: &SavingsEdit) -> Value {
    let fields = [
        ("kind", edit.kind.map(|kind| json!(kind.as_str()))),
        ("start_date", edit.start_date.map(|day| json!(day))),
        ("box_amount", edit.box_amount.map(|amount| json!(amount.to_string()))),
        ("months", edit.months.map(|months| json!(months))),
        ("target_amount", edit.target_amount.map(|amount| json!(amount.to_string()))),
        ("end_date", edit.end_date.map(|day| json!(day))),
        ("commission", edit.commission.map(agreed)),
    ];
    let given = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(given.collect::<Map<_, _>>())
}

fn opening(plan: PlanRequest, commission: CommissionRequest, customer: &str) -> Value {
    let mut body = match plan {
        PlanRequest::Daily { box_amount, months, start_date } => json!({
            "kind": "daily", "box_amount": box_amount.to_string(), "months": months, "start_date": start_date,
        }),
        PlanRequest::Target { target_amount, start_date, end_date } => json!({
            "kind": "target", "target_amount": target_amount.to_string(), "start_date": start_date, "end_date": end_date,
        }),
    };
    body["customer_id"] = json!(customer);
    body["commission"] = agreed(commission);
    body
}

fn agreed(commission: CommissionRequest) -> Value {
    let period = match commission.period {
        CommissionPeriod::Monthly => json!("monthly"),
        CommissionPeriod::Days(days) => json!({ "days": days }),
    };
    let mut body = json!({ "period": period });
    if let Some(amount) = commission.amount {
        body["amount"] = json!(amount.to_string());
    }
    body
}
