//! Writing an import on PostgreSQL: a few hundred rows a statement.

use diesel::{QueryResult, insert_into};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use ofektom_domain::ports::ApplyImport;

use super::apply_lite::{activation, imported};
use crate::businesses::MembershipRow;
use crate::people::NewUserRow;
use crate::savings::CardRow;
use crate::schema::{activations, imported_cards, memberships, savings_accounts, users};

/// A card has 32 columns, and a statement takes 65,535 values.
const ROWS_AT_ONCE: usize = 500;

pub(super) async fn writes_in_tx(conn: &mut AsyncPgConnection, apply: &ApplyImport) -> QueryResult<()> {
    let writes = &apply.writes;
    for part in writes.users.chunks(ROWS_AT_ONCE) {
        let rows: Vec<_> = part.iter().map(|user| NewUserRow::new(user.clone(), None)).collect();
        insert_into(users::table).values(rows).execute(conn).await?;
    }
    for part in writes.memberships.chunks(ROWS_AT_ONCE) {
        let rows: Vec<_> = part.iter().map(MembershipRow::from).collect();
        insert_into(memberships::table).values(rows).execute(conn).await?;
    }
    for part in apply.activations.chunks(ROWS_AT_ONCE) {
        let rows: Vec<_> = part.iter().map(activation).collect();
        insert_into(activations::table).values(rows).execute(conn).await?;
    }
    for part in writes.cards.chunks(ROWS_AT_ONCE) {
        let rows: Vec<_> = part.iter().map(|card| CardRow::from(card.account.clone())).collect();
        insert_into(savings_accounts::table).values(rows).execute(conn).await?;
        let rows: Vec<_> = part.iter().map(|card| imported(card, apply.turn.import_id)).collect();
        insert_into(imported_cards::table).values(rows).execute(conn).await?;
    }
    Ok(())
}
