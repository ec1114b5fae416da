//! The collection sheet: who is on it, in which order, and how it goes on from a place.

use jiff::civil::{Date, date};
use ofektom_domain::business::Unit;
use ofektom_domain::ids::{UnitId, UserId};
use ofektom_domain::money::Money;
use ofektom_domain::people::ProfileChange;
use ofektom_domain::permission::Role;
use ofektom_domain::ports::{
    BusinessStore, NewUser, PeopleStore, ReportStore, Sheet, SheetFilter, SheetPart, SheetPlace,
};
use ofektom_domain::savings::{PlanRequest, SavingsAccount, SavingsChange, SavingsEdit, SheetTotals};
use ofektom_domain::search::name_key;
use ofektom_persistence::Reports;
use ofektom_testkit::{TestDb, on_both_engines};

use crate::desk::{Desk, TODAY, daily, naira};
use crate::fixture::{World, context, membership, start};
use crate::raw::Raw;

on_both_engines!(
    a_sheet_is_in_the_order_of_the_walk_and_pages_follow_it,
    only_who_is_due_is_on_a_sheet,
    a_sheet_is_filtered,
    a_place_holds_while_people_pay_move_and_are_renamed,
    a_large_sheet_is_summed_whole,
);

/// A customer of the desk's business.
async fn customer(world: &mut World, desk: &Desk, name: &str) -> UserId {
    let user = world.user(name);
    let joined = Some(membership(&desk.business, user.id, Role::Customer));
    let new = NewUser { membership: joined, ..world.new_user(user.clone()) };
    world.people.user_create(new).await.unwrap();
    user.id
}

async fn unit(world: &mut World, desk: &Desk, name: &str) -> UnitId {
    let actor = desk.agent.id;
    let unit = Unit {
        id: world.id(),
        business_id: desk.business.id,
        name: name.to_owned(),
        created_at: start(),
        created_by: actor,
        updated_at: start(),
        updated_by: actor,
    };
    let audit = world.audit(actor, start());
    world.businesses.unit_create(unit.clone(), audit).await.unwrap();
    unit.id
}

/// The whole sheet of a day.
fn filter(desk: &Desk, day: Date) -> SheetFilter {
    SheetFilter { business_id: desk.business.id, day, unit_id: None, customer_id: None, search: None }
}

async fn part(desk: &Desk, filter: SheetFilter, after: Option<SheetPlace>, lines_max: u32) -> Sheet {
    let part = SheetPart { filter, after, lines_max, totals: true };
    Reports::new(desk.db.clone()).collection_sheet(part).await.unwrap()
}

async fn whole(desk: &Desk, filter: SheetFilter) -> Sheet {
    let sheet = part(desk, filter, None, 1_000).await;
    assert_eq!(sheet.next, None);
    sheet
}

fn cards(sheet: &Sheet) -> Vec<SavingsAccount> {
    sheet.lines.iter().map(|line| line.account.clone()).collect()
}

async fn a_sheet_is_in_the_order_of_the_walk_and_pages_follow_it(test: TestDb) {
    let mut world = World::open(&test).await;
    let desk = Desk::open_in(&mut world, "One").await;
    let units = [
        ("Main", desk.business.default_unit_id),
        ("balogun", unit(&mut world, &desk, "balogun").await),
        ("Zaria road", unit(&mut world, &desk, "Zaria road").await),
        ("Oke-Arin", unit(&mut world, &desk, "Oke-Arin").await),
    ];
    let mut expected = Vec::new();
    // Marks and case are no matter, blanks and hyphens come where they come, and three people have one name.
    for name in ["Ọlá Adé", "Ola Zubairu", "olabisi Bello", "Ẹ̀bùn Eze", "Ada Eze", "Ada Eze", "Ada Eze", "Òjó", "Zed"]
    {
        let person = customer(&mut world, &desk, name).await;
        for (unit_name, unit) in units {
            for _ in 0..if name == "Ada Eze" { 2 } else { 1 } {
                let card = desk.open_card_for((person, unit), daily(500, 1)).await;
                expected.push((unit_name.to_lowercase(), name_key(name), person, card.id, card));
            }
        }
    }
    expected.sort_by(|a, b| (&a.0, &a.1, a.2, a.3).cmp(&(&b.0, &b.1, b.2, b.3)));
    let expected: Vec<SavingsAccount> = expected.into_iter().map(|row| row.4).collect();
    assert_eq!(cards(&whole(&desk, filter(&desk, TODAY)).await), expected);

    for lines_max in [1, 2, 7, 47, 48, 49] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let sheet = part(&desk, filter(&desk, TODAY), after, lines_max).await;
            assert!(sheet.lines.len() <= usize::try_from(lines_max).unwrap());
            assert_eq!(sheet.totals.unwrap().cards, 48, "of the whole sheet, whichever part this is");
            seen.extend(cards(&sheet));
            let Some(next) = sheet.next else { break };
            assert_eq!(sheet.lines.len(), usize::try_from(lines_max).unwrap(), "a part that is followed is full");
            after = Some(next);
        }
        assert_eq!(seen.len(), expected.len(), "{lines_max} at a time");
        assert_eq!(seen, expected, "{lines_max} at a time");
    }
}

async fn only_who_is_due_is_on_a_sheet(test: TestDb) {
    let mut world = World::open(&test).await;
    let (desk, other) = (Desk::open_in(&mut world, "One").await, Desk::open_in(&mut world, "Two").await);
    other.open_card(daily(500, 1)).await;
    let from = |start_date| PlanRequest::Daily { box_amount: naira(100), months: 1, start_date };
    let behind = desk.open_card(daily(500, 1)).await;
    let _ = desk.pay(behind.id, naira(700)).await;
    let today = desk.open_card(from(TODAY)).await;
    let not_begun = desk.open_card(from(TODAY.tomorrow().unwrap())).await;
    let ahead = desk.open_card(from(TODAY)).await;
    let _ = desk.pay(ahead.id, naira(250)).await;
    let ended = desk.open_card(daily(500, 1)).await;
    let _ = desk.pay(ended.id, naira(500)).await;
    desk.change(ended.id, SavingsChange::End).await.unwrap();
    let cancelled = desk.open_card(daily(500, 1)).await;
    desk.change(cancelled.id, SavingsChange::Cancel).await.unwrap();
    // Its last day has passed, but the business waits before it matures.
    let overdue = desk.open_card(from(date(2025, 2, 1))).await;
    let taken_back = desk.pay(overdue.id, naira(100)).await;
    desk.reverse(taken_back.contribution.id, desk.agent).await.unwrap();

    let sheet = whole(&desk, filter(&desk, TODAY)).await;
    let told: Vec<_> = sheet
        .lines
        .iter()
        .map(|line| {
            let due = line.due;
            (line.account.id, due.behind, due.arrears, due.today, line.amount_due, line.last_collected_on)
        })
        .collect();
    // Of the first card one box of fourteen is paid, and 200 are left as credit; the last one has 28 boxes.
    let expected = [
        (behind.id, 13, naira(6_500), Some(naira(500)), naira(6_800), Some(TODAY)),
        (today.id, 0, Money::ZERO, Some(naira(100)), naira(100), None),
        (overdue.id, 28, naira(2_800), None, naira(2_800), None),
    ];
    assert_eq!(told, expected);
    assert_eq!(sheet.totals, Some(SheetTotals { cards: 3, arrears: naira(9_300), amount_due: naira(9_700) }));
    let line = &sheet.lines[0];
    let customer = world.people.user_by_id(desk.customer.id).await.unwrap().unwrap();
    assert_eq!((&line.customer_name, &line.customer_phone), (&customer.full_name, &customer.phone));
    assert_eq!((line.unit_name.as_str(), &line.account), ("Main", &desk.card(behind.id).await));

    // Of other days: who will be due if nothing is paid until then, and whose earlier boxes are still unpaid.
    let on = async |day: Date| cards(&whole(&desk, filter(&desk, day)).await).into_iter().map(|card| card.id);
    assert_eq!(on(date(2025, 3, 1)).await.collect::<Vec<_>>(), [overdue.id]);
    assert_eq!(on(date(2025, 3, 2)).await.collect::<Vec<_>>(), [behind.id, overdue.id]);
    let tomorrow = on(TODAY.tomorrow().unwrap()).await.collect::<Vec<_>>();
    assert_eq!(tomorrow, [behind.id, today.id, not_begun.id, overdue.id]);
    let in_two_days = on(date(2025, 3, 17)).await.collect::<Vec<_>>();
    assert_eq!(in_two_days, [behind.id, today.id, not_begun.id, ahead.id, overdue.id]);
    let none = whole(&desk, filter(&desk, date(2024, 12, 31))).await;
    assert_eq!((none.lines, none.totals), (vec![], Some(SheetTotals::NONE)));
    let without = SheetPart { filter: filter(&desk, TODAY), after: None, lines_max: 1, totals: false };
    assert_eq!(Reports::new(desk.db.clone()).collection_sheet(without).await.unwrap().totals, None);
}

async fn a_sheet_is_filtered(test: TestDb) {
    let mut world = World::open(&test).await;
    let (desk, other) = (Desk::open_in(&mut world, "One").await, Desk::open_in(&mut world, "Two").await);
    let route = unit(&mut world, &desk, "Route").await;
    let (ada, bola) = (customer(&mut world, &desk, "Ada Eze").await, customer(&mut world, &desk, "Bọ́lá Adé").await);
    let here = desk.open_card_for((ada, desk.business.default_unit_id), daily(500, 1)).await;
    let there = desk.open_card_for((ada, route), daily(500, 1)).await;
    let bolas = desk.open_card_for((bola, route), daily(500, 1)).await;
    let theirs = other.open_card(daily(500, 1)).await;
    let search = |text: &str| SheetFilter { search: Some(text.parse().unwrap()), ..filter(&desk, TODAY) };
    let phone = world.people.user_by_id(bola).await.unwrap().unwrap().phone;
    for (filter, expected) in [
        (SheetFilter { unit_id: Some(route), ..filter(&desk, TODAY) }, vec![&there, &bolas]),
        (SheetFilter { customer_id: Some(ada), ..filter(&desk, TODAY) }, vec![&here, &there]),
        (SheetFilter { customer_id: Some(ada), unit_id: Some(route), ..filter(&desk, TODAY) }, vec![&there]),
        (SheetFilter { unit_id: Some(other.business.default_unit_id), ..filter(&desk, TODAY) }, vec![]),
        (search("bola"), vec![&bolas]),
        (search(phone.as_str()), vec![&bolas]),
        (search(&there.tracking_number.to_string()), vec![&there]),
        (search(&theirs.tracking_number.to_string()), vec![]),
        (SheetFilter { unit_id: Some(desk.business.default_unit_id), ..search("bola") }, vec![]),
    ] {
        let sheet = whole(&desk, filter.clone()).await;
        assert_eq!(cards(&sheet).iter().collect::<Vec<_>>(), expected, "{filter:?}");
        assert_eq!(usize::try_from(sheet.totals.unwrap().cards).unwrap(), expected.len(), "{filter:?}");
    }
}

async fn a_place_holds_while_people_pay_move_and_are_renamed(test: TestDb) {
    let mut world = World::open(&test).await;
    let desk = Desk::open_in(&mut world, "One").await;
    let route = unit(&mut world, &desk, "Route").await;
    let mut people = Vec::new();
    for name in ["Ada", "Bola", "Bola", "Chidi", "Dayo"] {
        let person = customer(&mut world, &desk, name).await;
        people.push((person, desk.open_card_for((person, desk.business.default_unit_id), daily(500, 1)).await));
    }
    let first = part(&desk, filter(&desk, TODAY), None, 2).await;
    let (paid, second) = (first.lines[1].account.clone(), first.next.clone());
    // The last card that was shown is paid up, moves to another unit, and its customer gets another name.
    let _ = desk.pay(paid.id, naira(15 * 500)).await;
    desk.change(paid.id, SavingsChange::Edit(SavingsEdit { unit_id: Some(route), ..SavingsEdit::default() }))
        .await
        .unwrap();
    let renamed = ProfileChange { full_name: Some("Zainab".parse().unwrap()), email: None };
    world.people.user_update(renamed, &context(paid.customer_id, start())).await.unwrap();
    let rest = part(&desk, filter(&desk, TODAY), second, 10).await;
    let names: Vec<String> = rest.lines.iter().map(|line| line.customer_name.to_string()).collect();
    assert_eq!(names, ["Bola", "Chidi", "Dayo"]);
    assert_ne!(rest.lines[0].account.customer_id, paid.customer_id);
}

/// All columns of a card but its id and its number.
const COLUMNS: &str = "business_id, unit_id, customer_id, plan_kind, plan_amount_kobo, plan_months, plan_target_date, \
    start_date, end_date, boxes, paid, boxes_paid, commission_terms_kobo, commission_terms_days, status, completion, \
    ever_paid, collected_kobo, credit_kobo, commission_kobo, balance_kobo, held_kobo, paid_out_kobo, next_due_date, \
    renewed_from, version, created_at, created_by, updated_at, updated_by";

async fn a_large_sheet_is_summed_whole(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 1)).await;
    let raw = Raw::open(&test).await;
    let (id, numbers) = match &raw {
        Raw::Postgres(_) => ("gen_random_uuid()", "SELECT n FROM generate_series(1, 2499) n"),
        Raw::Sqlite(_) => (
            "randomblob(16)",
            "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 2499) SELECT n FROM c",
        ),
    };
    raw.execute(&format!(
        "INSERT INTO savings_accounts (id, tracking_number, {COLUMNS})
         SELECT {id}, CAST(n AS text), {COLUMNS} FROM savings_accounts, ({numbers}) numbers WHERE id = {}",
        raw.id(card.id)
    ))
    .await;
    // After all lines: their numbers are none that a card may have.
    let (customer_id, savings_account_id) = (card.customer_id, card.id);
    let end = SheetPlace { unit_key: "z".to_owned(), customer_key: String::new(), customer_id, savings_account_id };
    let sheet = part(&desk, filter(&desk, TODAY), Some(end), 1).await;
    assert_eq!((sheet.lines.len(), sheet.next), (0, None));
    let (arrears, amount_due) = (naira(2_500 * 14 * 500), naira(2_500 * 15 * 500));
    assert_eq!(sheet.totals, Some(SheetTotals { cards: 2_500, arrears, amount_due }));
}
