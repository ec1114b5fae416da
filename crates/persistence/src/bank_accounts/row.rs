//! A row of `bank_accounts`.

use diesel::prelude::{Insertable, Queryable, Selectable};
use jiff::Timestamp;
use ofektom_domain::ids::{BankAccountId, UserId};
use ofektom_domain::people::{BankAccount, BankDetails};

use crate::engine::{Col, DbError, DbResult};
use crate::schema::bank_accounts;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = bank_accounts, treat_none_as_default_value = false)]
pub(super) struct BankAccountRow {
    id: Col<BankAccountId>,
    user_id: Col<UserId>,
    bank_code: String,
    account_number: String,
    account_name: String,
    is_default: bool,
    changed_at: Option<Col<Timestamp>>,
    created_at: Col<Timestamp>,
    updated_at: Col<Timestamp>,
}

impl BankAccountRow {
    /// # Errors
    /// [`DbError::Corrupt`] when the stored details are not ones that are accepted.
    pub(super) fn into_domain(self) -> DbResult<BankAccount> {
        let details = BankDetails::new(&self.bank_code, &self.account_number, &self.account_name)
            .map_err(|_| DbError::Corrupt(format!("the details of bank account {}", self.id.0)))?;
        Ok(BankAccount {
            id: self.id.0,
            user_id: self.user_id.0,
            details,
            is_default: self.is_default,
            changed_at: self.changed_at.map(|at| at.0),
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
        })
    }
}

impl From<&BankAccount> for BankAccountRow {
    fn from(account: &BankAccount) -> Self {
        Self {
            id: Col(account.id),
            user_id: Col(account.user_id),
            bank_code: account.details.bank_code().to_owned(),
            account_number: account.details.account_number().to_owned(),
            account_name: account.details.account_name().to_owned(),
            is_default: account.is_default,
            changed_at: account.changed_at.map(Col),
            created_at: Col(account.created_at),
            updated_at: Col(account.updated_at),
        }
    }
}
