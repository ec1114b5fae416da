//! A customer's bank accounts.

use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::ids::BankAccountId;
use ofektom_domain::people::{BankAccount, BankDetails, BankDetailsChange};
use ofektom_domain::permission::Role;
use ofektom_domain::ports::Message;
use ofektom_domain::refusal::Refusal;
use serde_json::json;

use crate::app::App;
use crate::caller::Caller;
use crate::error::{AppError, AppResult};

/// Most bank accounts a person may have.
const BANK_ACCOUNTS_MAX: usize = 10;

/// A bank account to add.
#[derive(Clone, Debug)]
pub struct NewBankAccount {
    /// Where the money goes.
    pub details: BankDetails,
    /// Whether it becomes the default. A person's first one always does.
    pub is_default: bool,
}

/// What to change of a bank account; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct BankAccountChange {
    /// The new bank code.
    pub bank_code: Option<String>,
    /// The new account number.
    pub account_number: Option<String>,
    /// The new name on the account.
    pub account_name: Option<String>,
    /// `true` makes it the default.
    pub is_default: Option<bool>,
}

impl BankAccountChange {
    const fn is_empty(&self) -> bool {
        self.bank_code.is_none()
            && self.account_number.is_none()
            && self.account_name.is_none()
            && self.is_default.is_none()
    }
}

impl App {
    /// The caller's bank accounts, newest first.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn bank_accounts_list(&self, caller: &Caller) -> AppResult<Vec<BankAccount>> {
        Ok(self.stores.bank_accounts.bank_accounts_list(caller.id()).await?)
    }

    /// Adds a bank account. Payouts to any but a person's very first one wait for the business's cooling-off time, which is
    /// announced.
    ///
    /// # Errors
    /// `Conflict(BankAccount)` for the same details; [`AppError::Refused`] for an eleventh account.
    pub async fn bank_account_create(&self, caller: &Caller, new: NewBankAccount) -> AppResult<BankAccount> {
        if self.bank_accounts_list(caller).await?.len() >= BANK_ACCOUNTS_MAX {
            return Err(Refusal::field("account_number", "too_many", "a person may have 10 bank accounts").into());
        }
        let context = self.context(caller.id(), Role::Customer, &caller.origin);
        let mut ids = context.ids();
        let account = BankAccount {
            id: ids.make(),
            user_id: caller.id(),
            details: new.details,
            is_default: new.is_default,
            changed_at: Some(context.now),
            created_at: context.now,
            updated_at: context.now,
        };
        let about = (AuditEntity::BankAccount, account.id.uuid());
        let audit = AuditRow::new(&mut ids, &context, None, "bank_account.create", about)
            .after(json!({ "details": account.details, "is_default": account.is_default }));
        let added = self.stores.bank_accounts.bank_account_create(account, &context, audit).await?;
        if added.changed_at.is_some() {
            self.bank_details_send(caller, BankDetailsChange::Added).await;
        }
        Ok(added)
    }

    /// Changes a bank account. New details wait for the cooling-off time again, and so does one that becomes the default.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Refused`], `Conflict(BankAccount)`.
    pub async fn bank_account_update(
        &self,
        caller: &Caller,
        id: BankAccountId,
        change: BankAccountChange,
    ) -> AppResult<BankAccount> {
        let found = self.stores.bank_accounts.bank_account_by_id(caller.id(), id).await?;
        let before = found.ok_or(AppError::NotFound)?;
        if change.is_empty() {
            let fields = ["bank_code", "account_number", "account_name", "is_default"];
            return Err(Refusal::nothing_to_change(&fields).into());
        }
        if change.is_default == Some(false) && before.is_default {
            let message = "make another bank account the default instead";
            return Err(Refusal::field("is_default", "not_allowed", message).into());
        }
        let details = BankDetails::new(
            change.bank_code.as_deref().unwrap_or_else(|| before.details.bank_code()),
            change.account_number.as_deref().unwrap_or_else(|| before.details.account_number()),
            change.account_name.as_deref().unwrap_or_else(|| before.details.account_name()),
        )?;
        let context = self.context(caller.id(), Role::Customer, &caller.origin);
        let is_default = change.is_default.unwrap_or(before.is_default);
        let account = before.changed_to(details, is_default, context.now);
        let about = (AuditEntity::BankAccount, id.uuid());
        let audit = AuditRow::new(&mut context.ids(), &context, None, "bank_account.update", about)
            .before(json!({ "details": before.details, "is_default": before.is_default }))
            .after(json!({ "details": account.details, "is_default": account.is_default }));
        if let Some(change) = self.stores.bank_accounts.bank_account_update(account.clone(), &context, audit).await? {
            self.bank_details_send(caller, change).await;
        }
        Ok(account)
    }

    /// Removes a bank account. Payment requests that were filed keep their details. When it was the default, the most
    /// recently added one of those that remain takes its place, and waits for the cooling-off time.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn bank_account_delete(&self, caller: &Caller, id: BankAccountId) -> AppResult<()> {
        let found = self.stores.bank_accounts.bank_account_by_id(caller.id(), id).await?;
        let before = found.ok_or(AppError::NotFound)?;
        let context = self.context(caller.id(), Role::Customer, &caller.origin);
        let about = (AuditEntity::BankAccount, id.uuid());
        let audit = AuditRow::new(&mut context.ids(), &context, None, "bank_account.delete", about)
            .before(json!({ "details": before.details }));
        let next = self.stores.bank_accounts.bank_account_delete(caller.id(), id, &context, audit).await?;
        if next.is_some() {
            self.bank_details_send(caller, BankDetailsChange::BecameDefault).await;
        }
        Ok(())
    }

    /// Tells a person outside of the application, too, that it changed where his money goes: whoever did it may be signed in
    /// as him, but does not have his phone.
    async fn bank_details_send(&self, caller: &Caller, change: BankDetailsChange) {
        let message = Message::BankDetailsChanged { phone: caller.user.phone.clone(), change };
        if let Err(error) = self.outside.messenger.message_send(message).await {
            // The change stands all the same, and he is told in the application.
            tracing::warn!(user.id = %caller.id(), error = %error, "a change of bank details could not be handed over");
        }
    }
}
