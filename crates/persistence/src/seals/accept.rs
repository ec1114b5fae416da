//! Taking the chains over under another key.

use std::sync::Arc;

use diesel::prelude::{ExpressionMethods as _, QueryDsl as _};
use diesel_async::RunQueryDsl as _;
use ofektom_domain::ids::BusinessId;
use ofektom_domain::ports::StoreResult;
use ofektom_domain::seal::SealKey;

use super::chain::{chain_on, chain_update_in_tx};
use crate::engine::{Col, Conn, Db};
use crate::schema::audit_chains;

/// All chains in one transaction. Servers that still seal with the former key find it changed and stop sealing.
pub(super) async fn trail_accept(db: &Db, key: &Arc<dyn SealKey>) -> StoreResult<u64> {
    let key = Arc::clone(key);
    db.write(async move |conn| {
        let chains = audit_chains::table
            .filter(audit_chains::key_id.ne(Col(key.id())))
            .order(audit_chains::business_id)
            .select(audit_chains::business_id);
        let chains: Vec<Col<BusinessId>> = match conn {
            Conn::Pg(conn) => chains.for_update().load(&mut **conn).await?,
            Conn::Lite(conn) => chains.load(&mut **conn).await?,
        };
        for Col(business) in &chains {
            if let Some(chain) = chain_on(conn, *business).await? {
                let head = chain.head().accepted(key.id());
                chain_update_in_tx(conn, chain.with_head(&head, key.as_ref())).await?;
            }
        }
        Ok(u64::try_from(chains.len()).unwrap_or(u64::MAX))
    })
    .await
}
