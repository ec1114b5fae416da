//! A file as spreadsheets save it: with commas, semicolons or tabs between the cells, with or without a byte order mark, with
//! any line ends.

use ofektom_app::ImportInput;
use ofektom_domain::import::{LineError, ROWS_MAX};

use super::cells::{COLUMNS, Cells};
use super::row::row_of;

/// Reads a file: its rows, and everything that is wrong with them.
///
/// # Errors
/// What is wrong with the file as a whole (line 0) or with its header: then no row can be read.
pub fn read(bytes: &[u8]) -> Result<ImportInput, Vec<LineError>> {
    let mut input = ImportInput::default();
    rows(bytes, &mut input)?;
    Ok(input)
}

fn of_file(code: &'static str, message: impl Into<String>) -> Vec<LineError> {
    vec![LineError::new(0, "file", code, message)]
}

fn rows(bytes: &[u8], input: &mut ImportInput) -> Result<(), Vec<LineError>> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(text)
        .map_err(|_| of_file("encoding", "must be in UTF-8: choose \"CSV UTF-8\" when you save the file"))?;
    let (separator, text, skipped) = separator_of(text);
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut columns: Option<Vec<&'static str>> = None;
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    for record in reader.records() {
        let record = record.map_err(|error| of_file("format", format!("is not well-formed CSV: {error}")))?;
        let line = lines.of(record.position()).saturating_add(skipped);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let Some(columns) = &columns else {
            columns = Some(columns_of(line, &record)?);
            continue;
        };
        input.rows_total = input.rows_total.saturating_add(1);
        if usize::try_from(input.rows_total).is_ok_and(|rows| rows > ROWS_MAX) {
            return Err(of_file("too_many", format!("may have at most {ROWS_MAX} rows")));
        }
        if record.iter().skip(columns.len()).any(|cell| !cell.trim().is_empty()) {
            let message = "has more cells than the header: put a cell with a comma in quotes";
            input.errors.push(LineError::new(line, "", "too_many_cells", message));
            continue;
        }
        match row_of(line, &Cells { columns, record: &record }) {
            Ok(row) => input.rows.push(row),
            Err(errors) => input.errors.extend(errors),
        }
    }
    if columns.is_none() {
        return Err(of_file("required", "must be a CSV file with a header: see the template"));
    }
    Ok(())
}

/// Counts lines as an editor does. The reader of CSV counts a line end of two characters only when it reads on.
struct Lines<'a> {
    text: &'a [u8],
    /// Up to here the lines are counted.
    at: usize,
    line: u32,
}

impl Lines<'_> {
    /// The line on which the record at a place begins; places come in their order.
    fn of(&mut self, place: Option<&csv::Position>) -> u32 {
        let start = place.and_then(|place| usize::try_from(place.byte()).ok()).unwrap_or(self.at);
        let ends = self.text.get(start..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let start = start.saturating_add(ends.count());
        let passed = self.text.get(self.at..start).unwrap_or_default();
        let count = passed.iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        self.at = start;
        self.line
    }
}

/// What stands between the cells: as a first line `sep=;` says, or else what the header has most of. The text without that
/// first line, and how many lines were skipped.
fn separator_of(text: &str) -> (u8, &str, u32) {
    let first = text.lines().next().unwrap_or("");
    if let Some(separator) = first.trim().strip_prefix("sep=").and_then(|rest| rest.bytes().next()) {
        let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
        return (separator, rest, 1);
    }
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let count = |separator: u8| header.bytes().filter(|byte| *byte == separator).count();
    let most = [b',', b';', b'\t'].into_iter().rev().max_by_key(|separator| count(*separator));
    (most.unwrap_or(b','), text, 0)
}

/// The columns of the header, in any order and case.
fn columns_of(line: u32, header: &csv::StringRecord) -> Result<Vec<&'static str>, Vec<LineError>> {
    let mut errors = Vec::new();
    let mut columns: Vec<&'static str> = Vec::with_capacity(header.len());
    // Spreadsheets like to save empty columns at the end.
    let named =
        header.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()).last().map_or(0, |(at, _)| at + 1);
    for cell in header.iter().take(named) {
        let name: String = cell.trim().to_lowercase().replace([' ', '-'], "_").chars().take(40).collect();
        match COLUMNS.iter().find(|known| **known == name) {
            Some(known) if columns.contains(known) => {
                errors.push(LineError::new(line, *known, "duplicate", "must be a column once"));
            }
            Some(known) => columns.push(*known),
            None => {
                let message = format!("is no column: the columns are {}", COLUMNS.join(", "));
                errors.push(LineError::new(line, name, "unknown_column", message));
            }
        }
    }
    for needed in ["phone", "full_name"].into_iter().filter(|needed| !columns.contains(needed)) {
        errors.push(LineError::new(line, needed, "required", "the file must have this column"));
    }
    if errors.is_empty() { Ok(columns) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "phone,full_name,kind,box_amount,months,start_date\n08031234567,Ada Obi,daily,500.00,3,2025-01-01\n";

    fn wrong(file: &str) -> Vec<(u32, String, &'static str)> {
        let errors = read(file.as_bytes()).map_or_else(|errors| errors, |input| input.errors);
        errors.into_iter().map(|LineError { line, error }| (line, error.field, error.code)).collect()
    }

    fn one(line: u32, column: &str, code: &'static str) -> Vec<(u32, String, &'static str)> {
        vec![(line, column.to_owned(), code)]
    }

    #[test]
    fn a_file_is_read_as_any_spreadsheet_saves_it() {
        let rows = read(GOOD.as_bytes()).unwrap().rows;
        assert_eq!((rows.len(), rows[0].line, rows[0].phone.as_str()), (1, 2, "+2348031234567"));
        let semicolons = GOOD.replace(',', ";");
        let tabs = GOOD.replace(',', "\t");
        let windows = GOOD.replace('\n', "\r\n");
        let padded =
            GOOD.replace("start_date\n", "start_date,,\n").replace("2025-01-01\n", "01/01/2025,,\n,,,,,,,\n\n");
        let quoted = GOOD.replace("Ada Obi", "\"Ada Obi\"").replace("08031234567", "'08031234567");
        let titled = GOOD.replace("full_name", "Full Name").replace("phone", "PHONE ");
        for file in [semicolons, tabs, windows, padded, quoted, titled, format!("\u{feff}{GOOD}")] {
            assert_eq!(read(file.as_bytes()).unwrap().rows, rows, "{file:?} {:?}", wrong(&file));
        }
        let told = read(format!("sep=;\r\n{}", GOOD.replace(',', ";")).as_bytes()).unwrap();
        assert_eq!((told.rows.len(), told.rows[0].line), (1, 3));
    }

    #[test]
    fn a_file_that_is_none_is_refused_as_a_whole() {
        assert_eq!(wrong(""), one(0, "file", "required"));
        assert_eq!(wrong(" \n\n"), one(0, "file", "required"));
        assert_eq!(read(b"phone,full_name\n\xff\xfe").unwrap_err()[0].error.code, "encoding");
        assert_eq!(wrong("phone,colour,full_name\n"), one(1, "colour", "unknown_column"));
        assert_eq!(wrong("phone,full_name,Phone\n"), one(1, "phone", "duplicate"));
        assert_eq!(wrong("full_name\n"), one(1, "phone", "required"));
        let long = format!("phone,full_name\n{}", "08031234567,Ada\n".repeat(ROWS_MAX + 1));
        assert_eq!(wrong(&long), one(0, "file", "too_many"));
    }

    #[test]
    fn every_bad_cell_is_named_with_its_line_and_column() {
        let row = |cells: &str| {
            let header = "phone,full_name,kind,box_amount,months,target_amount,start_date,end_date,commission_amount,\
                          commission_days,reference";
            wrong(&format!("{header}\n{cells}\n"))
        };
        assert_eq!(row("0803123456x,Ada,,,,,,,,,"), one(2, "phone", "format"));
        assert_eq!(row(",Ada,,,,,,,,,"), one(2, "phone", "required"));
        assert_eq!(row("08031234567,,,,,,,,,,"), one(2, "full_name", "required"));
        assert_eq!(row("08031234567,Ada,weekly,,,,2025-01-01,,,,"), one(2, "kind", "unknown_value"));
        assert_eq!(row("08031234567,Ada,daily,-5,1,,2025-01-01,,,,"), one(2, "box_amount", "out_of_range"));
        assert_eq!(row("08031234567,Ada,daily,5,one,,2025-01-01,,,,"), one(2, "months", "format"));
        assert_eq!(row("08031234567,Ada,daily,5,1,9,2025-01-01,,,,"), one(2, "target_amount", "not_allowed"));
        assert_eq!(row("08031234567,Ada,daily,5,,,2025-01-01,,,,"), one(2, "months", "required"));
        assert_eq!(row("08031234567,Ada,daily,5,1,,,,,,"), one(2, "start_date", "required"));
        assert_eq!(row("08031234567,Ada,daily,5,1,,31/02/2025,,,,"), one(2, "start_date", "format"));
        assert_eq!(row("08031234567,Ada,target,,,5,2025-01-01,soon,,,"), one(2, "end_date", "format"));
        assert_eq!(row("08031234567,Ada,daily,5,1,,2025-01-01,,x,,"), one(2, "commission_amount", "format"));
        assert_eq!(row("08031234567,Ada,daily,5,1,,2025-01-01,,,1.5,"), one(2, "commission_days", "format"));
        let long = "r".repeat(65);
        assert_eq!(row(&format!("08031234567,Ada,daily,5,1,,2025-01-01,,,,{long}")), one(2, "reference", "length"));
        assert_eq!(
            row("08031234567,Ada,,,,,,,,,Card 7"),
            vec![(2, "kind".to_owned(), "required"), (2, "start_date".to_owned(), "required")]
        );
        assert_eq!(row("08031234567,Ada,,,,,,,,,,extra"), one(2, "", "too_many_cells"));
        assert_eq!(row("1,,daily,,,,,,,,").len(), 5, "all of them, not only the first");
    }
}
