//! Customers ask for their money, and what becomes of it.

use anyhow::{Context as _, Result};
use ofektom_app::{Caller, NewBankAccount, PayoutInput};
use ofektom_domain::ids::PaymentRequestId;
use ofektom_domain::payout::{DestinationChoice, DisburseMethod, PayoutDecision};
use ofektom_domain::people::BankDetails;

use super::Tally;
use super::card::Card;
use super::cards::renew;
use super::cast::Cast;
use super::names::{CUSTOMER_PIN, bank_account, customer_name, customer_phone};
use super::stories::{Ending, Payout};
use super::world::{World, fresh};

/// When requests are filed, decided and paid; one still waits today.
const FILED_DAYS_AGO: i64 = 6;
const PENDING_FILED_DAYS_AGO: i64 = 1;
const DECIDED_DAYS_AGO: i64 = 5;
const PAID_DAYS_AGO: i64 = 4;
const RENEWED_DAYS_AGO: i64 = 3;

/// A payment request that was filed, and the place of its card.
pub(super) struct Filed {
    card: usize,
    request: PaymentRequestId,
}

/// Files, decides and pays the requests whose day it is.
pub(super) async fn day_payouts(
    world: &mut World,
    cast: &Cast,
    cards: &mut Vec<Card>,
    (filed, days_ago): (&mut Vec<Filed>, i64),
    tally: &mut Tally,
) -> Result<()> {
    for at in 0..cards.len() {
        let card = cards.get(at).context("a card")?;
        let Ending::Asked(payout) = card.story.ending else { continue };
        let files_on = if payout == Payout::Pending { PENDING_FILED_DAYS_AGO } else { FILED_DAYS_AGO };
        if days_ago == files_on {
            let request = file(world, card, payout).await?;
            filed.push(Filed { card: at, request });
            tally.payment_requests += 1;
        }
        if days_ago == RENEWED_DAYS_AGO && payout == Payout::PaidAndRenewed {
            let start = world.days_ago(days_ago)?;
            let renewed = renew(world, cast, card, start).await?;
            cards.push(renewed);
        }
    }
    for entry in filed.iter() {
        let card = cards.get(entry.card).context("a card")?;
        let Ending::Asked(payout) = card.story.ending else { continue };
        let Some((caller, decision)) = decision_on(payout, days_ago, cast) else { continue };
        let request = world.next_request()?;
        fresh(world.app.payout_decide(caller, entry.request, decision, request).await?)?;
    }
    Ok(())
}

/// The customer asks for his money himself, into his hand or to his bank account.
async fn file(world: &mut World, card: &Card, payout: Payout) -> Result<PaymentRequestId> {
    let customer = world.login(&customer_phone(card.customer)?, CUSTOMER_PIN).await?;
    let destination = if payout == Payout::PaidInCash {
        DestinationChoice::Cash
    } else {
        let (bank, number) = bank_account(card.customer);
        let details = BankDetails::new(bank, &number, customer_name(card.customer)?.as_str())?;
        let new = NewBankAccount { details, is_default: true };
        DestinationChoice::BankAccount(world.app.bank_account_create(&customer, new).await?.id)
    };
    let input = PayoutInput { destination, amount: None, reason: None };
    let request = world.next_request()?;
    Ok(fresh(world.app.payout_file(&customer, card.account.id, input, request).await?)?.id)
}

/// Who decides what on a day.
fn decision_on(payout: Payout, days_ago: i64, cast: &Cast) -> Option<(&Caller, PayoutDecision)> {
    let by_bank = || PayoutDecision::Disburse {
        method: DisburseMethod::BankTransfer,
        reference: Some(format!("TRF-{}", cast.business.join_code)),
        paid_by: None,
    };
    match (payout, days_ago) {
        (Payout::Rejected, DECIDED_DAYS_AGO) => {
            let reason = "the name on the bank account is not the customer's".to_owned();
            Some((&cast.admin, PayoutDecision::Reject { reason }))
        }
        (Payout::Pending, _) => None,
        (_, DECIDED_DAYS_AGO) => Some((&cast.admin, PayoutDecision::Approve)),
        (Payout::Failed, PAID_DAYS_AGO) => {
            let reason = "the bank returned the transfer".to_owned();
            Some((&cast.owner, PayoutDecision::Fail { reason, is_final: false }))
        }
        (Payout::PaidByBank | Payout::PaidAndRenewed, PAID_DAYS_AGO) => Some((&cast.owner, by_bank())),
        (Payout::PaidInCash, PAID_DAYS_AGO) => Some((
            &cast.owner,
            PayoutDecision::Disburse { method: DisburseMethod::Cash, reference: None, paid_by: None },
        )),
        _ => None,
    }
}
