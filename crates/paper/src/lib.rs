#![doc = include_str!("../README.md")]

mod canvas;
mod embed;
mod font;
mod layout;
mod table;
#[cfg(test)]
mod tests;
mod wrap;

pub use layout::print;

/// What is to be printed.
#[derive(Clone, Debug, Default)]
pub struct Paper {
    /// Whose paper it is; large, at the top.
    pub letterhead: String,
    /// What it is.
    pub title: String,
    /// Facts under the letterhead, on the left.
    pub left: Vec<Fact>,
    /// Facts on the right.
    pub right: Vec<Fact>,
    /// Figures in panels above the table; four fit well.
    pub figures: Vec<Fact>,
    /// The columns of the table.
    pub columns: Vec<Column>,
    /// The rows, a text for each column.
    pub rows: Vec<Vec<String>>,
    /// A last row that stands out.
    pub totals: Option<Vec<String>>,
    /// Said after the table.
    pub note: String,
    /// Said at the foot of every page.
    pub footer: String,
}

/// Something with a name.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its name.
    pub label: String,
    /// What it is.
    pub value: String,
}

impl Fact {
    /// A fact.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// Its share of the width, against those of the other columns.
    pub share: u16,
    /// Where its texts stand.
    pub align: Align,
}

impl Column {
    /// A column.
    pub fn new(title: impl Into<String>, share: u16, align: Align) -> Self {
        Self { title: title.into(), share, align }
    }
}

/// Where a text stands in its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// At the left: words.
    Left,
    /// At the right: numbers.
    Right,
}

/// A paper that cannot be printed: a defect of this crate, its fonts are built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    /// A font that is built in cannot be read.
    #[error("a built-in font cannot be read")]
    Font,
    /// The part of a font that is used cannot be cut out.
    #[error("a built-in font cannot be cut")]
    Subset,
}
