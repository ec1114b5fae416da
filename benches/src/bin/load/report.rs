//! What was measured, kept as data: rows of the table and the points of plots. A run replaces what it measured and leaves
//! the rest.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Write as _, stderr, stdout};
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::machine::Circumstances;

/// One row of the table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// Its name, such as `P4`, with the engine where it was measured on several.
    pub name: String,
    /// What was done.
    pub work: String,
    /// What it is held against.
    pub against: String,
    /// The figures measured, those of the other side last.
    pub figures: String,
    /// The ratio, as in the bar.
    pub ratio: String,
    /// The bar.
    pub bar: String,
    /// Whether the bar is met.
    pub met: bool,
    /// What a reader must know about the figures.
    pub notes: Vec<String>,
    /// Where and when it was measured.
    pub circumstances: Option<Circumstances>,
}

/// A line of a plot.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Series {
    /// Which plot it belongs to.
    pub plot: String,
    /// What it shows.
    pub name: String,
    /// Its points, in the plot's units.
    pub points: Vec<(u64, u64)>,
}

/// Everything measured so far.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Report {
    rows: BTreeMap<String, Row>,
    series: BTreeMap<String, Series>,
}

impl Report {
    /// Reads what earlier runs left; nothing when there is no file.
    ///
    /// # Errors
    /// When the file is not one of ours.
    pub fn read(path: &Path) -> Result<Self> {
        if !path.exists() {
            return Ok(Self::default());
        }
        serde_json::from_slice(&fs::read(path)?).with_context(|| format!("{} is not readable", path.display()))
    }

    /// Keeps it for later runs.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Takes a row in, in place of an earlier one of its name, and shows it.
    pub fn add(&mut self, row: Row) {
        say(format_args!("{}", line_of(&row)));
        self.rows.insert(order_of(&row.name), row);
    }

    /// Takes a line of a plot in.
    pub fn add_series(&mut self, series: Series) {
        self.series.insert(format!("{} {}", series.plot, series.name), series);
    }

    /// The lines of one plot.
    pub fn series(&self, plot: &str) -> Vec<&Series> {
        self.series.values().filter(|series| series.plot == plot).collect()
    }

    /// The table, in Markdown.
    pub fn table(&self) -> String {
        let mut text =
            String::from("| # | work | against | measured | ratio | bar | |\n|---|---|---|---|---|---|---|\n");
        for row in self.rows.values() {
            text.push_str(&line_of(row));
            text.push('\n');
        }
        let mut circumstances: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for row in self.rows.values() {
            if let Some(of) = &row.circumstances {
                circumstances.entry(of.to_string()).or_default().push(&row.name);
            }
        }
        text.push('\n');
        for (of, names) in circumstances {
            text.push_str(&format!("- {}: {of}\n", names.join(", ")));
        }
        for row in self.rows.values() {
            for note in &row.notes {
                text.push_str(&format!("- {}: {note}\n", row.name));
            }
        }
        text
    }
}

fn line_of(row: &Row) -> String {
    let verdict = if row.met { "met" } else { "**missed**" };
    let Row { name, work, against, figures, ratio, bar, .. } = row;
    format!("| {name} | {work} | {against} | {figures} | {ratio} | {bar} | {verdict} |")
}

/// P10 comes after P9.
fn order_of(name: &str) -> String {
    let (number, rest) = name.split_once(' ').unwrap_or((name, ""));
    format!("{:>4} {rest}", number.trim_end_matches(','))
}

/// Tells the person at the terminal how far things are.
pub fn step(text: std::fmt::Arguments<'_>) {
    let _ = writeln!(stderr(), "==> {text}");
}

/// Prints a line of the result.
pub fn say(text: std::fmt::Arguments<'_>) {
    let _ = writeln!(stdout(), "{text}");
}
