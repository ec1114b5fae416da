//! Heads that are kept outside the database: against them even a chain that was cut off or made anew by somebody with the key
//! shows. One line a chain: business, number of seals, hash of the last.

use std::fmt::Write as _;

use super::{SealMac, TrailDifference};
use crate::ids::BusinessId;
use crate::seal::SealFault;

/// The head of a chain as it was at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptHead {
    /// The chain.
    pub business_id: BusinessId,
    /// How many seals it had.
    pub sealed: u32,
    /// The hash of the last of them.
    pub mac: SealMac,
}

impl KeptHead {
    /// What is wrong when `found` is the hash of the chain's seal at that place now, `None` when it has none.
    #[must_use]
    pub fn held_against(&self, found: Option<SealMac>) -> Option<TrailDifference> {
        let fault = match found {
            None => SealFault::ShorterThanKept,
            Some(mac) if mac != self.mac => SealFault::OtherThanKept,
            Some(_) => return None,
        };
        Some(TrailDifference { business_id: self.business_id, seq: Some(self.sealed), audit_id: None, fault })
    }
}

/// A text is not one of heads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is no head: it must have a business, a number of seals and 64 hexadecimal digits")]
pub struct InvalidHeads {
    /// The line, from 1.
    pub line: usize,
}

/// Heads as a text.
#[must_use]
pub fn heads_print(heads: &[KeptHead]) -> String {
    let mut text = "# heads of the audit trail: business, seals, hash of the last seal\n".to_owned();
    for head in heads {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{} {} {}", head.business_id, head.sealed, head.mac);
    }
    text
}

/// Reads what [`heads_print`] wrote. Empty lines and lines that begin with `#` are passed over.
///
/// # Errors
/// [`InvalidHeads`] names the first line that is none.
pub fn heads_parse(text: &str) -> Result<Vec<KeptHead>, InvalidHeads> {
    let lines = text.lines().map(str::trim).enumerate();
    let heads = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    heads.map(|(at, line)| head_parse(line).ok_or(InvalidHeads { line: at + 1 })).collect()
}

fn head_parse(line: &str) -> Option<KeptHead> {
    let mut parts = line.split_whitespace();
    let (business, sealed, mac) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || mac.len() != 64 || !mac.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(mac.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    let sealed = sealed.parse().ok().filter(|sealed| *sealed > 0)?;
    Some(KeptHead { business_id: business.parse().ok()?, sealed, mac: SealMac(bytes) })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn head(number: u8) -> KeptHead {
        KeptHead {
            business_id: Uuid::from_u128(number.into()).into(),
            sealed: number.into(),
            mac: SealMac([number; 32]),
        }
    }

    #[test]
    fn what_is_printed_is_read_back() {
        let heads = [head(1), head(200)];
        assert_eq!(heads_parse(&heads_print(&heads)), Ok(heads.to_vec()));
        assert_eq!(heads_parse("\n# nothing\n"), Ok(vec![]));
    }

    #[test]
    fn another_text_is_refused_by_its_line() {
        let good = heads_print(&[head(1)]);
        for bad in ["x", "a b c", &format!("{} 1 00", Uuid::nil()), &format!("{} 0 {}", Uuid::nil(), SealMac::NONE)] {
            assert_eq!(heads_parse(&format!("{good}{bad}\n")), Err(InvalidHeads { line: 3 }), "{bad}");
        }
    }

    #[test]
    fn a_shorter_and_another_chain_show() {
        let kept = head(7);
        assert_eq!(kept.held_against(Some(kept.mac)), None);
        assert_eq!(kept.held_against(None).map(|it| it.fault), Some(SealFault::ShorterThanKept));
        assert_eq!(kept.held_against(Some(SealMac::NONE)).map(|it| it.fault), Some(SealFault::OtherThanKept));
    }
}
