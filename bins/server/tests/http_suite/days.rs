//! Days: when one begins in a business, how far back one may record, and where months end.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use ofektom_testkit::{Business, Person, Reply, TestDb, on_both_engines};
use serde_json::{Value, json};

use crate::stage::Stage;

on_both_engines!(
    a_day_begins_at_midnight_in_lagos,
    a_day_begins_at_midnight_wherever_the_business_is,
    money_is_recorded_so_many_days_back_and_never_ahead,
    a_closed_day_is_closed_until_midnight,
    months_end_where_the_calendar_ends_them,
    leap_days_are_days_to_pay,
    lists_go_by_the_business_s_days,
);

/// A business in a time zone, with one card.
struct Place {
    stage: Stage,
    agent: Person,
    business: Business,
    customer: Person,
}

impl Place {
    async fn new(db: TestDb, zone: &str) -> Self {
        let mut stage = Stage::new(db).await;
        let (agent, business, customer) = stage.business().await;
        let path = format!("/businesses/{}", business.id);
        let _ = stage.try_ask(Some(&agent), "PATCH", &path, &json!({ "time_zone": zone })).await.expect(200);
        Self { stage, agent, business, customer }
    }

    /// Moves the clock, and signs everybody in again: tokens do not last that long.
    async fn at(&mut self, instant: &str) {
        self.stage.clock.set(instant.parse::<Timestamp>().unwrap());
        self.agent = self.stage.api().login(&self.agent).await;
        self.customer = self.stage.api().login(&self.customer).await;
    }

    async fn card(&self, start: &str, months: u32) -> String {
        let about = (&self.business, &self.customer);
        self.stage.api().daily_card(&self.agent, about, ("500.00", months, start.parse().unwrap())).await
    }

    async fn ask(&mut self, method: &str, path: &str, body: Value) -> Reply {
        self.stage.try_ask(Some(&self.agent), method, path, &body).await
    }

    async fn collect(&mut self, card: &str, body: Value) -> Reply {
        self.ask("POST", &format!("/savings/{card}/contributions"), body).await
    }

    /// The day on which money that says nothing about its day is collected now, at just this instant.
    async fn day_at(&mut self, card: &str, instant: &str) -> String {
        let instant: Timestamp = instant.parse().unwrap();
        // The stage's clock goes on by a second before it asks.
        self.at(&(instant - SignedDuration::from_secs(1)).to_string()).await;
        let made = self.collect(card, json!({ "amount": "500.00" })).await.expect(201);
        made["collected_on"].as_str().unwrap().to_owned()
    }
}

#[track_caller]
fn code(reply: &Reply) -> String {
    reply.json()["code"].as_str().unwrap_or("accepted").to_owned()
}

async fn a_day_begins_at_midnight_in_lagos(db: TestDb) {
    let mut place = Place::new(db, "Africa/Lagos").await;
    let card = place.card("2025-03-01", 3).await;
    assert_eq!(place.day_at(&card, "2025-03-31T22:59:59Z").await, "2025-03-31");
    let ahead = json!({ "amount": "500.00", "collected_on": "2025-04-01" });
    place.at("2025-03-31T22:59:58Z").await;
    assert_eq!(code(&place.collect(&card, ahead.clone()).await), "collected_in_future");
    assert_eq!(place.day_at(&card, "2025-03-31T23:00:00Z").await, "2025-04-01");
    let _ = place.collect(&card, ahead).await.expect(201);
}

async fn a_day_begins_at_midnight_wherever_the_business_is(db: TestDb) {
    // Just before midnight, midnight, and the day that begins. New York has summer time from 9 March to 2 November 2025.
    let mut place = Place::new(db, "America/New_York").await;
    let cards = ["America/New_York", "Asia/Kolkata"];
    for (zone, before, midnight, day) in [
        (cards[0], "2025-03-09T04:59:59Z", "2025-03-09T05:00:00Z", "2025-03-09"),
        (cards[0], "2025-03-10T03:59:59Z", "2025-03-10T04:00:00Z", "2025-03-10"),
        (cards[0], "2025-11-02T03:59:59Z", "2025-11-02T04:00:00Z", "2025-11-02"),
        (cards[0], "2025-11-03T04:59:59Z", "2025-11-03T05:00:00Z", "2025-11-03"),
        (cards[1], "2025-11-09T18:29:59Z", "2025-11-09T18:30:00Z", "2025-11-10"),
    ] {
        let path = format!("/businesses/{}", place.business.id);
        place.at(before).await;
        let _ = place.ask("PATCH", &path, json!({ "time_zone": zone })).await.expect(200);
        let card = place.card("2025-03-01", 12).await;
        let yesterday = day.parse::<Date>().unwrap().yesterday().unwrap();
        assert_eq!(place.day_at(&card, before).await, yesterday.to_string(), "{zone} {before}");
        assert_eq!(place.day_at(&card, midnight).await, day, "{zone} {midnight}");
    }
}

async fn money_is_recorded_so_many_days_back_and_never_ahead(db: TestDb) {
    let mut place = Place::new(db, "Africa/Lagos").await;
    let card = place.card("2025-02-01", 3).await;
    let policy = format!("/businesses/{}", place.business.id);
    // Today is 1 March. February has 28 days.
    for (days, last, too_old) in
        [(7, "2025-02-22", "2025-02-21"), (0, "2025-03-01", "2025-02-28"), (366, "2024-02-29", "2024-02-28")]
    {
        let _ = place.ask("PATCH", &policy, json!({ "policy": { "backdate_days_max": days } })).await.expect(200);
        let on = |day: &str| json!({ "amount": "500.00", "collected_on": day });
        assert_eq!(code(&place.collect(&card, on(too_old)).await), "collected_too_long_ago", "{days}");
        let made = place.collect(&card, on(last)).await.expect(201);
        assert_eq!(made["collected_on"], last);
        assert_eq!(code(&place.collect(&card, on("2025-03-02")).await), "collected_in_future", "{days}");
    }
}

async fn a_closed_day_is_closed_until_midnight(db: TestDb) {
    let mut place = Place::new(db, "Africa/Lagos").await;
    let card = place.card("2025-03-01", 3).await;
    place.at("2025-03-31T22:59:00Z").await;
    let _ = place.collect(&card, json!({ "amount": "500.00" })).await.expect(201);
    let ahead = json!({ "business_id": place.business.id, "date": "2025-04-01", "counted": "500.00" });
    let refused = place.ask("POST", "/rounds/close", ahead.clone()).await;
    assert_eq!(
        (code(&refused).as_str(), &refused.json()["errors"][0]["code"]),
        ("validation_failed", &json!("in_future"))
    );
    let today = json!({ "business_id": place.business.id, "counted": "500.00" });
    let closed = place.ask("POST", "/rounds/close", today).await.expect(201);
    assert_eq!((&closed["date"], &closed["difference"]), (&json!("2025-03-31"), &json!("0.00")));
    for day in [None, Some("2025-03-31"), Some("2025-03-30")] {
        let late = json!({ "amount": "500.00", "collected_on": day.unwrap_or("2025-03-31") });
        assert_eq!(code(&place.collect(&card, late).await), "round_closed", "{day:?}");
    }
    assert_eq!(place.day_at(&card, "2025-03-31T23:00:00Z").await, "2025-04-01");
    let yesterday = json!({ "amount": "500.00", "collected_on": "2025-03-31" });
    assert_eq!(code(&place.collect(&card, yesterday).await), "round_closed", "it stays closed the day after");
    let cash = place.ask("GET", &format!("/businesses/{}/cash", place.business.id), Value::Null).await.expect(200);
    assert_eq!((&cash["date"], &cash["collectors"][0]["expected"]), (&json!("2025-04-01"), &json!("500.00")));
    let closed = place.ask("POST", "/rounds/close", ahead).await.expect(201);
    assert_eq!((&closed["covers_from"], &closed["expected"]), (&json!("2025-04-01"), &json!("500.00")));
}

async fn months_end_where_the_calendar_ends_them(db: TestDb) {
    let mut place = Place::new(db, "Africa/Lagos").await;
    for (start, months, end, boxes) in [
        ("2025-01-31", 1, "2025-02-27", 28),
        ("2025-01-30", 1, "2025-02-27", 29),
        ("2025-01-29", 1, "2025-02-27", 30),
        ("2025-01-28", 1, "2025-02-27", 31),
        ("2025-03-31", 1, "2025-04-29", 30),
        ("2024-12-31", 2, "2025-02-27", 59),
    ] {
        let card = place.card(start, months).await;
        let seen = place.stage.api().card(&place.agent, &card).await;
        assert_eq!((&seen["end_date"], &seen["boxes_total"]), (&json!(end), &json!(boxes)), "{start} {months}");
        let longer = place.ask("POST", &format!("/savings/{card}/extend"), json!({ "months": 1 })).await.expect(200);
        let first: Date = start.parse().unwrap();
        let end = first + i64::from(months + 1).months() - 1.day();
        assert_eq!(longer["end_date"], json!(end), "{start}: months are counted from the start, so they do not drift");
    }
    // The card of 31 January, extended by a month and by another one.
    let card = place.card("2025-01-31", 1).await;
    for (end, boxes) in [("2025-03-30", 59), ("2025-04-29", 89)] {
        let longer = place.ask("POST", &format!("/savings/{card}/extend"), json!({ "months": 1 })).await.expect(200);
        assert_eq!((&longer["end_date"], &longer["boxes_total"]), (&json!(end), &json!(boxes)));
    }
    let paid = place.collect(&card, json!({ "amount": "29500.00" })).await.expect(201);
    assert_eq!(paid["commission_taken"], "1000.00", "59 boxes are two months from 31 January");
}

async fn leap_days_are_days_to_pay(db: TestDb) {
    let mut place = Place::new(db, "Africa/Lagos").await;
    for (start, months, end, boxes) in [
        ("2024-02-29", 1, "2024-03-28", 29),
        ("2024-01-31", 1, "2024-02-28", 29),
        ("2024-02-01", 1, "2024-02-29", 29),
        ("2024-02-29", 12, "2025-02-27", 365),
    ] {
        let card = place.card(start, months).await;
        let seen = place.stage.api().card(&place.agent, &card).await;
        assert_eq!((&seen["end_date"], &seen["boxes_total"]), (&json!(end), &json!(boxes)), "{start} {months}");
        let _ = place.collect(&card, json!({ "amount": format!("{}.00", boxes * 500) })).await.expect(201);
        assert_eq!(place.stage.api().card(&place.agent, &card).await["status"], "completed");
    }
    place.at("2028-02-29T12:00:00Z").await;
    let card = place.card("2028-02-01", 1).await;
    let leap = json!({ "amount": "500.00", "boxes": ["2028-02-29"] });
    let made = place.collect(&card, leap.clone()).await.expect(201);
    assert_eq!((&made["collected_on"], &made["allocated"][0]["date"]), (&json!("2028-02-29"), &json!("2028-02-29")));
    assert_eq!(code(&place.collect(&card, leap).await), "box_already_paid");
    let none = json!({ "amount": "500.00", "collected_on": "2027-02-29" });
    assert_eq!(code(&place.collect(&card, none).await), "validation_failed");
    assert_eq!(place.day_at(&card, "2028-02-29T22:59:59Z").await, "2028-02-29");
    assert_eq!(place.day_at(&card, "2028-02-29T23:00:00Z").await, "2028-03-01");
}

async fn lists_go_by_the_business_s_days(db: TestDb) {
    let mut place = Place::new(db, "Africa/Lagos").await;
    let card = place.card("2025-03-01", 1).await;
    let _ = place.day_at(&card, "2025-03-10T22:59:59Z").await;
    let _ = place.day_at(&card, "2025-03-10T23:00:00Z").await;
    let _ = place.ask("POST", &format!("/savings/{card}/end"), Value::Null).await.expect(200);
    let body = json!({ "destination": "cash", "reason": "asked for by phone" });
    let filed = place.ask("POST", &format!("/savings/{card}/payment-requests"), body).await.expect(201);
    assert_eq!(filed["filed_on"], "2025-03-11", "it is 00:00:02 in Lagos, and still yesterday in London");
    for (path, days, count) in [
        ("/contributions", "from=2025-03-10&to=2025-03-10", 1),
        ("/contributions", "from=2025-03-11&to=2025-03-11", 1),
        ("/contributions", "from=2025-03-10&to=2025-03-11", 2),
        ("/payment-requests", "from=2025-03-11&to=2025-03-11", 1),
        ("/payment-requests", "from=2025-03-12", 0),
        ("/payment-requests", "to=2025-03-10", 0),
    ] {
        let page = place.ask("GET", &format!("{path}?{days}"), Value::Null).await.expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{path}?{days}");
    }
    for refused in ["from=2025-03-11T00:00:00Z", "from=2025-03-12&to=2025-03-11"] {
        let reply = place.ask("GET", &format!("/payment-requests?{refused}"), Value::Null).await;
        assert_eq!(reply.problem(422), "validation_failed", "{refused}");
    }
}
