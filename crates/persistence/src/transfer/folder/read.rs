//! Reading the files of a backup.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;
use tokio::sync::mpsc::Sender;

use super::Folder;
use crate::transfer::error::{Halt, TransferError};
use crate::transfer::rows::{Chunk, Piece, cell_length};
use crate::transfer::tables::Table;

/// No cell that the system writes comes near this.
const CELL_BYTES_MAX: u32 = 256 * 1024 * 1024;

/// Sends the rows of all tables.
pub(in crate::transfer) fn send_all(folder: &Folder, tables: &[Table], to: &Sender<Piece>) -> Result<(), Halt> {
    let send = |piece| to.blocking_send(piece).map_err(|_| Halt::Neighbour);
    for (place, table) in tables.iter().enumerate() {
        send(Piece::Table(place))?;
        let path = folder.rows_of(table);
        let failed = |error: io::Error| TransferError::damaged(folder.path(), format!("{}: {error}", path.display()));
        let file = File::open(&path).map_err(failed)?;
        let mut rows = BufReader::new(GzDecoder::new(BufReader::new(file)));
        let mut chunk = Chunk::default();
        while !rows.fill_buf().map_err(failed)?.is_empty() {
            row_read(&mut rows, table.columns.len(), &mut chunk).map_err(failed)?;
            if let Some(full) = chunk.row_end() {
                send(Piece::Rows(full))?;
            }
        }
        if chunk.rows > 0 {
            send(Piece::Rows(chunk))?;
        }
    }
    send(Piece::End)
}

fn row_read(rows: &mut impl Read, cells: usize, chunk: &mut Chunk) -> io::Result<()> {
    for _ in 0..cells {
        let mut length = [0; 4];
        rows.read_exact(&mut length)?;
        chunk.bytes.extend(length);
        let Some(length) = cell_length(length) else { continue };
        if length > CELL_BYTES_MAX {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a cell is too long"));
        }
        let read = rows.by_ref().take(length.into()).read_to_end(&mut chunk.bytes)?;
        if u64::try_from(read).ok() != Some(length.into()) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}
