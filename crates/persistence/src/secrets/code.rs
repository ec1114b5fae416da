//! Reset codes.

use diesel::prelude::{
    AsChangeset, ExpressionMethods as _, Insertable, OptionalExtension as _, QueryDsl as _, Queryable, Selectable,
    SelectableHelper as _,
};
use diesel_async::RunQueryDsl as _;
use jiff::{SignedDuration, Timestamp};
use ofektom_domain::audit::AuditRow;
use ofektom_domain::ids::UserId;
use ofektom_domain::people::{SecretCode, TokenHash};
use ofektom_domain::ports::StoreResult;

use crate::audit::audit_append_in_tx;
use crate::engine::{Col, Conn, Db, DbResult};
use crate::schema::secret_codes;

#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = secret_codes, primary_key(key), treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row {
    key: Col<TokenHash>,
    user_id: Option<Col<UserId>>,
    code_hash: Col<TokenHash>,
    tries: Col<u32>,
    created_at: Col<Timestamp>,
    expires_at: Col<Timestamp>,
}

impl From<SecretCode> for Row {
    fn from(code: SecretCode) -> Self {
        Self {
            key: Col(code.key),
            user_id: code.user_id.map(Col),
            code_hash: Col(code.code_hash),
            tries: Col(code.tries),
            created_at: Col(code.created_at),
            expires_at: Col(code.expires_at),
        }
    }
}

impl From<Row> for SecretCode {
    fn from(row: Row) -> Self {
        Self {
            key: row.key.0,
            user_id: row.user_id.map(|id| id.0),
            code_hash: row.code_hash.0,
            tries: row.tries.0,
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
        }
    }
}

pub(super) async fn secret_code_replace(db: &Db, code: SecretCode, audit: AuditRow) -> StoreResult<()> {
    db.write(async move |conn| {
        forgotten_delete_in_tx(conn, audit.at).await?;
        let row = Row::from(code);
        on!(conn, |c| diesel::insert_into(secret_codes::table)
            .values(row.clone())
            .on_conflict(secret_codes::key)
            .do_update()
            .set(row)
            .execute(c)
            .await)?;
        audit_append_in_tx(conn, &[audit]).await
    })
    .await
}

/// Codes that have been worthless for a day go, so that asking for many numbers does not fill the table.
async fn forgotten_delete_in_tx(conn: &mut Conn, now: Timestamp) -> DbResult<()> {
    let day_before = now.checked_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
    let forgotten = secret_codes::table.filter(secret_codes::expires_at.lt(Col(day_before)));
    on!(conn, |c| diesel::delete(forgotten).execute(c).await)?;
    Ok(())
}

/// The code under a key, locked: tries at the same time are counted one after the other.
pub(super) async fn secret_code_lock_in_tx(conn: &mut Conn, key: TokenHash) -> DbResult<Option<SecretCode>> {
    let found = match conn {
        Conn::Pg(c) => {
            let query = secret_codes::table.find(Col(key)).select(Row::as_select());
            query.for_update().first::<Row>(&mut **c).await.optional()?
        }
        // A write on SQLite is alone anyway.
        Conn::Lite(c) => {
            let query = secret_codes::table.find(Col(key)).select(Row::as_select());
            query.first::<Row>(&mut **c).await.optional()?
        }
    };
    Ok(found.map(SecretCode::from))
}

pub(super) async fn secret_code_tried_in_tx(conn: &mut Conn, code: &SecretCode) -> DbResult<()> {
    let it = secret_codes::table.find(Col(code.key));
    let tried = secret_codes::tries.eq(Col(code.tries.saturating_add(1)));
    on!(conn, |c| diesel::update(it).set(tried).execute(c).await)?;
    Ok(())
}

pub(super) async fn secret_code_delete_in_tx(conn: &mut Conn, key: TokenHash) -> DbResult<()> {
    on!(conn, |c| diesel::delete(secret_codes::table.find(Col(key))).execute(c).await)?;
    Ok(())
}

/// Makes a person's code worthless.
pub(crate) async fn secret_code_of_user_delete_in_tx(conn: &mut Conn, user: UserId) -> DbResult<()> {
    let his = secret_codes::table.filter(secret_codes::user_id.eq(Some(Col(user))));
    on!(conn, |c| diesel::delete(his).execute(c).await)?;
    Ok(())
}
