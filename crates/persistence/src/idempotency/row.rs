//! A row of `idempotency_keys`.

use diesel::prelude::{Insertable, Queryable, Selectable};
use jiff::Timestamp;
use ofektom_domain::idempotency::{IdempotencyKey, RequestHash, StoredAnswer};
use ofektom_domain::ids::UserId;
use ofektom_domain::ports::StoreError;

use crate::engine::{Col, DbError, DbResult};
use crate::schema::idempotency_keys;

/// An answer and the hash of the request that it answers.
#[derive(Clone)]
pub(crate) struct KeptAnswer {
    pub(crate) hash: RequestHash,
    pub(crate) answer: StoredAnswer,
}

impl KeptAnswer {
    /// The answer, if it is that of a request with this hash.
    pub(crate) fn answer_to(self, hash: RequestHash) -> Result<StoredAnswer, StoreError> {
        if self.hash == hash { Ok(self.answer) } else { Err(StoreError::IdempotencyReused) }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = idempotency_keys, treat_none_as_default_value = false)]
pub(crate) struct KeptAnswerRow {
    pub(super) caller_id: Col<UserId>,
    pub(super) key: String,
    pub(super) request_hash: Col<RequestHash>,
    pub(super) answer_status: Col<u32>,
    pub(super) answer_location: Option<String>,
    pub(super) answer_body: Vec<u8>,
    pub(super) created_at: Col<Timestamp>,
}

impl KeptAnswerRow {
    pub(crate) fn new((caller, key): (UserId, &IdempotencyKey), kept: KeptAnswer, now: Timestamp) -> Self {
        Self {
            caller_id: Col(caller),
            key: key.as_str().to_owned(),
            request_hash: Col(kept.hash),
            answer_status: Col(u32::from(kept.answer.status)),
            answer_location: kept.answer.location,
            answer_body: kept.answer.body,
            created_at: Col(now),
        }
    }

    /// Whose key it is, the key, and the answer.
    pub(super) fn into_kept(self) -> DbResult<((UserId, IdempotencyKey), KeptAnswer)> {
        let corrupt = |_| DbError::Corrupt("an idempotency key".to_owned());
        let key = self.key.parse().map_err(corrupt)?;
        let status = u16::try_from(self.answer_status.0).map_err(|_| DbError::Corrupt("a stored status".to_owned()))?;
        let answer = StoredAnswer { status, location: self.answer_location, body: self.answer_body };
        Ok(((self.caller_id.0, key), KeptAnswer { hash: self.request_hash.0, answer }))
    }
}
