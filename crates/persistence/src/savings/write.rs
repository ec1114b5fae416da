//! Opening and changing cards.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::business::BusinessStatus;
use ofektom_domain::effects::Effects;
use ofektom_domain::ports::{ChangeSavings, Conflict, StoreError, StoreResult};
use ofektom_domain::refusal::Refusal;
use ofektom_domain::savings::{SavingsAccount, SavingsChange, change_decide};

use super::lock::card_lock_in_tx;
use super::row::{CardRow, plan_columns};
use crate::businesses::{business_hold_in_tx, members_hold_in_tx};
use crate::effects::{all_changed, effects_write_in_tx};
use crate::engine::{Col, Conn, Db, DbError, DbResult, Means as _};
use crate::schema::savings_accounts;

pub(super) async fn savings_open(db: &Db, account: SavingsAccount, effects: Effects) -> StoreResult<()> {
    db.write(async move |conn| {
        // Nobody closes the business or lets the customer go while his card is being opened.
        if business_hold_in_tx(conn, account.business_id).await?.status != BusinessStatus::Active {
            return Err(Refusal::BusinessNotActive.into());
        }
        if members_hold_in_tx(conn, account.business_id, &[account.customer_id]).await? == 0 {
            return Err(Refusal::field("customer_id", "unknown", "must be an active member of the business").into());
        }
        let row = CardRow::from(account);
        // The id is fresh, so a unique violation is the tracking number's.
        on!(conn, |c| diesel::insert_into(savings_accounts::table).values(row).execute(c).await)
            .unique_means(Conflict::TrackingNumber)?;
        effects_write_in_tx(conn, vec![effects]).await
    })
    .await
}

pub(super) async fn savings_change(db: &Db, command: ChangeSavings) -> StoreResult<SavingsAccount> {
    db.write(async move |conn| {
        let key = (command.business_id, command.savings_account_id);
        let card = card_lock_in_tx(conn, key).await?.ok_or(StoreError::NotFound)?;
        if command.if_version.is_some_and(|version| version != card.version) {
            return Err(StoreError::Conflict(Conflict::Version).into());
        }
        let effects = change_decide(&card, command.change, &command.context)?;
        let after = effects.account.clone();
        if let (SavingsChange::Edit(_), Some(card)) = (command.change, &after) {
            terms_write_in_tx(conn, card).await?;
        }
        effects_write_in_tx(conn, vec![effects]).await?;
        after.ok_or_else(|| DbError::Corrupt("a change without a card".to_owned()))
    })
    .await
}

/// Writes what only a change of the terms can change; the batch of everyday writes leaves these columns alone. The last day goes
/// with the first, so that one is never after the other.
async fn terms_write_in_tx(conn: &mut Conn, card: &SavingsAccount) -> DbResult<()> {
    let (_, _, target_date) = plan_columns(card.plan.terms);
    let it = savings_accounts::table.find((Col(card.business_id), Col(card.id)));
    let terms = (
        savings_accounts::plan_kind.eq(Col(card.plan.terms.kind())),
        savings_accounts::plan_target_date.eq(target_date.map(Col)),
        savings_accounts::start_date.eq(Col(card.plan.start)),
        savings_accounts::end_date.eq(Col(card.plan.end())),
    );
    let rows = on!(conn, |c| diesel::update(it).set(terms).execute(c).await)?;
    Ok(all_changed(rows, 1)?)
}
