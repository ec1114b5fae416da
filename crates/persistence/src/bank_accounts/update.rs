//! Changing and removing bank accounts.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::context::Context;
use ofektom_domain::ids::{BankAccountId, UserId};
use ofektom_domain::people::{BankAccount, BankDetailsChange};
use ofektom_domain::ports::{Conflict, StoreError, StoreResult};
use serde_json::json;

use super::announce::change_announce_in_tx;
use super::read::{bank_account_by_id_on, bank_accounts_of_on};
use crate::audit::audit_append_in_tx;
use crate::engine::{Col, Conn, Db, DbResult, Means as _};
use crate::people::user_lock_in_tx;
use crate::schema::bank_accounts;

pub(super) async fn bank_account_update(
    db: &Db,
    account: BankAccount,
    context: Context,
    audit: AuditRow,
) -> StoreResult<Option<BankDetailsChange>> {
    db.write(async move |conn| {
        user_lock_in_tx(conn, account.user_id).await?;
        let before = bank_account_by_id_on(conn, account.user_id, account.id).await?.ok_or(StoreError::NotFound)?;
        if account.is_default {
            default_clear_in_tx(conn, account.user_id).await?;
        }
        account_store_in_tx(conn, &account).await?;
        audit_append_in_tx(conn, &[audit]).await?;
        let change = BankDetailsChange::between(&before, &account);
        if let Some(change) = change {
            change_announce_in_tx(conn, &account, change, &context).await?;
        }
        Ok(change)
    })
    .await
}

pub(super) async fn bank_account_delete(
    db: &Db,
    (user, id): (UserId, BankAccountId),
    context: Context,
    audit: AuditRow,
) -> StoreResult<Option<BankAccount>> {
    db.write(async move |conn| {
        user_lock_in_tx(conn, user).await?;
        let all = bank_accounts_of_on(conn, user).await?;
        let removed = all.iter().find(|account| account.id == id).ok_or(StoreError::NotFound)?;
        let change = (
            bank_accounts::removed_at.eq(Some(Col(audit.at))),
            bank_accounts::updated_at.eq(Col(audit.at)),
            bank_accounts::is_default.eq(false),
        );
        on!(conn, |c| diesel::update(bank_accounts::table.find(Col(id))).set(change).execute(c).await)?;
        let mut audit = audit;
        let next = BankAccount::default_after_removal(removed, &all, audit.at);
        if let Some(next) = &next {
            account_store_in_tx(conn, next).await?;
            change_announce_in_tx(conn, next, BankDetailsChange::BecameDefault, &context).await?;
            audit = audit.after(json!({ "default": next.id }));
        }
        audit_append_in_tx(conn, &[audit]).await?;
        Ok(next)
    })
    .await
}

/// Stores what may change of an account; `NotFound` when it is gone or not the person's.
async fn account_store_in_tx(conn: &mut Conn, account: &BankAccount) -> DbResult<()> {
    let it = bank_accounts::table
        .find(Col(account.id))
        .filter(bank_accounts::user_id.eq(Col(account.user_id)))
        .filter(bank_accounts::removed_at.is_null());
    let change = (
        bank_accounts::bank_code.eq(account.details.bank_code().to_owned()),
        bank_accounts::account_number.eq(account.details.account_number().to_owned()),
        bank_accounts::account_name.eq(account.details.account_name().to_owned()),
        bank_accounts::is_default.eq(account.is_default),
        bank_accounts::changed_at.eq(account.changed_at.map(Col)),
        bank_accounts::updated_at.eq(Col(account.updated_at)),
    );
    let changed = on!(conn, |c| diesel::update(it).set(change).execute(c).await).unique_means(Conflict::BankAccount)?;
    if changed == 0 { Err(StoreError::NotFound.into()) } else { Ok(()) }
}

/// Leaves the person without a default, so that another one can be it.
pub(super) async fn default_clear_in_tx(conn: &mut Conn, user: UserId) -> DbResult<()> {
    let default = bank_accounts::table
        .filter(bank_accounts::user_id.eq(Col(user)))
        .filter(bank_accounts::is_default.eq(true))
        .filter(bank_accounts::removed_at.is_null());
    on!(conn, |c| diesel::update(default).set(bank_accounts::is_default.eq(false)).execute(c).await)?;
    Ok(())
}
