//! Puts the used part of the fonts into the document, with what it needs to be searched and copied.

use std::collections::BTreeMap;

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish as _, Name, Pdf, Rect, Ref, Str};
use subsetter::GlyphRemapper;

use crate::PaperError;
use crate::font::{Glyph, Typeface, Weight};

/// How hard to compress: more costs time and gains little.
pub const COMPRESSION: u8 = 6;
const SYSTEM: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// The glyphs that a document uses.
pub struct UsedFonts {
    regular: Used,
    bold: Used,
}

struct Used {
    typeface: &'static Typeface,
    remapper: GlyphRemapper,
    texts: BTreeMap<u16, String>,
}

impl Used {
    fn of(weight: Weight) -> Result<Self, PaperError> {
        Ok(Self { typeface: Typeface::of(weight)?, remapper: GlyphRemapper::new(), texts: BTreeMap::new() })
    }

    fn width(&self, glyph: u16) -> i32 {
        let advance = self.typeface.face.glyph_hor_advance(rustybuzz::ttf_parser::GlyphId(glyph));
        i32::from(advance.unwrap_or(0))
    }
}

impl UsedFonts {
    /// Nothing used yet.
    ///
    /// # Errors
    /// [`PaperError::Font`].
    pub fn new() -> Result<Self, PaperError> {
        Ok(Self { regular: Used::of(Weight::Regular)?, bold: Used::of(Weight::Bold)? })
    }

    const fn of(&self, weight: Weight) -> &Used {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// Uses a glyph: its number in the document's font, and its own width.
    pub fn take(&mut self, weight: Weight, glyph: &Glyph) -> (u16, i32) {
        let used = match weight {
            Weight::Regular => &mut self.regular,
            Weight::Bold => &mut self.bold,
        };
        let cid = used.remapper.remap(glyph.id);
        if !glyph.text.is_empty() {
            used.texts.entry(cid).or_insert_with(|| glyph.text.clone());
        }
        (cid, used.width(glyph.id))
    }

    /// Writes the font of a weight as the object `font`; five more objects follow from `next`.
    ///
    /// # Errors
    /// [`PaperError::Subset`].
    pub fn write(
        &self,
        pdf: &mut Pdf,
        weight: Weight,
        font: Ref,
        mut next: impl FnMut() -> Ref,
    ) -> Result<(), PaperError> {
        let used = self.of(weight);
        let (face, name) = (&used.typeface.face, used.typeface.name);
        let tag = match weight {
            Weight::Regular => format!("OFKTMR+{name}"),
            Weight::Bold => format!("OFKTMB+{name}"),
        };
        let base = Name(tag.as_bytes());
        let (cid_font, descriptor, cmap, file) = (next(), next(), next(), next());
        pdf.type0_font(font)
            .base_font(base)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid_font)
            .to_unicode(cmap);

        let mut cid = pdf.cid_font(cid_font);
        cid.subtype(CidFontType::Type2).base_font(base).system_info(SYSTEM).font_descriptor(descriptor);
        cid.default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
        let widths = used.remapper.remapped_gids().map(|glyph| whole(used.width(glyph)));
        cid.widths().consecutive(0, widths);
        cid.finish();

        let bounds = face.global_bounding_box();
        let flags =
            FontFlags::SYMBOLIC | if weight == Weight::Bold { FontFlags::FORCE_BOLD } else { FontFlags::empty() };
        pdf.font_descriptor(descriptor)
            .name(base)
            .flags(flags)
            .bbox(Rect::new(bounds.x_min.into(), bounds.y_min.into(), bounds.x_max.into(), bounds.y_max.into()))
            .italic_angle(0.0)
            .ascent(face.ascender().into())
            .descent(face.descender().into())
            .cap_height(face.capital_height().unwrap_or(714).into())
            .stem_v(if weight == Weight::Bold { 140.0 } else { 80.0 })
            .font_file2(file);

        let mut map = UnicodeCmap::new(Name(b"Ofektom"), SYSTEM);
        for (cid, text) in &used.texts {
            map.pair_with_multiple(*cid, text.chars());
        }
        pdf.cmap(cmap, &map.finish());

        let cut = subsetter::subset(used.typeface.data, 0, &used.remapper).map_err(|_| PaperError::Subset)?;
        let packed = compress_to_vec_zlib(&cut, COMPRESSION);
        let length = i32::try_from(cut.len()).unwrap_or(i32::MAX);
        let mut stream = pdf.stream(file, &packed);
        stream.filter(Filter::FlateDecode).pair(Name(b"Length1"), length);
        stream.finish();
        Ok(())
    }
}

fn whole(number: i32) -> f32 {
    f32::from(i16::try_from(number).unwrap_or(i16::MAX))
}
