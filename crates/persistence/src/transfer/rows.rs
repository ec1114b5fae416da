//! Rows on their way, the same bytes whichever engine they come from: so they are compared by a checksum.
//!
//! A row is its cells in the order of the columns. A cell is its length in four bytes (all ones for NULL) and its content:
//! numbers, instants and flags as eight bytes with the highest first, ids and bytes as they are, days and texts in UTF-8, JSON
//! without spaces and with its fields in the order of their names.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;

/// The length that stands for NULL.
const NULL: u32 = u32::MAX;

/// A piece that has grown to so many bytes is sent on.
const CHUNK_BYTES: usize = 256 * 1024;

/// Pieces between two steps: enough that both work, few enough that memory stays small however many rows there are.
const PIECES_WAITING: usize = 4;

/// What goes from one step of a transfer to the next.
#[derive(Debug)]
pub(crate) enum Piece {
    /// How many rows there will be in all.
    Expected(u64),
    /// The rows that follow are of the table with this number.
    Table(usize),
    /// Some rows.
    Rows(Chunk),
    /// That was all. Whoever sees the pieces end without it has not seen all.
    End,
}

/// Some rows of one table.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    /// How many.
    pub rows: u64,
    /// All of them, one after the other.
    pub bytes: Vec<u8>,
}

/// A way for pieces to go.
pub(crate) fn way() -> (mpsc::Sender<Piece>, mpsc::Receiver<Piece>) {
    mpsc::channel(PIECES_WAITING)
}

impl Chunk {
    /// Adds a cell of a row.
    pub fn cell(&mut self, content: Option<&[u8]>) {
        let Some(content) = content else {
            self.bytes.extend(NULL.to_be_bytes());
            return;
        };
        // A database cell is bounded far below this.
        let length = u32::try_from(content.len()).unwrap_or(NULL - 1);
        self.bytes.extend(length.to_be_bytes());
        self.bytes.extend(content);
    }

    /// Ends a row; gives what has been gathered when it is time to send it on.
    pub fn row_end(&mut self) -> Option<Self> {
        self.rows += 1;
        (self.bytes.len() >= CHUNK_BYTES).then(|| std::mem::take(self))
    }

    /// The cells, those of one row after those of another. Ends early when the bytes are not whole cells.
    pub fn cells(&self) -> Cells<'_> {
        Cells { rest: &self.bytes }
    }
}

/// The cells of some rows.
pub(crate) struct Cells<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Cells<'a> {
    type Item = Option<&'a [u8]>;

    fn next(&mut self) -> Option<Option<&'a [u8]>> {
        let (length, rest) = self.rest.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length);
        if length == NULL {
            self.rest = rest;
            return Some(None);
        }
        let (content, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        self.rest = rest;
        Some(Some(content))
    }
}

/// How long the cell is whose first bytes these are; `None` for NULL.
pub(crate) fn cell_length(bytes: [u8; 4]) -> Option<u32> {
    let length = u32::from_be_bytes(bytes);
    (length != NULL).then_some(length)
}

/// A number as a cell has it.
pub(crate) const fn number_cell(number: i64) -> [u8; 8] {
    number.to_be_bytes()
}

/// The number of a cell.
pub(crate) fn cell_number(cell: &[u8]) -> Option<i64> {
    cell.try_into().map(i64::from_be_bytes).ok()
}

/// JSON as a cell has it. What is no JSON, which only somebody who wrote by hand can have stored, stays as it is.
pub(crate) fn json_cell(text: &[u8]) -> Vec<u8> {
    let parsed = serde_json::from_slice::<Value>(text).map(sorted);
    parsed.and_then(|value| serde_json::to_vec(&value)).unwrap_or_else(|_| text.to_vec())
}

/// With the fields in the order of their names, whatever the map of `serde_json` keeps.
fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.into_iter().map(|(name, field)| (name, sorted(field))).collect();
            fields.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(fields.into_iter().collect())
        }
        other => other,
    }
}

/// How many rows a table has, and a checksum over all of them in the order of the key.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Tally {
    /// How many.
    pub rows: u64,
    /// SHA-256 over the rows, in hexadecimal digits.
    pub sha256: String,
}

/// A tally in the making.
#[derive(Clone, Default)]
pub(crate) struct Tallying {
    rows: u64,
    hash: Sha256,
}

impl Tallying {
    /// Takes some rows in.
    pub fn add(&mut self, chunk: &Chunk) {
        self.rows += chunk.rows;
        self.hash.update(&chunk.bytes);
    }

    /// The tally of what was taken in.
    pub fn finish(self) -> Tally {
        Tally { rows: self.rows, sha256: hexadecimal(&self.hash.finalize()) }
    }
}

/// Bytes in hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes that hexadecimal digits stand for; `None` when they stand for another number of bytes, or for none.
pub(crate) fn hexadecimal_read<const BYTES: usize>(digits: &str) -> Option<[u8; BYTES]> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes = pairs.iter().map(byte).collect::<Option<Vec<u8>>>()?;
    if rest.is_empty() { bytes.try_into().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back() {
        let mut chunk = Chunk::default();
        let row: [Option<&[u8]>; 4] = [Some(b"a"), None, Some(b""), Some(&[0xff; 300])];
        for cell in row {
            chunk.cell(cell);
        }
        assert!(chunk.row_end().is_none());
        assert_eq!(chunk.cells().collect::<Vec<_>>(), row);
        chunk.bytes.pop();
        assert_eq!(chunk.cells().count(), 3, "the cut one is none");
    }

    #[test]
    fn json_has_one_form() {
        for text in [r#"{"b":1,"a":[{"d":null,"c":"x"}]}"#, r#"{"a": [{"c": "x", "d": null}], "b": 1}"#] {
            assert_eq!(json_cell(text.as_bytes()), br#"{"a":[{"c":"x","d":null}],"b":1}"#);
        }
        assert_eq!(json_cell(b"{not json"), b"{not json");
    }

    #[test]
    fn hexadecimal_digits_come_back() {
        assert_eq!(hexadecimal_read(&hexadecimal(&[0, 10, 255])), Some([0, 10, 255]));
        assert_eq!(hexadecimal_read::<2>("000aff"), None);
        assert_eq!(hexadecimal_read::<1>("0g"), None);
        assert_eq!(hexadecimal_read::<1>("0ff"), None);
    }

    #[test]
    fn a_checksum_does_not_depend_on_how_rows_were_sent() {
        let mut all = Chunk::default();
        let mut one_by_one = Tallying::default();
        for number in 0..10 {
            let mut chunk = Chunk::default();
            for to in [&mut chunk, &mut all] {
                to.cell(Some(&number_cell(number)));
                to.row_end();
            }
            one_by_one.add(&chunk);
        }
        let mut at_once = Tallying::default();
        at_once.add(&all);
        assert_eq!(at_once.finish(), one_by_one.finish());
    }
}
