//! Requests that record contributions: each with its own key, each on the next card of its connection.

use std::fmt::Write as _;
use std::sync::Arc;

use anyhow::Result;

use crate::drive::Requests;
use crate::ground::one_box;
use crate::request;
use crate::stage::{BOX_NAIRA, Person, Stage};

/// Cards on which a connection records, one after the other.
pub const CARDS_PER_CONNECTION: usize = 64;
/// Items of a bulk: as many as the API takes.
pub const BULK_ITEMS: usize = 500;

/// Single contributions on the cards of one connection.
///
/// # Errors
/// When the machine has no randomness.
pub fn singles(stage: &Stage, collector: &Person, connection: usize) -> Result<Requests> {
    let (cards, token, body) = (Arc::clone(&stage.cards), collector.token.clone(), one_box());
    let (run, first) = (getrandom::u64()?, connection.saturating_mul(CARDS_PER_CONNECTION));
    let (mut turn, mut path, mut key) = (0_usize, String::new(), String::new());
    Ok(Box::new(move |buffer| {
        let card = cards.get(first + turn % CARDS_PER_CONNECTION).map_or("", String::as_str);
        path.clear();
        key.clear();
        // Writing into memory does not fail.
        let _ = write!(path, "/api/v1/savings/{card}/contributions");
        let _ = write!(key, "{run:016x}-{turn}");
        turn += 1;
        request::post_money(buffer, &path, &token, &key, &body);
    }))
}

/// Bulks of 500 contributions on the 500 cards from a place on.
///
/// # Errors
/// When the machine has no randomness.
pub fn bulks(stage: &Stage, collector: &Person, first: usize) -> Result<Requests> {
    let token = collector.token.clone();
    let path = format!("/api/v1/businesses/{}/contributions/bulk", stage.business_id);
    let mut body = String::from("{\"all_or_nothing\":true,\"items\":[");
    for (place, card) in stage.cards.iter().skip(first).take(BULK_ITEMS).enumerate() {
        let comma = if place == 0 { "" } else { "," };
        let _ = write!(body, "{comma}{{\"savings_id\":\"{card}\",\"amount\":\"{BOX_NAIRA}\"}}");
    }
    body.push_str("]}");
    let (run, mut turn) = (getrandom::u64()?, 0_usize);
    Ok(Box::new(move |buffer| {
        turn += 1;
        request::post_money(buffer, &path, &token, &format!("{run:016x}-{turn}"), &body);
    }))
}
