//! The caller himself.

use super::Row;
use crate::handlers::businesses::InvitationView;
use crate::handlers::me::{
    BankAccountBody, BankAccountPatch, BankAccountView, MeView, ProfilePatch, bank_account_create, bank_account_delete,
    bank_account_update, bank_accounts_list, me, own_invitations_list, profile_update,
};
use crate::problem::kind;

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::get("/api/v1/me", "me", me).summary("The caller, with his place in each business").gives::<MeView>(200),
        Row::patch("/api/v1/me", "profile_update", profile_update)
            .summary("Changes the caller's name or e-mail address")
            .takes::<ProfilePatch>()
            .gives::<MeView>(200),
        Row::get("/api/v1/me/invitations", "own_invitations_list", own_invitations_list)
            .summary("The pending invitations to the caller's phone number; the token to accept one is in its message")
            .gives_page_of::<InvitationView>(),
        Row::get("/api/v1/me/bank-accounts", "bank_accounts_list", bank_accounts_list)
            .summary("The caller's bank accounts")
            .gives_page_of::<BankAccountView>(),
        Row::post("/api/v1/me/bank-accounts", "bank_account_create", bank_account_create)
            .summary("Adds a bank account")
            .takes::<BankAccountBody>()
            .gives::<BankAccountView>(201)
            .refuses(&[kind::BANK_ACCOUNT_EXISTS]),
        Row::patch("/api/v1/me/bank-accounts/{id}", "bank_account_update", bank_account_update)
            .summary("Changes a bank account")
            .takes::<BankAccountPatch>()
            .gives::<BankAccountView>(200)
            .refuses(&[kind::BANK_ACCOUNT_EXISTS]),
        Row::delete("/api/v1/me/bank-accounts/{id}", "bank_account_delete", bank_account_delete)
            .summary("Removes a bank account"),
    ]
}
