//! The row of a chain: its head, and where its rows are looked for.

use diesel::prelude::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, SelectableHelper as _};
use diesel::{AsChangeset, Insertable, Queryable, Selectable};
use diesel_async::RunQueryDsl as _;
use jiff::Timestamp;
use ofektom_domain::ids::{AuditId, BusinessId};
use ofektom_domain::seal::{ChainHead, ROUND_START, SealKey, SealKeyId, SealMac, head_mac};

use super::image::place;
use crate::engine::{Col, Conn, DbResult};
use crate::schema::{audit_chains, audit_seals};

#[derive(Clone, Copy, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = audit_chains, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct ChainRow {
    business_id: Col<BusinessId>,
    sealed: Col<u32>,
    mac: Col<SealMac>,
    former: Col<u32>,
    complete_at: Option<Col<Timestamp>>,
    round_at: Option<Col<Timestamp>>,
    key_id: Col<SealKeyId>,
    signature: Col<SealMac>,
    looked_from: Col<AuditId>,
    swept_to: Col<AuditId>,
    swept_at: Col<Timestamp>,
}

impl ChainRow {
    /// A chain that has no seal yet.
    pub(super) fn begun(business: BusinessId, key: &dyn SealKey, now: Timestamp) -> Self {
        let head = ChainHead::begun(business, key.id());
        Self {
            business_id: Col(business),
            sealed: Col(head.sealed),
            mac: Col(head.mac),
            former: Col(head.former),
            complete_at: None,
            round_at: None,
            key_id: Col(head.key_id),
            signature: Col(head_mac(key, &head)),
            looked_from: Col(ROUND_START),
            swept_to: Col(head.swept_to),
            swept_at: Col(now),
        }
    }

    pub(super) fn head(&self) -> ChainHead {
        ChainHead {
            business_id: self.business_id.0,
            sealed: self.sealed.0,
            mac: self.mac.0,
            former: self.former.0,
            complete_at: self.complete_at.map(|at| at.0),
            round_at: self.round_at.map(|at| at.0),
            swept_to: self.swept_to.0,
            key_id: self.key_id.0,
        }
    }

    /// The same row with another head, signed.
    pub(super) fn with_head(self, head: &ChainHead, key: &dyn SealKey) -> Self {
        Self {
            sealed: Col(head.sealed),
            mac: Col(head.mac),
            former: Col(head.former),
            complete_at: head.complete_at.map(Col),
            round_at: head.round_at.map(Col),
            swept_to: Col(head.swept_to),
            key_id: Col(head.key_id),
            signature: Col(head_mac(key, head)),
            ..self
        }
    }

    /// After which id rows are looked for.
    pub(super) const fn looked_from(&self) -> AuditId {
        self.looked_from.0
    }

    /// The same row, which looks for rows after another id.
    pub(super) fn looking_from(self, id: AuditId) -> Self {
        Self { looked_from: Col(id), ..self }
    }

    /// The same row, swept at that instant.
    pub(super) fn swept(self, at: Timestamp) -> Self {
        Self { swept_at: Col(at), ..self }
    }

    /// Whether the head is one that `key` signed.
    pub(super) fn is_of(&self, key: &dyn SealKey) -> bool {
        self.key_id.0 == key.id() && self.signature.0 == head_mac(key, &self.head())
    }
}

/// The row of a chain, as it is.
pub(super) async fn chain_on(conn: &mut Conn, business: BusinessId) -> DbResult<Option<ChainRow>> {
    let row = audit_chains::table.find(Col(business));
    Ok(on!(conn, |c| row.select(ChainRow::as_select()).first(c).await.optional())?)
}

/// Takes a chain for this transaction. `None` while another server has it, or when there is none.
pub(super) async fn chain_claim_in_tx(conn: &mut Conn, business: BusinessId) -> DbResult<Option<ChainRow>> {
    let row = audit_chains::table.find(Col(business));
    Ok(match conn {
        Conn::Pg(conn) => {
            let row = row.select(ChainRow::as_select()).for_update().skip_locked();
            row.first(&mut **conn).await.optional()?
        }
        // The write transaction is the lock.
        Conn::Lite(conn) => row.select(ChainRow::as_select()).first(&mut **conn).await.optional()?,
    })
}

/// Place and hash of the last seal of a chain.
pub(super) async fn last_seal_on(conn: &mut Conn, business: BusinessId) -> DbResult<Option<(u32, SealMac)>> {
    let last = audit_seals::table
        .filter(audit_seals::business_id.eq(Col(business)))
        .order(audit_seals::seq.desc())
        .select((audit_seals::seq, audit_seals::mac));
    let last = on!(conn, |c| last.first::<(Col<i64>, Col<SealMac>)>(c).await.optional())?;
    Ok(last.map(|(seq, mac)| (place(seq.0), mac.0)))
}

/// Notes that the sweep was at a chain, whatever came of it, so that it goes on to the others.
pub(super) async fn swept_note_in_tx(conn: &mut Conn, business: BusinessId, at: Timestamp) -> DbResult<()> {
    let target = audit_chains::table.find(Col(business));
    on!(conn, |c| diesel::update(target).set(audit_chains::swept_at.eq(Col(at))).execute(c).await)?;
    Ok(())
}

/// Writes the row of a chain that is claimed.
pub(super) async fn chain_update_in_tx(conn: &mut Conn, row: ChainRow) -> DbResult<()> {
    let target = audit_chains::table.find(row.business_id);
    on!(conn, |c| diesel::update(target).set(row).execute(c).await)?;
    Ok(())
}
