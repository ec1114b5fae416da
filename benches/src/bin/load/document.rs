//! The part of docs/PERFORMANCE.md that is made from the data.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::report::Report;

const BEGIN: &str = "<!-- measured: begin -->\n";
const END: &str = "<!-- measured: end -->";

/// Writes the table between the marks of the document.
///
/// # Errors
/// When the document or its marks are missing.
pub fn write(report: &Report, path: &Path) -> Result<()> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let (before, rest) = text.split_once(BEGIN).with_context(|| format!("{} has no {BEGIN}", path.display()))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("{} has no {END}", path.display()))?;
    fs::write(path, format!("{before}{BEGIN}\n{}\n{END}{after}", report.table()))?;
    Ok(())
}
