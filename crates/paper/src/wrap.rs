//! Texts that are broken into lines.

use crate::PaperError;
use crate::font::{Run, Weight};

/// Most lines of one text; what is longer ends with an ellipsis.
const LINES_MAX: usize = 4;

/// The lines of a text that fit into a width, in tenths of a point. Words are kept whole as far as they fit.
///
/// # Errors
/// [`PaperError::Font`].
pub fn lines(text: &str, width: i32, weight: Weight, size: i32) -> Result<Vec<Run>, PaperError> {
    let whole = Run::of(text, weight, size)?;
    if whole.width() <= width {
        return Ok(vec![whole]);
    }
    let mut lines: Vec<String> = vec![String::new()];
    let fits = |line: &str| Ok::<bool, PaperError>(Run::of(line, weight, size)?.width() <= width);
    for word in text.split_whitespace() {
        let line = lines.last().map_or("", String::as_str);
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer)? {
            lines.pop();
            lines.push(longer);
            continue;
        }
        if line.is_empty() {
            lines.pop();
        }
        let mut part = String::new();
        for c in word.chars() {
            let longer = format!("{part}{c}");
            if !part.is_empty() && !fits(&longer)? {
                lines.push(std::mem::take(&mut part));
                part.push(c);
            } else {
                part = longer;
            }
        }
        lines.push(part);
    }
    if lines.len() > LINES_MAX {
        lines.truncate(LINES_MAX);
        if let Some(last) = lines.last_mut() {
            let _ = last.pop();
            last.push('…');
        }
    }
    lines.iter().map(|line| Run::of(line, weight, size)).collect()
}
