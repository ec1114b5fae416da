//! The table: its columns' places, and its rows.

use crate::canvas::{ACCENT, BLACK, Canvas, Ink, LINE, PALE, WHITE};
use crate::embed::UsedFonts;
use crate::font::{Run, Weight};
use crate::wrap::lines;
use crate::{Align, Column, PaperError};

const SIZE: i32 = 82;
const LEADING: i32 = 112;
/// Above and below the lines of a row.
const PADDING: i32 = 36;
/// Between a column's edge and its texts.
const INSET: i32 = 46;
/// How much of a line's height lies above its baseline.
const ASCENT: i32 = 86;

/// How a row looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The head of the table.
    Head,
    /// A row on white.
    Plain,
    /// A row on a pale ground.
    Shaded,
    /// The last row, which sums up.
    Total,
}

impl Look {
    const fn weight(self) -> Weight {
        match self {
            Self::Head | Self::Total => Weight::Bold,
            Self::Plain | Self::Shaded => Weight::Regular,
        }
    }

    const fn ink(self) -> Ink {
        match self {
            Self::Head => WHITE,
            Self::Plain | Self::Shaded | Self::Total => BLACK,
        }
    }
}

/// A column at its place.
struct Place {
    left: i32,
    width: i32,
    align: Align,
}

/// A table of a width.
pub struct Table {
    left: i32,
    width: i32,
    places: Vec<Place>,
}

/// A row that is ready to be drawn.
pub struct Row {
    look: Look,
    cells: Vec<Vec<Run>>,
    /// Its height.
    pub height: i32,
}

impl Table {
    /// Places the columns.
    pub fn new(columns: &[Column], left: i32, width: i32) -> Self {
        let shares: i32 = columns.iter().map(|column| i32::from(column.share)).sum::<i32>().max(1);
        let mut before = 0;
        let place = |column: &Column| {
            let start = left + width * before / shares;
            before += i32::from(column.share);
            Place { left: start, width: left + width * before / shares - start, align: column.align }
        };
        Self { left, width, places: columns.iter().map(place).collect() }
    }

    /// Breaks the texts of a row into lines.
    pub fn row(&self, texts: &[String], look: Look) -> Result<Row, PaperError> {
        let cell = |(place, text): (&Place, &String)| lines(text, place.width - 2 * INSET, look.weight(), SIZE);
        let cells: Vec<Vec<Run>> = self.places.iter().zip(texts).map(cell).collect::<Result<_, _>>()?;
        let most = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
        Ok(Row { look, cells, height: 2 * PADDING + LEADING * i32::try_from(most).unwrap_or(1) })
    }

    /// Draws a row with its upper edge at `top`.
    pub fn draw(&self, canvas: &mut Canvas, fonts: &mut UsedFonts, top: i32, row: &Row) {
        let (whole, bottom) = ((self.width, row.height), top + row.height);
        match row.look {
            Look::Head => canvas.fill((self.left, top), whole, ACCENT),
            Look::Shaded => canvas.fill((self.left, top), whole, PALE),
            Look::Plain => {}
            Look::Total => canvas.fill((self.left, top), (self.width, 12), ACCENT),
        }
        if row.look != Look::Head {
            canvas.fill((self.left, bottom - 4), (self.width, 4), LINE);
        }
        for (place, runs) in self.places.iter().zip(&row.cells) {
            for (line, run) in (0..).zip(runs) {
                let baseline = top + PADDING + ASCENT + line * LEADING;
                match place.align {
                    Align::Left => canvas.write(fonts, (place.left + INSET, baseline), run, row.look.ink()),
                    Align::Right => {
                        let edge = place.left + place.width - INSET;
                        canvas.write_right(fonts, (edge, baseline), run, row.look.ink());
                    }
                }
            }
        }
    }
}
