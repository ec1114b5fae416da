//! What our server wrote for one contribution: the other side writes rows of the same size.

use std::path::Path;

use anyhow::{Context as _, Result};
use diesel::sql_types::{Binary, Text};
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection};

use crate::postgres;

/// The texts in the rows of the one contribution that a fresh stage has.
#[derive(Clone, Debug)]
pub struct Shape {
    /// The stored answer.
    pub body: String,
    /// The state in the audit row before.
    pub before: String,
    /// The state in the audit row after.
    pub after: String,
    /// The facts of the notification.
    pub facts: String,
    /// The id of the request.
    pub request_id: String,
}

const ROWS: &str = "FROM contributions c
    JOIN audit_rows a ON a.business_id = c.business_id AND a.entity_id = c.id
    JOIN notifications n ON n.subject_id = c.id
    JOIN idempotency_keys k ON k.caller_id = c.created_by";

impl Shape {
    /// Reads it from PostgreSQL.
    ///
    /// # Errors
    /// When there is no such contribution.
    pub async fn of_postgres(url: &str) -> Result<Self> {
        let columns = "k.answer_body, a.state_before::text, a.state_after::text, n.facts::text, a.request_id";
        let row = postgres::connect(url).await?.query_one(&format!("SELECT {columns} {ROWS}"), &[]).await?;
        let body: Vec<u8> = row.try_get(0)?;
        Ok(Self {
            body: String::from_utf8(body)?,
            before: row.try_get(1)?,
            after: row.try_get(2)?,
            facts: row.try_get(3)?,
            request_id: row.try_get(4)?,
        })
    }

    /// Reads it from SQLite.
    ///
    /// # Errors
    /// When there is no such contribution.
    pub fn of_sqlite(file: &Path) -> Result<Self> {
        let mut conn = SqliteConnection::establish(file.to_str().context("a path that is not UTF-8")?)?;
        let columns = "k.answer_body AS body, a.state_before AS earlier, a.state_after AS later, n.facts AS facts, \
                       a.request_id AS request_id";
        let row: Texts = diesel::sql_query(format!("SELECT {columns} {ROWS}")).get_result(&mut conn)?;
        Ok(Self {
            body: String::from_utf8(row.body)?,
            before: row.earlier,
            after: row.later,
            facts: row.facts,
            request_id: row.request_id,
        })
    }
}

#[derive(QueryableByName)]
struct Texts {
    #[diesel(sql_type = Binary)]
    body: Vec<u8>,
    #[diesel(sql_type = Text)]
    earlier: String,
    #[diesel(sql_type = Text)]
    later: String,
    #[diesel(sql_type = Text)]
    facts: String,
    #[diesel(sql_type = Text)]
    request_id: String,
}
