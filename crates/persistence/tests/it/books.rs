//! The figures of the books for whoever watches over them.

use jiff::Timestamp;
use ofektom_domain::ids::{BusinessId, EntryId};
use ofektom_domain::money::Money;
use ofektom_domain::payout::{DisburseMethod, PayoutDecision};
use ofektom_domain::savings::SavingsChange;
use ofektom_domain::seal::PLATFORM_CHAIN;
use ofektom_persistence::{BookFigures, Books};
use ofektom_testkit::{TestDb, on_both_engines};
use uuid::Uuid;

use crate::desk::{Desk, daily, fresh, naira};
use crate::fixture::later;
use crate::raw::Raw;
use crate::seal_key::{seal_all, seals};

on_both_engines!(
    cash_and_payouts_are_told,
    an_entry_that_does_not_balance_is_found,
    the_oldest_row_without_a_seal_is_found,
);

fn start() -> EntryId {
    EntryId::from_uuid(Uuid::nil())
}

async fn cash_and_payouts_are_told(test: TestDb) {
    let desk = Desk::open(&test).await;
    let books = Books::new(desk.db.clone());
    assert_eq!(books.businesses().await.unwrap(), [desk.business.id]);
    let figures = async || books.figures(desk.business.id).await.unwrap();
    let none = BookFigures { outstanding_cash: naira(0), open_payouts: 0, open_payouts_amount: naira(0) };
    assert_eq!(figures().await, none);

    let card = desk.open_card(daily(500, 3)).await;
    desk.pay(card.id, naira(1_500)).await;
    fresh(desk.post(card.id, desk.cash(naira(2_000))).await);
    assert_eq!(figures().await, BookFigures { outstanding_cash: naira(3_500), ..none });

    desk.change(card.id, SavingsChange::End).await.unwrap();
    let request = fresh(desk.file(card.id).await);
    let open = BookFigures { open_payouts: 1, open_payouts_amount: request.amount, ..figures().await };
    assert_eq!(figures().await, open);
    assert!(!request.amount.is_zero());
    fresh(desk.decide(request.id, PayoutDecision::Approve, desk.admin).await);
    assert_eq!(figures().await, open, "approved, it is still to be paid");
    let paid = PayoutDecision::Disburse { method: DisburseMethod::Cash, reference: None, paid_by: None };
    fresh(desk.decide(request.id, paid, desk.admin).await);
    let left = naira(3_500).minus(request.amount).unwrap();
    assert_eq!(figures().await, BookFigures { outstanding_cash: left, ..none }, "paid out of somebody's hands");
    desk.contributions.close().await;
}

async fn an_entry_that_does_not_balance_is_found(test: TestDb) {
    let desk = Desk::open(&test).await;
    let books = Books::new(desk.db.clone());
    let business = desk.business.id;
    let nothing = books.balance_piece(business, start(), 10).await.unwrap();
    assert_eq!((nothing.last, nothing.entries), (None, 0));

    let card = desk.open_card(daily(500, 3)).await;
    for _ in 0..7 {
        desk.pay(card.id, naira(500)).await;
    }
    let raw = Raw::open(&test).await;
    let entries = raw.count("journal_entries").await;
    let (mut after, mut seen) = (start(), 0);
    loop {
        let piece = books.balance_piece(business, after, 3).await.unwrap();
        assert!(piece.unbalanced.is_empty(), "{piece:?}");
        seen += i64::from(piece.entries);
        let Some(last) = piece.last else { break };
        assert!(last > after && piece.entries <= 3);
        after = last;
    }
    assert_eq!(seen, entries);

    let of_business = raw.id(business);
    raw.execute(&format!(
        "INSERT INTO postings (business_id, entry_id, line, account_kind, amount_kobo)
         SELECT business_id, MIN_ID.id, 99, 'bank', 12300 FROM (
             SELECT business_id, id FROM journal_entries WHERE business_id = {of_business} ORDER BY id LIMIT 1
         ) MIN_ID"
    ))
    .await;
    let piece = books.balance_piece(business, start(), 1_000).await.unwrap();
    assert_eq!(piece.unbalanced.len(), 1);
    assert_eq!(piece.unbalanced[0].1, Money::from_kobo(12_300));
    let beyond = books.balance_piece(business, piece.unbalanced[0].0, 1_000).await.unwrap();
    assert_eq!((beyond.unbalanced.len(), beyond.last), (0, piece.last));
    let elsewhere = books.balance_piece(BusinessId::from_uuid(Uuid::from_u128(1)), start(), 10).await.unwrap();
    assert_eq!(elsewhere.last, None);
    desk.contributions.close().await;
}

async fn the_oldest_row_without_a_seal_is_found(test: TestDb) {
    let desk = Desk::open(&test).await;
    let card = desk.open_card(daily(500, 3)).await;
    desk.pay(card.id, naira(500)).await;
    let books = Books::new(desk.db.clone());
    let now = later(60);
    let oldest: Timestamp = books.oldest_unsealed(now).await.unwrap().unwrap();
    assert!(oldest < now);
    let seals = seals(&test, 1).await;
    seal_all(&seals, PLATFORM_CHAIN, now).await;
    let of_business = books.oldest_unsealed(now).await.unwrap().unwrap();
    assert!(of_business >= oldest);
    seal_all(&seals, desk.business.id, now).await;
    assert_eq!(books.oldest_unsealed(now).await.unwrap(), None);
    desk.contributions.close().await;
}
