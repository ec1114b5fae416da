//! Names for lists.

use std::collections::BTreeSet;

use ofektom_domain::page::PageRequest;
use ofektom_domain::people::PersonName;
use ofektom_domain::ports::{ContributionFilter, ContributionStore, NameStore, NamesWanted};
use ofektom_persistence::NameBook;
use ofektom_testkit::{TestDb, on_both_engines};

use crate::desk::{Desk, daily, naira};
use crate::fixture::World;

on_both_engines!(nothing_is_named_beyond_the_businesses, a_list_is_named_in_one_statement);

async fn nothing_is_named_beyond_the_businesses(test: TestDb) {
    let mut world = World::open(&test).await;
    let (desk, other) = (Desk::open_in(&mut world, "One").await, Desk::open_in(&mut world, "Two").await);
    let (card, theirs) = (desk.open_card(daily(500, 1)).await, other.open_card(daily(500, 1)).await);
    let book = NameBook::new(desk.db.clone());
    let both = NamesWanted {
        businesses: BTreeSet::from([desk.business.id]),
        people: BTreeSet::from([desk.agent.id, desk.customer.id, other.agent.id, other.customer.id]),
        units: BTreeSet::from([desk.business.default_unit_id, other.business.default_unit_id]),
        cards: BTreeSet::from([card.id, theirs.id]),
    };
    let names = book.names_of(both.clone()).await.unwrap();
    assert_eq!((names.get(desk.agent.id), names.get(desk.customer.id)), (Some("Ngozi Eze"), Some("Chidi Obi")));
    assert_eq!(names.get(desk.business.default_unit_id), Some("Main"));
    assert_eq!(names.get(card.id), Some(card.tracking_number.to_string().as_str()));
    assert_eq!((names.get(other.agent.id), names.get(other.customer.id)), (None, None));
    assert_eq!((names.get(other.business.default_unit_id), names.get(theirs.id)), (None, None));

    let businesses = BTreeSet::from([desk.business.id, other.business.id]);
    let names = book.names_of(NamesWanted { businesses, ..both }).await.unwrap();
    assert!(names.get(other.customer.id).is_some() && names.get(theirs.id).is_some());
    let names = book.names_of(NamesWanted::default()).await.unwrap();
    assert_eq!(names.get(desk.customer.id), None);
}

async fn a_list_is_named_in_one_statement(test: TestDb) {
    let desk = Desk::open(&test).await;
    for _ in 0..20 {
        let card = desk.open_card(daily(500, 1)).await;
        let _ = desk.pay(card.id, naira(500)).await;
    }
    let filter = ContributionFilter::default();
    let page = desk.contributions.contributions_list(&desk.scope(), &filter, PageRequest::default()).await.unwrap();
    let book = NameBook::new(desk.db.clone());
    let before = desk.db.pool_status().statements_total;
    let names = book.names_of(NamesWanted::of(&page.items)).await.unwrap();
    assert_eq!(desk.db.pool_status().statements_total - before, 1, "whatever the number of rows");
    assert_eq!(page.items.len(), 20);
    for row in &page.items {
        let named = [names.get(row.customer_id), names.get(row.collected_by)];
        assert!(named.iter().all(|name| name.is_some_and(|name| name.parse::<PersonName>().is_ok())), "{named:?}");
        assert!(names.get(row.savings_account_id).is_some() && names.get(row.unit_id).is_some());
    }
}
