//! The cells of a row, as spreadsheets write them.

use std::borrow::Cow;

use crate::wire::{FromWire, Input, Unfit};

/// The columns that a file may have, in the order of the template.
pub const COLUMNS: [&str; 12] = [
    "phone",
    "full_name",
    "unit",
    "kind",
    "box_amount",
    "months",
    "target_amount",
    "start_date",
    "end_date",
    "commission_amount",
    "commission_days",
    "reference",
];

/// The cells of one row by the columns of the file.
pub struct Cells<'a> {
    pub columns: &'a [&'static str],
    pub record: &'a csv::StringRecord,
}

impl Cells<'_> {
    /// The text of a cell; `None` when it is empty or the file has no such column. The apostrophe in front, by which a
    /// spreadsheet knows that a cell is text, is no part of it.
    pub fn get(&self, column: &str) -> Option<&str> {
        let at = self.columns.iter().position(|known| *known == column)?;
        let cell = self.record.get(at)?.trim();
        let cell = cell.strip_prefix('\'').unwrap_or(cell).trim();
        (!cell.is_empty()).then_some(cell)
    }

    /// A value that must be there.
    pub fn required<T: FromWire>(&self, column: &str) -> Input<T> {
        self.optional(column)
            .unwrap_or_else(|| Input::of(Err(Unfit { code: "required", message: "must be given".into() })))
    }

    /// A value that may be missing.
    pub fn optional<T: FromWire>(&self, column: &str) -> Option<Input<T>> {
        self.get(column).map(|cell| Input::of(T::from_text(cell)))
    }

    /// An amount.
    pub fn amount<T: FromWire>(&self, column: &str) -> Option<Input<T>> {
        self.get(column).map(|cell| Input::of(T::from_text(&plain_amount(cell))))
    }

    /// A day.
    pub fn day<T: FromWire>(&self, column: &str) -> Option<Input<T>> {
        self.get(column).map(|cell| Input::of(T::from_text(&plain_day(cell))))
    }

    /// A whole number.
    pub fn whole(&self, column: &str) -> Option<Input<u32>> {
        let read = |cell: &str| {
            let digits = cell.bytes().all(|byte| byte.is_ascii_digit());
            let number = digits.then(|| cell.parse().ok()).flatten();
            number.ok_or_else(|| Unfit::format("must be a whole number"))
        };
        self.get(column).map(|cell| Input::of(read(cell)))
    }
}

/// An amount without the sign of the currency and without what keeps its thousands apart: `₦1,250.00` is `1250.00`. A comma
/// before one or two last digits is a decimal point.
fn plain_amount(cell: &str) -> Cow<'_, str> {
    let bare = cell.strip_prefix('₦').or_else(|| cell.strip_prefix("NGN")).unwrap_or(cell).trim();
    let bare: String = bare.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}')).collect();
    let (whole, decimals) = bare.split_once('.').map_or((bare.as_str(), ""), |(whole, decimals)| (whole, decimals));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or("");
    let is_grouped = whole.contains(',') && (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    if is_grouped {
        let point = if bare.contains('.') { "." } else { "" };
        return Cow::Owned(format!("{}{point}{decimals}", whole.replace(',', "")));
    }
    match bare.split_once(',') {
        Some((whole, decimals)) if !bare.contains('.') && (1..=2).contains(&decimals.len()) => {
            Cow::Owned(format!("{whole}.{decimals}"))
        }
        _ => Cow::Owned(bare),
    }
}

/// A day as it is written in Nigeria, `31/01/2025`, in the form of the API.
fn plain_day(cell: &str) -> Cow<'_, str> {
    let parts: Vec<&str> = cell.split(['/', '-', '.']).collect();
    let digits = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    match parts.as_slice() {
        [day, month, year] if digits(day, 1..=2) && digits(month, 1..=2) && digits(year, 4..=4) => {
            Cow::Owned(format!("{year}-{month:0>2}-{day:0>2}"))
        }
        _ => Cow::Borrowed(cell),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_spreadsheets_write_them() {
        for (cell, plain) in [
            ("500", "500"),
            ("500.00", "500.00"),
            ("₦1,250.00", "1250.00"),
            ("NGN 1,250,000", "1250000"),
            ("1 250.50", "1250.50"),
            ("500,50", "500.50"),
            ("1,250", "1250"),
        ] {
            assert_eq!(plain_amount(cell), plain, "{cell}");
        }
        // What could be read in two ways, or in none, is left for the check of amounts to refuse.
        for cell in ["1,25,000", "1.250,00", "5e3", "-5", "five", "1,2500"] {
            assert!(ofektom_domain::money::Money::stated(&plain_amount(cell)).is_err(), "{cell}");
        }
    }

    #[test]
    fn days_are_read_day_first() {
        for (cell, plain) in [
            ("2025-01-31", "2025-01-31"),
            ("31/01/2025", "2025-01-31"),
            ("1.3.2025", "2025-03-01"),
            ("1-3-2025", "2025-03-01"),
        ] {
            assert_eq!(plain_day(cell), plain);
        }
        for cell in ["01/31", "45658", "2025/01/31", "1/3/25"] {
            assert_eq!(plain_day(cell), cell);
        }
    }
}
