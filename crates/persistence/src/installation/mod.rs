//! Facts about the whole installation: with which secret key the database is used, and what is still of another one.

mod uses;

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::ids::UserId;
use ofektom_domain::people::TokenHash;
use ofektom_domain::ports::StoreResult;

use crate::engine::{Col, Db};
use crate::schema::{installation, users};

pub use uses::KeyUses;

/// The row that holds the fingerprint of the secret key.
const KEY_FINGERPRINT: &str = "secret_key_fingerprint";

/// Whether a secret key is the one that the database is used with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyMatch {
    /// It is, from now on if there was none before.
    Same,
    /// The database was used with a former key, and is used with this one from now on.
    Moved,
    /// The database is used with a coming key: other servers have it as their present one.
    Ahead,
    /// It is another one.
    Other,
}

/// The fingerprints of secret keys while one takes the place of another.
#[derive(Clone, Debug)]
pub struct KeyFingerprints {
    /// Of the present one.
    pub present: TokenHash,
    /// Of former ones.
    pub previous: Vec<TokenHash>,
    /// Of coming ones.
    pub next: Vec<TokenHash>,
}

impl KeyFingerprints {
    /// Of a key that is the only one.
    #[must_use]
    pub const fn alone(present: TokenHash) -> Self {
        Self { present, previous: Vec::new(), next: Vec::new() }
    }

    /// What a stored fingerprint means for them.
    pub(crate) fn matched(&self, stored: TokenHash) -> KeyMatch {
        if stored == self.present {
            KeyMatch::Same
        } else if self.next.contains(&stored) {
            KeyMatch::Ahead
        } else if self.previous.contains(&stored) {
            KeyMatch::Moved
        } else {
            KeyMatch::Other
        }
    }
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

    /// Whether nobody has ever signed up.
    ///
    /// # Errors
    /// When the database does not tell.
    pub async fn is_new(&self) -> StoreResult<bool> {
        self.db
            .read(async |conn| {
                let anybody = users::table.select(users::id).limit(1);
                Ok(on!(conn, |c| anybody.first::<Col<UserId>>(c).await.optional())?.is_none())
            })
            .await
    }

    /// Compares the fingerprints of the secret keys with the stored one. Stores the present one when there is none, or that of a
    /// former key. Of several instances that start at once with different keys, one is the same and the others are not.
    ///
    /// # Errors
    /// When the database does not do it.
    pub async fn key_match(&self, keys: KeyFingerprints, now: Timestamp) -> StoreResult<KeyMatch> {
        let present = keys.present;
        let row = (
            installation::name.eq(KEY_FINGERPRINT),
            installation::value.eq(Col(present)),
            installation::set_at.eq(Col(now)),
        );
        self.db
            .write(async move |conn| {
                on!(conn, |c| diesel::insert_into(installation::table)
                    .values(row)
                    .on_conflict(installation::name)
                    .do_nothing()
                    .execute(c)
                    .await)?;
                let stored = installation::table.find(KEY_FINGERPRINT).select(installation::value);
                let stored = on!(conn, |c| stored.first::<Col<TokenHash>>(c).await)?;
                let matched = keys.matched(stored.0);
                if matched == KeyMatch::Moved {
                    let former = installation::table.find(KEY_FINGERPRINT).filter(installation::value.eq(stored));
                    let change = (installation::value.eq(Col(present)), installation::set_at.eq(Col(now)));
                    on!(conn, |c| diesel::update(former).set(change).execute(c).await)?;
                }
                Ok(matched)
            })
            .await
    }

    /// Compares the fingerprints of the secret keys with the stored one, and changes nothing. `None` when there is none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn key_matched(&self, keys: &KeyFingerprints) -> StoreResult<Option<KeyMatch>> {
        Ok(self.key_fingerprint().await?.map(|stored| keys.matched(stored)))
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
