//! Tables for spreadsheets: CSV as of RFC 4180, a header line first.
//!
//! A spreadsheet runs a cell that begins like a formula, and names and remarks come from strangers. Such a cell gets an
//! apostrophe in front, by which spreadsheets know that it is text. Plain numbers stay as they are, minus sign included.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, VARY};

use crate::problem::{ApiResult, Problem};

/// The media type of tables.
pub const MEDIA_TYPE: &str = "text/csv; charset=utf-8";

/// Lines of a table as they are written.
#[derive(Debug)]
pub struct CsvLines(csv::Writer<Vec<u8>>);

impl CsvLines {
    /// No lines yet.
    #[must_use]
    pub fn new() -> Self {
        Self(csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new()))
    }

    /// Adds a line.
    ///
    /// # Errors
    /// A defect, when the line has another number of cells than those before.
    pub fn line<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) -> Result<(), Problem> {
        for cell in cells {
            self.0.write_field(harmless(cell.as_ref()).as_bytes()).map_err(Problem::internal)?;
        }
        self.0.write_record(None::<&[u8]>).map_err(Problem::internal)
    }

    /// The lines.
    ///
    /// # Errors
    /// A defect.
    pub fn finish(self) -> Result<Vec<u8>, Problem> {
        self.0.into_inner().map_err(|error| Problem::internal(error.to_string()))
    }
}

/// 200 with a table as a file: a line with the names of its columns, and its rows.
///
/// # Errors
/// A defect, when a row has another number of cells.
pub fn csv_file<const N: usize>(
    name: &str,
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> ApiResult {
    let mut lines = CsvLines::new();
    lines.line(header)?;
    for row in rows {
        lines.line(row)?;
    }
    Ok(csv_answer(name).body(lines.finish()?))
}

/// The head of an answer that is a table.
pub fn csv_answer(name: &str) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, MEDIA_TYPE)).insert_header((VARY, "Accept"));
    response.insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")));
    response
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> Cow<'_, str> {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if risky && !is_number(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// Digits with a minus sign and a decimal point at most.
fn is_number(cell: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, decimals) = cell.split_once('.').map_or((cell, None), |(whole, decimals)| (whole, Some(decimals)));
    digits(whole.strip_prefix('-').unwrap_or(whole)) && decimals.is_none_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        for cell in ["=1+1", "+2348012345678", "-cmd", "@SUM(A1)", "\t=1", "-", "--5", "-1.5.2", "-1e5"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        for cell in ["", "-5.00", "-0.01", "500.00", "Ọla = Ade", "2025-01-01", "'=1"] {
            assert_eq!(harmless(cell), cell);
        }
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let mut lines = CsvLines::new();
        lines.line(["name", "note"]).unwrap();
        lines.line(["Okafor, Ada", "said \"yes\"\nand left"]).unwrap();
        let text = String::from_utf8(lines.finish().unwrap()).unwrap();
        assert_eq!(text, "name,note\r\n\"Okafor, Ada\",\"said \"\"yes\"\"\nand left\"\r\n");
        assert!(CsvLines::new().finish().unwrap().is_empty());
    }
}
