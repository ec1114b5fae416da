//! Only an empty database is filled.

use diesel::sql_types::{BigInt, Text};
use diesel::{OptionalExtension as _, QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;

use super::error::TransferError;
use super::tables::{LEFT_BEHIND, row_find};
use crate::engine::{Conn, Db};

const POSTGRES_TABLES: &str = "
    SELECT table_name::text AS name FROM information_schema.tables
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name";

const SQLITE_TABLES: &str = "
    SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";

/// Which migrations there are is not data.
const MIGRATIONS: &str = "__diesel_schema_migrations";

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    #[expect(dead_code, reason = "that there is a row is what counts")]
    found: i64,
}

/// Refuses a database in which any table has a row, be it one of another program. What migrations put there is none.
///
/// # Errors
/// [`TransferError::NotEmpty`]; when the database cannot be asked.
pub async fn database_empty_check(db: &Db) -> Result<(), TransferError> {
    let filled = db.read(async |conn| {
        let sql = match conn {
            Conn::Pg(_) => POSTGRES_TABLES,
            Conn::Lite(_) => SQLITE_TABLES,
        };
        let mut filled = Vec::new();
        for Named { name } in on!(conn, |c| sql_query(sql).load::<Named>(c).await)? {
            if name == MIGRATIONS || LEFT_BEHIND.contains(&name.as_str()) {
                continue;
            }
            let first = row_find(&name);
            let first = on!(conn, |c| sql_query(&first).get_result::<Found>(c).await.optional())?;
            if first.is_some() {
                filled.push(name);
            }
        }
        Ok(filled)
    });
    let filled = filled.await?;
    if filled.is_empty() { Ok(()) } else { Err(TransferError::NotEmpty(filled)) }
}
