//! Rows of the trail and of the seals, as raw as they can be had: what somebody wrote by hand must be found, not be an error.

use diesel::QueryableByName;
use diesel::sql_types::{Binary, Bool, Nullable, Text};
use ofektom_domain::ids::BusinessId;
use ofektom_domain::seal::{ROUND_START, RowImage, Seal, SealKeyId, SealMac};

use crate::engine::{Bytes, Col, Conn, Instant, Micros, RawId, RawUid, Whole};

/// The columns of a row `r` of the trail.
#[derive(QueryableByName)]
pub(super) struct RawRow {
    #[diesel(sql_type = Nullable<RawUid>)]
    row_id: Option<Col<RawId>>,
    #[diesel(sql_type = Nullable<Binary>)]
    actor: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Text>)]
    verb: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    entity: Option<String>,
    #[diesel(sql_type = Nullable<Binary>)]
    entity_id: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Text>)]
    state_before: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    state_after: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    address: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    request_id: Option<String>,
    #[diesel(sql_type = Nullable<Instant>)]
    at: Option<Col<Micros>>,
}

/// What selects a [`RawRow`].
pub(super) const fn row_columns(conn: &Conn) -> &'static str {
    match conn {
        Conn::Pg(_) => {
            "r.id AS row_id, uuid_send(r.actor_id) AS actor, r.verb, r.entity, uuid_send(r.entity_id) AS entity_id,
             r.state_before::text AS state_before, r.state_after::text AS state_after, r.address, r.request_id, r.at"
        }
        Conn::Lite(_) => {
            "r.id AS row_id, r.actor_id AS actor, r.verb, r.entity, r.entity_id AS entity_id, r.state_before,
             r.state_after, r.address, r.request_id, r.at"
        }
    }
}

impl RawRow {
    /// The bytes of its id.
    pub(super) fn raw_id(&self) -> Option<RawId> {
        self.row_id.as_ref().map(|id| id.0.clone())
    }

    /// The row; `None` when the join found none, or one whose id is none.
    pub(super) fn image(self, business_id: BusinessId) -> Option<RowImage> {
        Some(RowImage {
            business_id,
            id: self.row_id?.0.id()?,
            actor: self.actor,
            verb: self.verb?,
            entity: self.entity?,
            entity_id: self.entity_id?,
            before: self.state_before,
            after: self.state_after,
            address: self.address,
            request_id: self.request_id,
            at_micros: self.at?.0.0,
        })
    }
}

/// A seal `s`, and its row.
#[derive(QueryableByName)]
pub(super) struct RawLink {
    #[diesel(sql_type = Whole)]
    pub(super) seq: Col<i64>,
    #[diesel(sql_type = RawUid)]
    audit_id: Col<RawId>,
    #[diesel(sql_type = Bytes)]
    key_id: Col<SealKeyId>,
    #[diesel(sql_type = Bool)]
    late: bool,
    #[diesel(sql_type = Bytes)]
    mac: Col<SealMac>,
    #[diesel(embed)]
    pub(super) row: RawRow,
}

/// What selects the seal of a [`RawLink`].
pub(super) const SEAL_COLUMNS: &str = "s.seq, s.audit_id, s.key_id, s.late, s.mac";

impl RawLink {
    pub(super) fn seal(&self, business_id: BusinessId) -> Seal {
        Seal {
            business_id,
            seq: place(self.seq.0),
            // A row of the nil id is never sealed.
            audit_id: self.audit_id.0.id().unwrap_or(ROUND_START),
            key_id: self.key_id.0,
            late: self.late,
            mac: self.mac.0,
        }
    }
}

/// A place in a chain. One that no chain has becomes the nearest that there is.
pub(super) fn place(seq: i64) -> u32 {
    u32::try_from(seq.max(0)).unwrap_or(u32::MAX)
}
