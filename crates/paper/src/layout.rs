//! A paper from its letterhead to the number of its last page.

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::{Filter, Finish as _, Name, Pdf, Rect, Ref, TextStr};

use crate::canvas::{ACCENT, BLACK, Canvas, GREY, Ink, LINE, PAGE_HEIGHT, PAGE_WIDTH, PALE};
use crate::embed::{COMPRESSION, UsedFonts};
use crate::font::{Run, Weight};
use crate::table::{Look, Table};
use crate::wrap::lines;
use crate::{Fact, Paper, PaperError};

const MARGIN: i32 = 450;
const WIDTH: i32 = PAGE_WIDTH - 2 * MARGIN;
/// Where the part ends that the foot leaves.
const BOTTOM: i32 = PAGE_HEIGHT - 620;

/// Pages as they are drawn; the last one is open.
struct Press<'a> {
    paper: &'a Paper,
    fonts: UsedFonts,
    pages: Vec<Canvas>,
    page: Canvas,
    /// How far down the open page is used.
    y: i32,
}

/// Prints a paper.
///
/// # Errors
/// [`PaperError`], which is a defect.
pub fn print(paper: &Paper) -> Result<Vec<u8>, PaperError> {
    let mut press = Press { paper, fonts: UsedFonts::new()?, pages: Vec::new(), page: Canvas::new(), y: MARGIN };
    press.letterhead()?;
    press.facts()?;
    press.figures()?;
    press.table()?;
    press.note()?;
    press.bound()
}

impl Press<'_> {
    fn text(&mut self, at: (i32, i32), text: &str, (weight, size): (Weight, i32), ink: Ink) -> Result<(), PaperError> {
        let run = Run::of(text, weight, size)?;
        self.page.write(&mut self.fonts, at, &run, ink);
        Ok(())
    }

    fn letterhead(&mut self) -> Result<(), PaperError> {
        self.page.fill((0, 0), (PAGE_WIDTH, 90), ACCENT);
        self.y = MARGIN + 30;
        for run in lines(&self.paper.letterhead, WIDTH, Weight::Bold, 190)? {
            self.y += 200;
            self.page.write(&mut self.fonts, (MARGIN, self.y - 50), &run, ACCENT);
        }
        let title = &self.paper.title;
        self.text((MARGIN, self.y + 120), title, (Weight::Regular, 120), GREY)?;
        self.y += 210;
        self.page.fill((MARGIN, self.y), (WIDTH, 8), LINE);
        self.y += 130;
        Ok(())
    }

    fn facts(&mut self) -> Result<(), PaperError> {
        let (top, half) = (self.y, WIDTH / 2);
        let left = self.fact_column(&self.paper.left, MARGIN, half - 150, top)?;
        let right = self.fact_column(&self.paper.right, MARGIN + half, half, top)?;
        self.y = left.max(right) + 60;
        Ok(())
    }

    /// A column of labelled facts; how far down it goes.
    fn fact_column(&mut self, facts: &[Fact], left: i32, width: i32, top: i32) -> Result<i32, PaperError> {
        let (label_width, mut y) = (780, top);
        for fact in facts {
            self.text((left, y + 70), &fact.label, (Weight::Regular, 82), GREY)?;
            let runs = lines(&fact.value, width - label_width, Weight::Bold, 90)?;
            for run in &runs {
                self.page.write(&mut self.fonts, (left + label_width, y + 70), run, BLACK);
                y += 125;
            }
            y += 20;
        }
        Ok(y)
    }

    fn figures(&mut self) -> Result<(), PaperError> {
        let count = i32::try_from(self.paper.figures.len()).unwrap_or(0);
        if count == 0 {
            return Ok(());
        }
        let (gap, height) = (90, 400);
        let width = (WIDTH - gap * (count - 1)) / count;
        for (at, fact) in (0..).zip(&self.paper.figures) {
            let left = MARGIN + at * (width + gap);
            self.page.fill((left, self.y), (width, height), PALE);
            self.page.fill((left, self.y), (22, height), ACCENT);
            self.text((left + 90, self.y + 150), &fact.label, (Weight::Regular, 80), GREY)?;
            let mut size = 125;
            let mut run = Run::of(&fact.value, Weight::Bold, size)?;
            while run.width() > width - 130 && size > 60 {
                size -= 5;
                run = Run::of(&fact.value, Weight::Bold, size)?;
            }
            self.page.write(&mut self.fonts, (left + 90, self.y + 310), &run, BLACK);
        }
        self.y += height + 150;
        Ok(())
    }

    fn table(&mut self) -> Result<(), PaperError> {
        let table = Table::new(&self.paper.columns, MARGIN, WIDTH);
        let titles: Vec<String> = self.paper.columns.iter().map(|column| column.title.clone()).collect();
        let head = table.row(&titles, Look::Head)?;
        self.draw(&table, &head);
        let looks = [Look::Plain, Look::Shaded].into_iter().cycle();
        let rows =
            self.paper.rows.iter().zip(looks).chain(self.paper.totals.iter().map(|totals| (totals, Look::Total)));
        for (texts, look) in rows {
            let row = table.row(texts, look)?;
            if self.y + row.height > BOTTOM {
                self.turn()?;
                self.draw(&table, &head);
            }
            self.draw(&table, &row);
        }
        Ok(())
    }

    fn draw(&mut self, table: &Table, row: &crate::table::Row) {
        table.draw(&mut self.page, &mut self.fonts, self.y, row);
        self.y += row.height;
    }

    /// Begins another page, with a small letterhead.
    fn turn(&mut self) -> Result<(), PaperError> {
        self.pages.push(std::mem::replace(&mut self.page, Canvas::new()));
        self.page.fill((0, 0), (PAGE_WIDTH, 40), ACCENT);
        let letterhead = self.paper.letterhead.clone();
        if let Some(run) = lines(&letterhead, WIDTH / 2, Weight::Bold, 95)?.first() {
            self.page.write(&mut self.fonts, (MARGIN, 400), run, ACCENT);
        }
        let title = Run::of(&self.paper.title, Weight::Regular, 85)?;
        self.page.write_right(&mut self.fonts, (MARGIN + WIDTH, 400), &title, GREY);
        self.y = 500;
        Ok(())
    }

    fn note(&mut self) -> Result<(), PaperError> {
        if self.paper.note.is_empty() {
            return Ok(());
        }
        let runs = lines(&self.paper.note, WIDTH, Weight::Regular, 78)?;
        let height = 120 + 110 * i32::try_from(runs.len()).unwrap_or(1);
        if self.y + height > BOTTOM {
            self.turn()?;
        }
        self.y += 120;
        for run in &runs {
            self.y += 110;
            self.page.write(&mut self.fonts, (MARGIN, self.y), run, GREY);
        }
        Ok(())
    }

    fn foot(&mut self, number: usize, count: usize, page: &mut Canvas) -> Result<(), PaperError> {
        let y = PAGE_HEIGHT - 400;
        page.fill((MARGIN, y - 120), (WIDTH, 5), LINE);
        if let Some(run) = lines(&self.paper.footer, WIDTH - 900, Weight::Regular, 75)?.first() {
            page.write(&mut self.fonts, (MARGIN, y), run, GREY);
        }
        let run = Run::of(&format!("Page {number} of {count}"), Weight::Regular, 75)?;
        page.write_right(&mut self.fonts, (MARGIN + WIDTH, y), &run, GREY);
        Ok(())
    }

    /// Numbers the pages and binds them into a document.
    fn bound(mut self) -> Result<Vec<u8>, PaperError> {
        let mut pages = std::mem::take(&mut self.pages);
        pages.push(std::mem::replace(&mut self.page, Canvas::new()));
        let count = pages.len();
        let mut last = 0;
        let mut next = move || {
            last += 1;
            Ref::new(last)
        };
        let (catalog, tree, info, regular, bold) = (next(), next(), next(), next(), next());
        let mut pdf = Pdf::new();
        let mut kids = Vec::with_capacity(count);
        for (at, mut page) in pages.into_iter().enumerate() {
            self.foot(at + 1, count, &mut page)?;
            let (leaf, stream) = (next(), next());
            let packed = compress_to_vec_zlib(&page.finish(), COMPRESSION);
            pdf.stream(stream, &packed).filter(Filter::FlateDecode);
            let mut leaf_writer = pdf.page(leaf);
            leaf_writer.media_box(Rect::new(0.0, 0.0, 595.3, 841.9)).parent(tree).contents(stream);
            leaf_writer.resources().fonts().pair(Name(b"R"), regular).pair(Name(b"B"), bold);
            leaf_writer.finish();
            kids.push(leaf);
        }
        pdf.pages(tree).kids(kids).count(i32::try_from(count).unwrap_or(i32::MAX));
        for (weight, font) in Weight::ALL.into_iter().zip([regular, bold]) {
            self.fonts.write(&mut pdf, weight, font, &mut next)?;
        }
        let title = format!("{} – {}", self.paper.title, self.paper.letterhead);
        pdf.document_info(info)
            .title(TextStr(&title))
            .author(TextStr(&self.paper.letterhead))
            .creator(TextStr("Ofektom"));
        pdf.catalog(catalog).pages(tree).lang(TextStr("en"));
        Ok(pdf.finish())
    }
}
