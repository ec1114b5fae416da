//! What is printed, as far as it can be told without looking at it.

use crate::font::{Run, Typeface, Weight};
use crate::wrap::lines;
use crate::{Align, Column, Fact, Paper, print};

fn paper(rows: usize) -> Paper {
    Paper {
        letterhead: "Ìyá Àgbà Ajọ & Sons".to_owned(),
        title: "Statement of account".to_owned(),
        left: vec![Fact::new("Customer", "Ọlá Ẹniọlá Ɓala-Ƙofar")],
        columns: vec![Column::new("Date", 2, Align::Left), Column::new("Balance (₦)", 1, Align::Right)],
        rows: (0..rows).map(|row| vec![format!("day {row}"), format!("{row}.00")]).collect(),
        totals: Some(vec!["Total".to_owned(), "1.00".to_owned()]),
        ..Paper::default()
    }
}

fn pages(bytes: &[u8]) -> usize {
    String::from_utf8_lossy(bytes).matches("/Type /Page\n").count()
}

#[test]
fn a_long_table_goes_on_over_pages() {
    assert_eq!(pages(&print(&paper(5)).unwrap()), 1);
    let long = print(&paper(400)).unwrap();
    assert!((8..16).contains(&pages(&long)), "{}", pages(&long));
    assert!(long.starts_with(b"%PDF-") && long.len() < 200_000, "{} bytes", long.len());
}

#[test]
fn the_letters_of_nigeria_and_the_naira_are_in_both_fonts() {
    for weight in Weight::ALL {
        let face = &Typeface::of(weight).unwrap().face;
        for c in "ẹọṣịụɓɗƙƴẸỌṢỊỤƁƊƘƳńǹḿ₦–…’\u{301}\u{300}\u{323}".chars() {
            assert!(face.glyph_index(c).is_some(), "{c} {weight:?}");
        }
    }
}

#[test]
fn a_tone_mark_stands_on_its_letter_and_takes_no_room() {
    let (plain, marked) = (Run::of("ẹ", Weight::Regular, 100), Run::of("ẹ\u{301}", Weight::Regular, 100));
    let (plain, marked) = (plain.unwrap(), marked.unwrap());
    assert_eq!(plain.width(), marked.width());
    assert_eq!(marked.glyphs.iter().map(|glyph| glyph.text.as_str()).collect::<String>(), "ẹ\u{301}");
}

#[test]
fn texts_break_between_words_and_inside_those_that_are_too_long() {
    let widths = |text: &str| {
        let lines = lines(text, 500, Weight::Regular, 82).unwrap();
        lines.iter().map(Run::width).collect::<Vec<_>>()
    };
    assert_eq!(widths("short").len(), 1);
    assert!(widths("a contribution that was reversed").len() > 1);
    let long = widths(&"w".repeat(200));
    assert!(long.len() == 4 && long.iter().all(|width| *width <= 560), "{long:?}");
}

#[test]
fn nothing_at_all_can_be_printed() {
    assert_eq!(pages(&print(&Paper::default()).unwrap()), 1);
}
