//! Rows of `sessions` and `refresh_tokens`.

use std::net::IpAddr;

use diesel::prelude::{Insertable, Queryable, Selectable};
use jiff::Timestamp;
use ofektom_domain::ids::{SessionId, UserId};
use ofektom_domain::people::{RefreshToken, Session, TokenHash};

use crate::engine::Col;
use crate::schema::{refresh_tokens, sessions};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub(super) struct SessionRow {
    id: Col<SessionId>,
    user_id: Col<UserId>,
    created_at: Col<Timestamp>,
    last_used_at: Col<Timestamp>,
    expires_at: Col<Timestamp>,
    address: Option<Col<IpAddr>>,
    user_agent: Option<String>,
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            id: row.id.0,
            user_id: row.user_id.0,
            created_at: row.created_at.0,
            last_used_at: row.last_used_at.0,
            expires_at: row.expires_at.0,
            address: row.address.map(|address| address.0),
            user_agent: row.user_agent,
        }
    }
}

impl From<Session> for SessionRow {
    fn from(session: Session) -> Self {
        Self {
            id: Col(session.id),
            user_id: Col(session.user_id),
            created_at: Col(session.created_at),
            last_used_at: Col(session.last_used_at),
            expires_at: Col(session.expires_at),
            address: session.address.map(Col),
            user_agent: session.user_agent,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = refresh_tokens, treat_none_as_default_value = false)]
pub(super) struct RefreshTokenRow {
    hash: Col<TokenHash>,
    session_id: Col<SessionId>,
    created_at: Col<Timestamp>,
    expires_at: Col<Timestamp>,
}

impl From<RefreshToken> for RefreshTokenRow {
    fn from(token: RefreshToken) -> Self {
        Self {
            hash: Col(token.hash),
            session_id: Col(token.session_id),
            created_at: Col(token.created_at),
            expires_at: Col(token.expires_at),
        }
    }
}

#[cfg(test)]
mod tests {
    use diesel::insert_into;
    use diesel::pg::Pg;
    use diesel::query_builder::QueryFragment;
    use uuid::Uuid;

    use super::*;

    /// A statement whose text depends on its values is prepared anew at each sign-in.
    #[test]
    fn the_inserts_of_a_sign_in_stay_prepared() {
        let session = SessionRow::from(Session {
            id: SessionId::from_uuid(Uuid::nil()),
            user_id: UserId::from_uuid(Uuid::nil()),
            created_at: Timestamp::UNIX_EPOCH,
            last_used_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::UNIX_EPOCH,
            address: None,
            user_agent: None,
        });
        let token = RefreshTokenRow::from(RefreshToken {
            hash: TokenHash([7; 32]),
            session_id: SessionId::from_uuid(Uuid::nil()),
            created_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::UNIX_EPOCH,
        });
        let session = insert_into(sessions::table).values(session);
        assert!(QueryFragment::<Pg>::is_safe_to_cache_prepared(&session, &Pg).unwrap(), "the session");
        let token = insert_into(refresh_tokens::table).values(token);
        assert!(QueryFragment::<Pg>::is_safe_to_cache_prepared(&token, &Pg).unwrap(), "its token");
    }
}
