//! The collection sheet: whom a collector visits, in which order, and how much he asks for.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::ToSpan as _;
use jiff::civil::Date;
use ofektom_testkit::{Business, Person, Reply, TestDb, on_both_engines};
use reqwest::Method;
use serde_json::{Value, json};

use crate::database::Database;
use crate::stage::{Stage, text};

on_both_engines!(
    a_sheet_tells_whom_to_visit_and_how_much_to_ask_for,
    a_sheet_follows_the_month_over_its_end,
    a_sub_agent_walks_his_own_unit_unless_he_asks_for_more,
    pages_go_through_people_of_one_name,
    a_sheet_is_a_table_too,
    a_large_sheet_comes_whole,
    what_is_suspended_still_owes,
    what_is_no_sheet_is_refused,
);

/// A business at its desk.
struct Desk {
    stage: Stage,
    agent: Person,
    business: Business,
    keys: AtomicU32,
}

impl Desk {
    async fn new(db: TestDb) -> Self {
        let stage = Stage::new(db).await;
        let agent = stage.api().agent().await;
        let business = stage.api().business(&agent).await;
        Self { stage, agent, business, keys: AtomicU32::new(0) }
    }

    /// Asks as a person, a second after whatever was before. `null` sends no body.
    async fn ask(&self, person: &Person, method: &str, path: &str, body: &Value) -> Reply {
        self.stage.clock.advance(1.seconds());
        let key = format!("sheet-{}", self.keys.fetch_add(1, Ordering::Relaxed));
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let request = self.stage.api().request(method, &format!("/api/v1{path}"));
        let request = request.header("Idempotency-Key", key).bearer_auth(&person.token);
        self.stage.api().send(if body.is_null() { request } else { request.json(body) }).await
    }

    /// A customer with a name.
    async fn customer(&self, name: &str) -> Person {
        let customer = self.stage.api().customer(Some(&self.business)).await;
        let body = json!({ "full_name": name });
        let _ = self.ask(&customer, "PATCH", "/me", &body).await.expect(200);
        customer
    }

    async fn unit(&self, name: &str) -> String {
        let path = format!("/businesses/{}/units", self.business.id);
        let made = self.ask(&self.agent, "POST", &path, &json!({ "name": name })).await;
        let _ = made.expect(201);
        text(&made, "id")
    }

    /// The id of a card that the agent opens.
    async fn card(&self, customer: &Person, terms: Value) -> String {
        let mut body = json!({ "customer_id": customer.id, "kind": "daily", "box_amount": "500.00", "months": 1,
            "start_date": "2025-03-01" });
        if terms["kind"] == "target" {
            body = json!({ "customer_id": customer.id });
        }
        for (field, value) in terms.as_object().unwrap() {
            body[field] = value.clone();
        }
        let path = format!("/businesses/{}/savings", self.business.id);
        let made = self.ask(&self.agent, "POST", &path, &body).await;
        let _ = made.expect(201);
        text(&made, "id")
    }

    fn path(&self, query: &str) -> String {
        format!("/businesses/{}/collection-sheet{query}", self.business.id)
    }

    async fn sheet(&self, person: &Person, query: &str) -> Value {
        self.ask(person, "GET", &self.path(query), &Value::Null).await.expect(200)
    }

    async fn table(&self, query: &str) -> Reply {
        let request = self.stage.api().request(Method::GET, &format!("/api/v1{}", self.path(query)));
        self.stage.api().send(request.bearer_auth(&self.agent.token).header("Accept", "text/csv")).await
    }
}

/// What a line says, field by field.
fn told(sheet: &Value, fields: &[&str]) -> Vec<Vec<Value>> {
    let line = |line: &Value| fields.iter().map(|field| line[*field].clone()).collect();
    sheet["items"].as_array().unwrap().iter().map(line).collect()
}

fn names(sheet: &Value) -> Vec<String> {
    told(sheet, &["customer_name"]).into_iter().map(|line| line[0].as_str().unwrap().to_owned()).collect()
}

async fn a_sheet_tells_whom_to_visit_and_how_much_to_ask_for(db: TestDb) {
    let mut desk = Desk::new(db).await;
    let (agent, today) = (desk.agent.clone(), "2025-03-01");
    // Behind by three weeks, with credit from a payment that filled one box and a part of another.
    let ada = desk.customer("Ada Eze").await;
    let behind = desk.card(&ada, json!({ "start_date": "2025-02-08", "months": 2 })).await;
    let _ = desk.stage.collect(&agent, &behind, "720.00").await;
    // The last box of a target takes the remainder: 1000.00 over three days.
    let bola = desk.customer("Bọ́lá Adé").await;
    let target = json!({ "kind": "target", "target_amount": "1000.00", "start_date": "2025-02-27", "end_date": today });
    let target = desk.card(&bola, target).await;
    let _ = desk.stage.collect(&agent, &target, "666.66").await;
    // Today is paid, so only an earlier day is due.
    let chidi = desk.customer("Chidi Obi").await;
    let gap = desk.card(&chidi, json!({ "start_date": "2025-02-28" })).await;
    let pay = json!({ "amount": "500.00", "boxes": [today] });
    let _ = desk.ask(&agent, "POST", &format!("/savings/{gap}/contributions"), &pay).await.expect(201);
    // Ended on its last day but not matured: the business waits a week for late money.
    let policy = json!({ "policy": { "maturity_grace_days": 7 } });
    let _ = desk.ask(&agent, "PATCH", &format!("/businesses/{}", desk.business.id), &policy).await;
    let dayo = desk.customer("Dayo Musa").await;
    let _ = desk.card(&dayo, json!({ "start_date": "2025-01-31", "box_amount": "200.00" })).await;
    // Nobody of these owes anything today.
    let nobody = desk.customer("Aaron Nobody").await;
    let _ = desk.card(&nobody, json!({ "start_date": "2025-03-02" })).await;
    let ahead = desk.card(&nobody, json!({})).await;
    let _ = desk.stage.collect(&agent, &ahead, "700.00").await;
    let ended = desk.card(&nobody, json!({ "start_date": "2025-02-01" })).await;
    let _ = desk.stage.collect(&agent, &ended, "500.00").await;
    let _ = desk.ask(&agent, "POST", &format!("/savings/{ended}/end"), &Value::Null).await.expect(200);
    let cancelled = desk.card(&nobody, json!({})).await;
    let cancel = format!("/savings/{cancelled}/cancel");
    let _ = desk.ask(&agent, "POST", &cancel, &Value::Null).await.expect(200);

    let path = desk.path("?total=true");
    let sheet = desk.stage.ask(Some(&agent), "GET today's sheet", &path, Value::Null).await.expect(200);
    let fields = [
        "customer_name",
        "boxes_behind",
        "due_today",
        "amount_today",
        "arrears",
        "credit",
        "amount_due",
        "next_due_date",
    ];
    let expected = json!([
        ["Ada Eze", 20, true, "500.00", "10000.00", "220.00", "10280.00", "2025-02-09"],
        ["Bọ́lá Adé", 0, true, "333.34", "0.00", "0.00", "333.34", today],
        ["Chidi Obi", 1, false, "0.00", "500.00", "0.00", "500.00", "2025-02-28"],
        ["Dayo Musa", 28, false, "0.00", "5600.00", "0.00", "5600.00", "2025-01-31"],
    ]);
    assert_eq!(json!(told(&sheet, &fields)), expected);
    let sums = ["total", "total_arrears", "total_due"].map(|field| sheet[field].clone());
    assert_eq!(json!(sums), json!([4, "16100.00", "16713.34"]));
    assert_eq!(sheet["items"][0]["customer_phone"], ada.phone);

    // Whoever brings what is asked for is off the sheet, and a reversal brings him back.
    let paid = desk.stage.collect(&agent, &behind, "10280.00").await;
    assert_eq!(names(&desk.sheet(&agent, "").await), ["Bọ́lá Adé", "Chidi Obi", "Dayo Musa"]);
    let reversal = format!("/contributions/{}/reversal", paid["id"].as_str().unwrap());
    let reason = json!({ "reason": "counted twice" });
    let _ = desk.ask(&agent, "POST", &reversal, &reason).await.expect(201);
    assert_eq!(desk.sheet(&agent, "").await["items"][0], sheet["items"][0]);

    // `due_before` of the list of cards means days before; with the day after it finds the same cards.
    for (day, count) in [("2025-03-01", 3), ("2025-03-02", 4)] {
        let path = format!("/savings?business_id={}&due_before={day}", desk.business.id);
        let list = desk.ask(&agent, "GET", &path, &Value::Null).await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), count, "{day}");
    }
    desk.stage.answers.hold("collection_sheet");
}

async fn a_sheet_follows_the_month_over_its_end(db: TestDb) {
    let desk = Desk::new(db).await;
    let ada = desk.customer("Ada Eze").await;
    // From the last day of January for two months: 59 boxes, over a February of 28 days.
    let _ = desk.card(&ada, json!({ "start_date": "2025-01-31", "months": 2 })).await;
    let fields = ["boxes_behind", "due_today", "amount_due", "next_due_date", "end_date"];
    for (day, expected) in [
        ("2025-01-30", json!([])),
        ("2025-01-31", json!([[0, true, "500.00", "2025-01-31", "2025-03-30"]])),
        ("2025-02-28", json!([[28, true, "14500.00", "2025-01-31", "2025-03-30"]])),
        ("2025-03-01", json!([[29, true, "15000.00", "2025-01-31", "2025-03-30"]])),
        ("2025-03-30", json!([[58, true, "29500.00", "2025-01-31", "2025-03-30"]])),
        ("2025-03-31", json!([[59, false, "29500.00", "2025-01-31", "2025-03-30"]])),
    ] {
        let sheet = desk.sheet(&desk.agent, &format!("?date={day}")).await;
        assert_eq!((&sheet["date"], json!(told(&sheet, &fields))), (&json!(day), expected), "{day}");
    }
    // A day begins at midnight in Lagos, an hour before it does in London.
    desk.stage.clock.set("2025-03-31T22:59:00Z".parse().unwrap());
    let agent = desk.stage.api().login(&desk.agent).await;
    assert_eq!(desk.sheet(&agent, "").await["date"], "2025-03-31");
    desk.stage.clock.set("2025-03-31T23:00:00Z".parse().unwrap());
    assert_eq!(desk.sheet(&agent, "").await["date"], "2025-04-01");
    let matured = desk.stage.app.system.app.cards_mature().await.unwrap();
    assert_eq!(matured.completed, 1);
    assert_eq!(desk.sheet(&agent, "").await["items"], json!([]), "a matured card owes nothing");
}

async fn a_sub_agent_walks_his_own_unit_unless_he_asks_for_more(db: TestDb) {
    let desk = Desk::new(db).await;
    let api = desk.stage.api();
    let (north, south) = (desk.unit("North").await, desk.unit("South").await);
    let sub_agent = api.staff(&desk.agent, &desk.business, "sub_agent").await;
    let admin = api.staff(&desk.agent, &desk.business, "admin").await;
    for person in [&sub_agent, &admin] {
        let member = format!("/businesses/{}/members/{}", desk.business.id, person.id);
        let body = json!({ "unit_id": north });
        let _ = desk.ask(&desk.agent, "PATCH", &member, &body).await.expect(200);
    }
    for (name, unit) in [("Ada", &north), ("Bola", &south), ("Chidi", &desk.business.unit_id)] {
        let customer = desk.customer(name).await;
        let _ = desk.card(&customer, json!({ "unit_id": unit })).await;
    }
    let of = async |person: &Person, query: &str| {
        let sheet = desk.sheet(person, query).await;
        (names(&sheet).join(" "), sheet["unit_id"].clone())
    };
    let (main, all) = (desk.business.unit_id.clone(), "Chidi Ada Bola".to_owned());
    assert_eq!(of(&sub_agent, "").await, ("Ada".to_owned(), json!(north)));
    assert_eq!(of(&sub_agent, &format!("?unit_id={south}")).await, ("Bola".to_owned(), json!(south)));
    assert_eq!(of(&sub_agent, "?all_units=true").await, (all.clone(), Value::Null));
    for person in [&desk.agent, &admin] {
        assert_eq!(of(person, "").await, (all.clone(), Value::Null), "by the names of the units");
        assert_eq!(of(person, &format!("?unit_id={main}")).await, ("Chidi".to_owned(), json!(main)));
    }
    assert_eq!(of(&desk.agent, "?search=bo&all_units=true").await, ("Bola".to_owned(), Value::Null));
    // A collector's sheet, as whoever runs the business asks for it. An admin collects everywhere.
    let collector = |person: &Person| format!("?collector={}", person.id);
    assert_eq!(of(&desk.agent, &collector(&sub_agent)).await, ("Ada".to_owned(), json!(north)));
    assert_eq!(of(&sub_agent, &collector(&admin)).await, (all.clone(), Value::Null));
    // Who does not work for the business gets no sheet of it; a unit of another business has nobody on it.
    let customer = desk.customer("Dayo").await;
    let stranger = api.agent().await;
    let refused = async |person: &Person| desk.ask(person, "GET", &desk.path(""), &Value::Null).await;
    assert_eq!(refused(&customer).await.problem(403), "forbidden");
    assert_eq!(refused(&stranger).await.problem(404), "not_found");
    let theirs = api.business(&stranger).await;
    assert_eq!(of(&desk.agent, &format!("?unit_id={}", theirs.unit_id)).await.0, "");
}

async fn pages_go_through_people_of_one_name(db: TestDb) {
    let desk = Desk::new(db).await;
    let mut opened = Vec::new();
    for name in ["Ada Eze", "ADA  EZE", "Adá Ẹze", "Ada Eze", "Zainab"] {
        let customer = desk.customer(name).await;
        for _ in 0..2 {
            opened.push((customer.id.clone(), desk.card(&customer, json!({})).await));
        }
    }
    let whole = told(&desk.sheet(&desk.agent, "").await, &["customer_id", "savings_id"]);
    // All but the last are one name to whoever searches them; the cards of a person stay together, the older first.
    opened.sort();
    let zainab = opened.iter().position(|(person, _)| whole[9][0] == json!(person)).unwrap();
    let last = opened.drain(zainab..zainab + 2).collect::<Vec<_>>();
    opened.extend(last);
    assert_eq!(json!(whole), json!(opened));
    for limit in [1, 3, 9] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let sheet = desk.sheet(&desk.agent, &format!("?limit={limit}{cursor}")).await;
            assert!(sheet.get("total").is_none() && sheet.get("total_due").is_none());
            seen.extend(told(&sheet, &["customer_id", "savings_id"]));
            // Who is visited and pays does not shift the pages.
            let last = sheet["items"].as_array().unwrap().last().unwrap();
            if limit == 3 && last["boxes_behind"] == 0 && last["due_today"] == true {
                let _ = desk.stage.collect(&desk.agent, last["savings_id"].as_str().unwrap(), "500.00").await;
            }
            let Some(next) = sheet["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        let left = if limit == 9 { whole.len() - 4 } else { whole.len() };
        assert_eq!(seen.len(), left, "{limit}");
        assert!(limit == 9 || seen == whole, "{limit}");
    }
}

async fn a_sheet_is_a_table_too(db: TestDb) {
    let desk = Desk::new(db).await;
    let ada = desk.customer("=Ada").await;
    let card = desk.card(&ada, json!({ "start_date": "2025-02-27" })).await;
    let _ = desk.stage.collect(&desk.agent, &card, "700.00").await;
    let bola = desk.customer("Bola, the tailor").await;
    for _ in 0..3 {
        let _ = desk.card(&bola, json!({})).await;
    }
    let reply = desk.table("?limit=1").await;
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/csv; charset=utf-8"), "{}", reply.text());
    assert_eq!(reply.header("content-disposition"), "attachment; filename=\"collection-sheet-2025-03-01.csv\"");
    let lines: Vec<String> = reply.text().split("\r\n").map(str::to_owned).collect();
    let header = "unit,customer,phone,tracking_number,box_amount,amount_today,boxes_behind,arrears,credit,amount_due,\
        last_collected_on,next_due_date,end_date,balance,kind,savings_id,customer_id,unit_id";
    assert_eq!((lines[0].as_str(), lines.len()), (header, 6), "all of them, whatever the limit of a page");
    let cells: Vec<&str> = lines[1].split(',').collect();
    assert_eq!(cells[1..3], ["'=Ada", format!("'{}", ada.phone).as_str()], "no cell is a formula");
    let money = ["500.00", "500.00", "1", "500.00", "200.00", "800.00", "2025-03-01", "2025-02-28", "2025-03-26"];
    assert_eq!(cells[4..13], money);
    assert!(lines[2].contains("\"Bola, the tailor\""), "{}", lines[2]);
    let found = desk.table("?search=tailor&date=2025-03-03").await.text();
    assert_eq!((found.lines().count(), found.contains("=Ada")), (4, false), "filters hold for the table");
    let none = desk.table("?date=2025-01-01").await.text();
    assert_eq!(none.trim_end(), header);
}

/// More cards than are read or summed at once.
async fn a_large_sheet_comes_whole(db: TestDb) {
    let desk = Desk::new(db).await;
    let mut file = "phone,full_name,kind,box_amount,months,start_date\n".to_owned();
    for at in 0..1_101 {
        // Few names for many people, and every other one behind by a day.
        let (name, start) = (["Ada", "Bola", "Chidi"][at % 3], ["2025-03-01", "2025-02-28"][at % 2]);
        writeln!(file, "0807{at:07},{name},daily,500.00,1,{start}").unwrap();
    }
    let request = desk.stage.api().request(Method::POST, &format!("/api/v1/businesses/{}/imports", desk.business.id));
    let request = request.bearer_auth(&desk.agent.token).header("Idempotency-Key", "all-of-them");
    let _ = desk.stage.api().send(request.header("Content-Type", "text/csv").body(file)).await.expect(201);
    while desk.stage.app.system.app.import_run_next().await.unwrap() {}

    let text = desk.table("").await.text();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let cards: BTreeSet<&str> = rows.iter().map(|row| row[15]).collect();
    assert_eq!((rows.len(), cards.len()), (1_101, 1_101), "each card once");
    let (names, in_order) =
        (rows.iter().map(|row| row[1]).collect::<Vec<_>>(), rows.is_sorted_by_key(|row| (row[1], row[16])));
    assert!(in_order && names[366] == "Ada" && names[367] == "Bola", "by name, then by person");
    let kobo = |row: &Vec<&str>| row[9].replace('.', "").parse::<i64>().unwrap();
    let sum: i64 = rows.iter().map(kobo).sum();
    let sheet = desk.sheet(&desk.agent, "?limit=100&total=true").await;
    let sums = ["total", "total_arrears", "total_due"].map(|field| sheet[field].clone());
    assert_eq!(json!(sums), json!([1_101, "275000.00", "825500.00"]));
    assert_eq!(sum, 82_550_000);
    assert_eq!(sheet["items"][99]["savings_id"], rows[99][15], "pages and table are in one order");
    let rest = format!("?cursor={}", sheet["next_cursor"].as_str().unwrap());
    assert_eq!(desk.table(&rest).await.text().lines().count(), 1 + 1_001, "a table goes on from a page");
}

async fn what_is_suspended_still_owes(db: TestDb) {
    let desk = Desk::new(db).await;
    let ada = desk.customer("Ada").await;
    let _ = desk.card(&ada, json!({})).await;
    let member = format!("/businesses/{}/members/{}", desk.business.id, ada.id);
    let out = json!({ "status": "suspended" });
    let _ = desk.ask(&desk.agent, "PATCH", &member, &out).await.expect(200);
    assert_eq!(names(&desk.sheet(&desk.agent, "").await), ["Ada"], "the card is active, whatever its customer may do");
    let database = Database::open(desk.stage.app.db()).await;
    database.execute("UPDATE businesses SET status = 'suspended'").await;
    assert_eq!(names(&desk.sheet(&desk.agent, "").await), ["Ada"], "a suspended business reads");
}

async fn what_is_no_sheet_is_refused(db: TestDb) {
    let desk = Desk::new(db).await;
    let ada = desk.customer("Ada").await;
    for _ in 0..2 {
        let _ = desk.card(&ada, json!({})).await;
    }
    let first = desk.sheet(&desk.agent, "?limit=1").await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let cut = &cursor[..cursor.len() - 4];
    let list = format!("/savings?business_id={}&limit=1", desk.business.id);
    let other = desk.ask(&desk.agent, "GET", &list, &Value::Null).await.expect(200);
    let other = other["next_cursor"].as_str().unwrap();
    let unit = &desk.business.unit_id;
    for (query, field) in [
        (format!("?unit_id={unit}&all_units=true"), "all_units"),
        (format!("?collector={unit}&all_units=true"), "collector"),
        (format!("?collector={}", ada.id), "collector"),
        (format!("?cursor={cut}"), "cursor"),
        (format!("?cursor={other}"), "cursor"),
        ("?date=2025-02-29".to_owned(), "date"),
        ("?limit=101".to_owned(), "limit"),
        ("?due_before=2025-03-01".to_owned(), "due_before"),
    ] {
        let refused = desk.ask(&desk.agent, "GET", &desk.path(&query), &Value::Null).await;
        assert_eq!(refused.problem(422), "validation_failed", "{query}");
        assert_eq!(refused.json()["errors"][0]["field"], field, "{query}");
        assert_eq!(desk.table(&query).await.problem(422), "validation_failed", "{query}");
    }
    let last: Date = "9999-12-31".parse().unwrap();
    let sheet = desk.sheet(&desk.agent, &format!("?date={last}")).await;
    assert_eq!(sheet["items"][0]["boxes_behind"], 31);
}
