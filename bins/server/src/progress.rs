//! How far long work has come: a bar on a terminal, a few plain lines elsewhere. On standard error, beside the log.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

/// Plain lines of one piece of work: one each quarter.
const LINES: u64 = 4;

/// The progress of one piece of work.
#[derive(Debug)]
pub(crate) enum Progress {
    Bar(ProgressBar),
    Lines { what: &'static str, total: AtomicU64, done: AtomicU64 },
}

impl Progress {
    /// Starts with the number of steps in all.
    pub fn start(what: &'static str, total: u64) -> Self {
        if !stderr().is_terminal() {
            line(&format!("{what}…"));
            return Self::Lines { what, total: AtomicU64::new(total), done: AtomicU64::new(0) };
        }
        let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}");
        let bar = ProgressBar::new(total).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(what);
        Self::Bar(bar)
    }

    /// Takes note of so many more steps done.
    pub fn advance(&self, steps: u64) {
        match self {
            Self::Bar(bar) => bar.inc(steps),
            Self::Lines { total, done, .. } => {
                let before = done.load(Ordering::Relaxed);
                self.set(before + steps, total.load(Ordering::Relaxed));
            }
        }
    }

    /// Takes note of the steps done, and of their number in all.
    pub fn set(&self, now: u64, all: u64) {
        match self {
            Self::Bar(bar) => {
                bar.set_length(all);
                bar.set_position(now);
            }
            Self::Lines { what, total, done } => {
                total.store(all, Ordering::Relaxed);
                let before = done.swap(now, Ordering::Relaxed);
                let quarter = |steps: u64| steps.saturating_mul(LINES).checked_div(all).unwrap_or(0);
                if quarter(now) > quarter(before) {
                    line(&format!("{what}: {now} of {all}"));
                }
            }
        }
    }

    /// Ends it; a bar goes away.
    pub fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

/// Nobody to read it is no reason to stop.
fn line(text: &str) {
    let _ = writeln!(stderr(), "{text}");
}
