//! Writing rows of the trail.

use std::net::IpAddr;

use diesel::Insertable;
use diesel::sql_types::{Nullable, Text};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::audit::{AuditEntity, AuditRow};
use ofektom_domain::ids::{AuditId, UserId};
use uuid::Uuid;

use crate::effects::Unnest;
use crate::engine::{Col, Conn, DbResult, Instant, Json, Uid, Word, Written};
use crate::schema::audit_rows;

#[derive(Insertable)]
#[diesel(table_name = audit_rows, treat_none_as_default_value = false)]
pub(crate) struct Row<'a> {
    business_id: Col<Uuid>,
    id: Col<AuditId>,
    actor_id: Option<Col<UserId>>,
    verb: &'a str,
    entity: Col<AuditEntity>,
    entity_id: Col<Uuid>,
    state_before: Option<Col<Written>>,
    state_after: Option<Col<Written>>,
    address: Option<Col<IpAddr>>,
    request_id: Option<&'a str>,
    at: Col<Timestamp>,
}

impl<'a> From<&'a AuditRow> for Row<'a> {
    fn from(row: &'a AuditRow) -> Self {
        Self {
            // What concerns a person alone has the nil business, so that the key stays whole.
            business_id: Col(row.business_id.map_or(Uuid::nil(), Into::into)),
            id: Col(row.id),
            actor_id: row.actor.map(Col),
            verb: row.verb,
            entity: Col(row.entity),
            entity_id: Col(row.entity_id),
            state_before: row.before.as_ref().map(|state| Col(Written::new(state))),
            state_after: row.after.as_ref().map(|state| Col(Written::new(state))),
            address: row.address.map(Col),
            request_id: row.request_id.as_deref(),
            at: Col(row.at),
        }
    }
}

/// Adds rows to the trail: one statement on PostgreSQL, one a row on SQLite.
pub(crate) async fn audit_append_in_tx(conn: &mut Conn, rows: &[AuditRow]) -> DbResult<()> {
    match conn {
        Conn::Pg(conn) if rows.len() > 1 => {
            insert_many(rows).execute_on(conn).await?;
        }
        conn => {
            for row in rows {
                on!(conn, |c| diesel::insert_into(audit_rows::table).values(Row::from(row)).execute(c).await)?;
            }
        }
    }
    Ok(())
}

/// The insertion of rows on PostgreSQL.
pub(crate) fn insert_many(rows: &[AuditRow]) -> Unnest<'_> {
    let rows: Vec<Row<'_>> = rows.iter().map(Row::from).collect();
    Unnest::new(
        "INSERT INTO audit_rows (business_id, id, actor_id, verb, entity, entity_id, address, request_id, at,
             state_before, state_after)
         SELECT * FROM",
        "",
    )
    .column::<Uid, _>(rows.iter().map(|row| row.business_id))
    .column::<Uid, _>(rows.iter().map(|row| row.id))
    .column::<Nullable<Uid>, _>(rows.iter().map(|row| row.actor_id))
    .column::<Text, _>(rows.iter().map(|row| row.verb))
    .column::<Word, _>(rows.iter().map(|row| row.entity))
    .column::<Uid, _>(rows.iter().map(|row| row.entity_id))
    .column::<Nullable<Word>, _>(rows.iter().map(|row| row.address))
    .column::<Nullable<Text>, _>(rows.iter().map(|row| row.request_id))
    .column::<Instant, _>(rows.iter().map(|row| row.at))
    .column::<Nullable<Json>, _>(rows.iter().map(|row| row.state_before.clone()))
    .column::<Nullable<Json>, _>(rows.into_iter().map(|row| row.state_after))
}
