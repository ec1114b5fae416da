//! Facts about the whole installation: with which secret key the database is used.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::people::TokenHash;
use ofektom_domain::ports::StoreResult;

use crate::engine::{Col, Db};
use crate::schema::installation;

/// The row that holds the fingerprint of the secret key.
const KEY_FINGERPRINT: &str = "secret_key_fingerprint";

/// Whether a secret key is the one that the database is used with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyMatch {
    /// It is, from now on if there was none before.
    Same,
    /// It is another one.
    Other,
}

/// What is true of the whole installation.
#[derive(Clone, Debug)]
pub struct Installation {
    db: Db,
}

impl Installation {
    /// The installation that uses `db`.
    #[must_use]
    pub const fn new(db: Db) -> Self {
        Self { db }
    }

    /// Compares the fingerprint of a secret key with the stored one, and stores it when there is none. Of several instances
    /// that start at once with different keys, one is the same and the others are not.
    ///
    /// # Errors
    /// When the database does not do it.
    pub async fn key_match(&self, fingerprint: TokenHash, now: Timestamp) -> StoreResult<KeyMatch> {
        let row = (
            installation::name.eq(KEY_FINGERPRINT),
            installation::value.eq(Col(fingerprint)),
            installation::set_at.eq(Col(now)),
        );
        let stored = self
            .db
            .write(async move |conn| {
                on!(conn, |c| diesel::insert_into(installation::table)
                    .values(row)
                    .on_conflict(installation::name)
                    .do_nothing()
                    .execute(c)
                    .await)?;
                let stored = installation::table.find(KEY_FINGERPRINT).select(installation::value);
                Ok(on!(conn, |c| stored.first::<Col<TokenHash>>(c).await)?.0)
            })
            .await?;
        Ok(if stored == fingerprint { KeyMatch::Same } else { KeyMatch::Other })
    }

    /// Compares the fingerprint of a secret key with the stored one, and changes nothing. `None` when there is none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn key_matched(&self, fingerprint: TokenHash) -> StoreResult<Option<KeyMatch>> {
        let matched = |stored: TokenHash| if stored == fingerprint { KeyMatch::Same } else { KeyMatch::Other };
        Ok(self.key_fingerprint().await?.map(matched))
    }

    /// What is kept of the secret key; `None` when there is nothing yet.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn key_fingerprint(&self) -> StoreResult<Option<TokenHash>> {
        let stored = self.db.read(async |conn| {
            let stored = installation::table.find(KEY_FINGERPRINT).select(installation::value);
            Ok(on!(conn, |c| stored.first::<Col<TokenHash>>(c).await.optional())?)
        });
        Ok(stored.await?.map(|stored| stored.0))
    }

    /// Takes another secret key as the one that the database is used with from now on.
    ///
    /// # Errors
    /// When the database does not do it.
    pub async fn key_accept(&self, fingerprint: TokenHash, now: Timestamp) -> StoreResult<()> {
        let row = (
            installation::name.eq(KEY_FINGERPRINT),
            installation::value.eq(Col(fingerprint)),
            installation::set_at.eq(Col(now)),
        );
        let change = (installation::value.eq(Col(fingerprint)), installation::set_at.eq(Col(now)));
        self.db
            .write(async move |conn| {
                on!(conn, |c| diesel::insert_into(installation::table)
                    .values(row)
                    .on_conflict(installation::name)
                    .do_update()
                    .set(change)
                    .execute(c)
                    .await)?;
                Ok(())
            })
            .await
    }
}
