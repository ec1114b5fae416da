//! Adding a bank account.

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::audit::AuditRow;
use ofektom_domain::context::Context;
use ofektom_domain::ids::UserId;
use ofektom_domain::people::{BankAccount, BankDetailsChange};
use ofektom_domain::ports::{Conflict, StoreResult};
use ofektom_domain::refusal::Refusal;

use super::announce::change_announce_in_tx;
use super::row::BankAccountRow;
use super::update::default_clear_in_tx;
use crate::audit::audit_append_in_tx;
use crate::engine::{Col, Conn, Db, DbResult, Means as _};
use crate::people::user_lock_in_tx;
use crate::schema::bank_accounts;

/// Most bank accounts of one person.
const PER_PERSON_MAX: i64 = 10;

pub(super) async fn bank_account_create(
    db: &Db,
    mut account: BankAccount,
    context: Context,
    audit: AuditRow,
) -> StoreResult<BankAccount> {
    db.write(async move |conn| {
        user_lock_in_tx(conn, account.user_id).await?;
        let (ever, live) = counts_on(conn, account.user_id).await?;
        if live >= PER_PERSON_MAX {
            return Err(Refusal::field("account_number", "too_many", "a person may have 10 bank accounts").into());
        }
        account.is_default |= live == 0;
        // The very first one replaces nothing, so nobody can divert a payout with it: no cooling-off.
        account.changed_at = if ever == 0 { None } else { account.changed_at.or(Some(account.created_at)) };
        if account.is_default {
            default_clear_in_tx(conn, account.user_id).await?;
        }
        let row = BankAccountRow::from(&account);
        on!(conn, |c| diesel::insert_into(bank_accounts::table).values(row).execute(c).await)
            .unique_means(Conflict::BankAccount)?;
        audit_append_in_tx(conn, &[audit]).await?;
        if account.changed_at.is_some() {
            change_announce_in_tx(conn, &account, BankDetailsChange::Added, &context).await?;
        }
        Ok(account)
    })
    .await
}

/// How many bank accounts the person ever had, and has.
async fn counts_on(conn: &mut Conn, user: UserId) -> DbResult<(i64, i64)> {
    let all = bank_accounts::table.filter(bank_accounts::user_id.eq(Col(user)));
    let live = all.filter(bank_accounts::removed_at.is_null());
    let ever = on!(conn, |c| all.count().get_result::<i64>(c).await)?;
    let live = on!(conn, |c| live.count().get_result::<i64>(c).await)?;
    Ok((ever, live))
}
