//! Figures, as people read them.

use crate::measured::Measured;

/// Connections and rate × median may differ by so much, in thousandths, before a row says so.
const OCCUPANCY: std::ops::RangeInclusive<u64> = 700..=1_300;

/// `12345` as `12,345`.
pub fn grouped(figure: u64) -> String {
    let digits = figure.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Thousandths, as `1.25 ×`.
pub fn times(thousandths: u64) -> String {
    format!("{}.{:02} ×", thousandths / 1_000, thousandths % 1_000 / 10)
}

/// Microseconds, as `1.25 ms`.
pub fn millis(micros: u64) -> String {
    format!("{}.{:02} ms", micros / 1_000, micros % 1_000 / 10)
}

/// KiB, as `12.5 MiB`.
pub fn mebibytes(kib: u64) -> String {
    format!("{}.{} MiB", kib / 1_024, kib % 1_024 * 10 / 1_024)
}

/// What keeps closed-loop runs from counting: errors, or connections that idled.
pub fn doubts<'a>(runs: impl IntoIterator<Item = &'a Measured>) -> Vec<String> {
    let mut doubts = Vec::new();
    for run in runs {
        if run.errors > 0 {
            let first = run.first_error.as_deref().unwrap_or("no answer");
            doubts.push(format!("{} errors in a run, the first: {first}", run.errors));
        }
        if !OCCUPANCY.contains(&run.occupancy()) {
            doubts.push(format!(
                "rate × median latency is {} of the {} connections",
                times(run.occupancy()),
                run.connections
            ));
        }
    }
    doubts.dedup();
    doubts
}

/// Whether all runs had answers and none an error.
pub fn sound<'a>(runs: impl IntoIterator<Item = &'a Measured>) -> bool {
    runs.into_iter().all(|run| run.errors == 0 && run.answered() > 0)
}
