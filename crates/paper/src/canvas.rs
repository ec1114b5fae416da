//! One page to draw on. Measures are tenths of a point from its upper left corner.

use pdf_writer::{Content, Name, Str};

use crate::embed::UsedFonts;
use crate::font::{Run, Weight};

/// The width of A4.
pub const PAGE_WIDTH: i32 = 5_953;
/// The height of A4.
pub const PAGE_HEIGHT: i32 = 8_419;

/// A colour: red, green and blue from 0 to 1.
#[derive(Clone, Copy, Debug)]
pub struct Ink(f32, f32, f32);

/// Texts.
pub const BLACK: Ink = Ink(0.11, 0.13, 0.15);
/// Labels.
pub const GREY: Ink = Ink(0.40, 0.44, 0.47);
/// Thin lines.
pub const LINE: Ink = Ink(0.83, 0.85, 0.87);
/// Panels and every other row.
pub const PALE: Ink = Ink(0.955, 0.965, 0.97);
/// What stands out.
pub const ACCENT: Ink = Ink(0.05, 0.31, 0.27);
/// On what stands out.
pub const WHITE: Ink = Ink(1.0, 1.0, 1.0);

/// One page.
pub struct Canvas {
    content: Content,
}

/// Every measure of a page fits.
fn number(tenths: i32) -> f32 {
    f32::from(i16::try_from(tenths).unwrap_or(i16::MAX))
}

impl Canvas {
    /// An empty page.
    pub fn new() -> Self {
        let mut content = Content::new();
        content.transform([0.1, 0.0, 0.0, 0.1, 0.0, 0.0]);
        Self { content }
    }

    /// Fills a rectangle with its upper left corner at (`x`, `y`).
    pub fn fill(&mut self, (x, y): (i32, i32), (width, height): (i32, i32), Ink(r, g, b): Ink) {
        self.content.set_fill_rgb(r, g, b);
        self.content.rect(number(x), number(PAGE_HEIGHT - y - height), number(width), number(height)).fill_nonzero();
    }

    /// Writes a run that begins at `x`, with its baseline at `y`.
    pub fn write(&mut self, fonts: &mut UsedFonts, (x, y): (i32, i32), run: &Run, Ink(r, g, b): Ink) {
        let font: &[u8] = match run.weight {
            Weight::Regular => b"R",
            Weight::Bold => b"B",
        };
        self.content.set_fill_rgb(r, g, b);
        self.content.begin_text().set_font(Name(font), number(run.size));
        self.content.set_text_matrix([1.0, 0.0, 0.0, 1.0, number(x), number(PAGE_HEIGHT - y)]);
        let mut raised = 0;
        for glyph in &run.glyphs {
            let (cid, width) = fonts.take(run.weight, glyph);
            if glyph.up != raised {
                raised = glyph.up;
                self.content.set_rise(number(raised * run.size / 1_000));
            }
            // A positive adjustment moves to the left.
            let (before, after) = (-glyph.right, width + glyph.right - glyph.advance);
            let mut shown = self.content.show_positioned();
            let mut items = shown.items();
            if before != 0 {
                items.adjust(number(before));
            }
            items.show(Str(&cid.to_be_bytes()));
            if after != 0 {
                items.adjust(number(after));
            }
        }
        if raised != 0 {
            self.content.set_rise(0.0);
        }
        self.content.end_text();
    }

    /// Writes a run that ends at `x`.
    pub fn write_right(&mut self, fonts: &mut UsedFonts, (x, y): (i32, i32), run: &Run, ink: Ink) {
        self.write(fonts, (x - run.width(), y), run, ink);
    }

    /// What was drawn.
    pub fn finish(self) -> Vec<u8> {
        self.content.finish().into_vec()
    }
}
