//! Reading bank accounts. Removed ones are never shown.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::{BankAccountId, UserId};
use ofektom_domain::people::BankAccount;
use ofektom_domain::ports::StoreResult;

use super::row::BankAccountRow;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::schema::bank_accounts;

pub(super) async fn bank_accounts_list(db: &Db, user: UserId) -> StoreResult<Vec<BankAccount>> {
    db.read(async move |conn| bank_accounts_of_on(conn, user).await).await
}

/// A person's bank accounts, newest first.
pub(super) async fn bank_accounts_of_on(conn: &mut Conn, user: UserId) -> DbResult<Vec<BankAccount>> {
    let rows = on!(conn, |c| bank_accounts::table
        .filter(bank_accounts::user_id.eq(Col(user)))
        .filter(bank_accounts::removed_at.is_null())
        .order(bank_accounts::id.desc())
        .select(BankAccountRow::as_select())
        .load::<BankAccountRow>(c)
        .await)?;
    rows.into_iter().map(BankAccountRow::into_domain).collect()
}

pub(super) async fn bank_account_by_id(db: &Db, user: UserId, id: BankAccountId) -> StoreResult<Option<BankAccount>> {
    db.read(async move |conn| bank_account_by_id_on(conn, user, id).await).await
}

/// One of a person's bank accounts.
pub(crate) async fn bank_account_by_id_on(
    conn: &mut Conn,
    user: UserId,
    id: BankAccountId,
) -> DbResult<Option<BankAccount>> {
    let found = on!(conn, |c| bank_accounts::table
        .find(Col(id))
        .filter(bank_accounts::user_id.eq(Col(user)))
        .filter(bank_accounts::removed_at.is_null())
        .select(BankAccountRow::as_select())
        .first::<BankAccountRow>(c)
        .await
        .optional())?;
    found.map(BankAccountRow::into_domain).transpose()
}
