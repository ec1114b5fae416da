//! The fonts, and how a text becomes glyphs of one.

use std::sync::LazyLock;

use rustybuzz::{Face, UnicodeBuffer};

use crate::PaperError;

/// Units of an em of both fonts, which is also what PDF measures glyphs by.
const UNITS_PER_EM: i32 = 1_000;

/// Which of the two fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// For texts.
    Regular,
    /// For what stands out.
    Bold,
}

impl Weight {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Regular, Self::Bold];
}

/// A font as it is built in.
pub struct Typeface {
    /// The font file.
    pub data: &'static [u8],
    /// The same, read.
    pub face: Face<'static>,
    /// Its PostScript name.
    pub name: &'static str,
}

static REGULAR: LazyLock<Option<Typeface>> =
    LazyLock::new(|| Typeface::read(include_bytes!("../fonts/NotoSans-Regular.ttf"), "NotoSans-Regular"));
static BOLD: LazyLock<Option<Typeface>> =
    LazyLock::new(|| Typeface::read(include_bytes!("../fonts/NotoSans-Bold.ttf"), "NotoSans-Bold"));

impl Typeface {
    fn read(data: &'static [u8], name: &'static str) -> Option<Self> {
        let face = Face::from_slice(data, 0).filter(|face| face.units_per_em() == UNITS_PER_EM)?;
        Some(Self { data, face, name })
    }

    /// The font of a weight.
    ///
    /// # Errors
    /// [`PaperError::Font`].
    pub fn of(weight: Weight) -> Result<&'static Self, PaperError> {
        let face = match weight {
            Weight::Regular => REGULAR.as_ref(),
            Weight::Bold => BOLD.as_ref(),
        };
        face.ok_or(PaperError::Font)
    }
}

/// A glyph at its place in a run; all measures in thousandths of the font's size.
#[derive(Clone, Debug)]
pub struct Glyph {
    /// Its number in the font.
    pub id: u16,
    /// How far the next one is.
    pub advance: i32,
    /// How far it is moved to the right.
    pub right: i32,
    /// How far it is raised.
    pub up: i32,
    /// The text that it stands for; empty when the one before stands for it, too.
    pub text: String,
}

/// A text on one line, as glyphs of a font.
#[derive(Clone, Debug)]
pub struct Run {
    /// Which font.
    pub weight: Weight,
    /// The size, in tenths of a point.
    pub size: i32,
    /// The glyphs from left to right.
    pub glyphs: Vec<Glyph>,
}

impl Run {
    /// Shapes a text: marks go to their letters.
    ///
    /// # Errors
    /// [`PaperError::Font`].
    pub fn of(text: &str, weight: Weight, size: i32) -> Result<Self, PaperError> {
        let typeface = Typeface::of(weight)?;
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        let shaped = rustybuzz::shape(&typeface.face, &[], buffer);
        let (infos, positions) = (shaped.glyph_infos(), shaped.glyph_positions());
        let mut glyphs: Vec<Glyph> = Vec::with_capacity(infos.len());
        // The glyphs of a cluster stand for its characters together: one for one where there are as many.
        let mut rest = infos.iter().zip(positions).peekable();
        while let Some((first, _)) = rest.peek() {
            let cluster = first.cluster;
            let mut members = Vec::new();
            while let Some(member) = rest.next_if(|(info, _)| info.cluster == cluster) {
                members.push(member);
            }
            let index = |cluster: u32| usize::try_from(cluster).unwrap_or(text.len());
            let end = rest.peek().map_or(text.len(), |(next, _)| index(next.cluster));
            let chars: Vec<char> = text.get(index(cluster)..end).unwrap_or("").chars().collect();
            let one_for_one = chars.len() == members.len();
            for (at, (info, position)) in members.into_iter().enumerate() {
                let stands_for = match (one_for_one, at) {
                    (true, at) => chars.get(at).map(char::to_string).unwrap_or_default(),
                    (false, 0) => chars.iter().collect(),
                    (false, _) => String::new(),
                };
                glyphs.push(Glyph {
                    id: u16::try_from(info.glyph_id).unwrap_or(0),
                    advance: position.x_advance,
                    right: position.x_offset,
                    up: position.y_offset,
                    text: stands_for,
                });
            }
        }
        Ok(Self { weight, size, glyphs })
    }

    /// Its width, in tenths of a point.
    #[must_use]
    pub fn width(&self) -> i32 {
        self.glyphs.iter().map(|glyph| glyph.advance).sum::<i32>() * self.size / UNITS_PER_EM
    }
}
