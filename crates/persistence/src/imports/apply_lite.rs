//! Writing an import on SQLite: synchronous statements, all in one hop to a blocking thread.

use diesel::prelude::Insertable;
use diesel::{QueryResult, RunQueryDsl as _, SqliteConnection, insert_into};
use jiff::Timestamp;
use ofektom_domain::ids::{BusinessId, ImportId, SavingsAccountId, UserId};
use ofektom_domain::import::ImportedCard;
use ofektom_domain::people::{Activation, TokenHash};
use ofektom_domain::ports::ApplyImport;

use crate::businesses::MembershipRow;
use crate::engine::Col;
use crate::people::NewUserRow;
use crate::savings::CardRow;
use crate::schema::{activations, imported_cards, memberships, savings_accounts, users};

#[derive(Insertable)]
#[diesel(table_name = imported_cards, treat_none_as_default_value = false)]
pub(super) struct ImportedRow<'a> {
    business_id: Col<BusinessId>,
    customer_id: Col<UserId>,
    reference: &'a str,
    terms: &'a str,
    savings_account_id: Col<SavingsAccountId>,
    import_id: Col<ImportId>,
}

#[derive(Insertable)]
#[diesel(table_name = activations, treat_none_as_default_value = false)]
pub(super) struct ActivationRow {
    token_hash: Col<TokenHash>,
    user_id: Col<UserId>,
    created_at: Col<Timestamp>,
    expires_at: Col<Timestamp>,
}

/// The row that tells an imported card again.
pub(super) fn imported(card: &ImportedCard, import: ImportId) -> ImportedRow<'_> {
    ImportedRow {
        business_id: Col(card.account.business_id),
        customer_id: Col(card.account.customer_id),
        reference: &card.reference,
        terms: &card.terms,
        savings_account_id: Col(card.account.id),
        import_id: Col(import),
    }
}

/// The row of a token.
pub(super) fn activation(activation: &Activation) -> ActivationRow {
    ActivationRow {
        token_hash: Col(activation.hash),
        user_id: Col(activation.user_id),
        created_at: Col(activation.created_at),
        expires_at: Col(activation.expires_at),
    }
}

pub(super) fn writes_in_tx(conn: &mut SqliteConnection, apply: &ApplyImport) -> QueryResult<()> {
    let writes = &apply.writes;
    for user in &writes.users {
        insert_into(users::table).values(NewUserRow::new(user.clone(), None)).execute(conn)?;
    }
    for membership in &writes.memberships {
        insert_into(memberships::table).values(MembershipRow::from(membership)).execute(conn)?;
    }
    for token in apply.activations.iter() {
        insert_into(activations::table).values(activation(token)).execute(conn)?;
    }
    for card in &writes.cards {
        insert_into(savings_accounts::table).values(CardRow::from(card.account.clone())).execute(conn)?;
        insert_into(imported_cards::table).values(imported(card, apply.turn.import_id)).execute(conn)?;
    }
    Ok(())
}
