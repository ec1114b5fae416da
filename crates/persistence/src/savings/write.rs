//! Opening and changing cards.

use diesel_async::RunQueryDsl as _;
use ofektom_domain::effects::Effects;
use ofektom_domain::ports::{ChangeSavings, Conflict, StoreError, StoreResult};
use ofektom_domain::savings::{SavingsAccount, change_decide};

use super::lock::card_lock_in_tx;
use super::row::CardRow;
use crate::effects::effects_write_in_tx;
use crate::engine::{Db, DbError, Means as _};
use crate::schema::savings_accounts;

pub(super) async fn savings_open(db: &Db, account: SavingsAccount, effects: Effects) -> StoreResult<()> {
    db.write(async move |conn| {
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
        let effects = change_decide(&card, command.change, &command.context)?;
        let after = effects.account.clone();
        effects_write_in_tx(conn, vec![effects]).await?;
        after.ok_or_else(|| DbError::Corrupt("a change without a card".to_owned()))
    })
    .await
}
