//! How one seal follows from another.

use super::image::put;
use super::{ChainHead, RowImage, Seal, SealKey, SealMac};

/// What a hash is of, so that no seal can be taken for a head.
const SEAL: &[u8] = b"ofektom/audit/seal/1";
const HEAD: &[u8] = b"ofektom/audit/head/1";

/// The hash that seals a row at a place of its chain, after the seal with the hash `before`.
#[must_use]
pub fn seal_mac(key: &dyn SealKey, (seq, late): (u32, bool), before: SealMac, row: &RowImage) -> SealMac {
    let mut message = Vec::with_capacity(640);
    put(&mut message, SEAL);
    message.extend(seq.to_be_bytes());
    message.push(u8::from(late));
    message.extend(before.0);
    put(&mut message, &row.encoded());
    key.mac(&message)
}

/// The signature of a head.
#[must_use]
pub fn head_mac(key: &dyn SealKey, head: &ChainHead) -> SealMac {
    let mut message = Vec::with_capacity(128);
    put(&mut message, HEAD);
    message.extend(head.business_id.uuid().as_bytes());
    message.extend(head.sealed.to_be_bytes());
    message.extend(head.mac.0);
    message.extend(head.former.to_be_bytes());
    for at in [head.complete_at, head.round_at] {
        message.extend(at.map_or(i64::MIN, jiff::Timestamp::as_microsecond).to_be_bytes());
    }
    message.extend(head.swept_to.uuid().as_bytes());
    key.mac(&message)
}

/// Seals rows in the order given, after what the chain has: the new seals, and the head that goes with them.
#[must_use]
pub fn chain_extend(key: &dyn SealKey, head: ChainHead, rows: &[RowImage]) -> (Vec<Seal>, ChainHead) {
    let mut after = head;
    let mut seals = Vec::with_capacity(rows.len());
    for row in rows {
        let (seq, late) = (after.sealed.saturating_add(1), head.is_late(row.at_micros));
        let mac = seal_mac(key, (seq, late), after.mac, row);
        let (business_id, key_id) = (head.business_id, key.id());
        seals.push(Seal { business_id, seq, audit_id: row.id, key_id, late, mac });
        after = ChainHead { sealed: seq, mac, ..after };
    }
    (seals, after)
}
