//! What in the database is of which secret key: it tells when a former one may go.

use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ports::StoreResult;
use ofektom_domain::seal::SealKeyId;

use super::Installation;
use crate::engine::{Bytes, Col, Conn, DbResult};

/// How much is of a secret key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyUses {
    /// Hashes of PINs and passphrases that name it.
    pub secrets: i64,
    /// Chains of the audit trail that are sealed on with it.
    pub chains: i64,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

impl Installation {
    /// How much is of the secret key with these names: that of its pepper, and that of its seals. Reads all people.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn key_uses(&self, pepper_name: String, seals: SealKeyId) -> StoreResult<KeyUses> {
        self.db
            .read(async move |conn| {
                let named = format!(",keyid={pepper_name}$");
                let chains = "SELECT count(*) AS number FROM audit_chains WHERE key_id = $1";
                let chains = sql_query(chains).bind::<Bytes, _>(Col(seals));
                let chains = on!(conn, |c| chains.get_result::<Count>(c).await)?.number;
                Ok(KeyUses { secrets: secrets_with_on(conn, named).await?, chains })
            })
            .await
    }

    /// How many hashes of PINs and passphrases name no key, because they are of before keys had names; and how many there are.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn secrets_nameless(&self) -> StoreResult<(i64, i64)> {
        self.db
            .read(async move |conn| {
                let all = secrets_with_on(conn, "$".to_owned()).await?;
                Ok((all - secrets_with_on(conn, ",keyid=".to_owned()).await?, all))
            })
            .await
    }
}

/// How many hashes have a text in them.
async fn secrets_with_on(conn: &mut Conn, text: String) -> DbResult<i64> {
    let find = match conn {
        Conn::Pg(_) => "strpos(secret_hash, $1)",
        Conn::Lite(_) => "instr(secret_hash, $1)",
    };
    let query = sql_query(format!("SELECT count(*) AS number FROM users WHERE {find} > 0")).bind::<Text, _>(text);
    Ok(on!(conn, |c| query.get_result::<Count>(c).await)?.number)
}
