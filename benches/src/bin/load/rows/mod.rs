//! The rows of the table, by what they need.

mod crowd;
mod earlier;
mod footprint;
mod growth;
mod logins;
mod reads;
mod writes_postgres;
mod writes_sqlite;

use anyhow::{Result, bail};

use crate::ground::Bench;

/// All rows, in the order in which they are measured. The last two need the others' figures.
pub const NAMES: [&str; 13] = ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10", "P11", "P12", "P13"];

/// Measures the rows asked for.
///
/// # Errors
/// When a name is none, or a server fails.
pub async fn measure(bench: &mut Bench, names: &[String]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| !NAMES.contains(&name.as_str())) {
        bail!("there is no row {unknown}: {}", NAMES.join(", "));
    }
    let wanted = |some: &[&str]| names.iter().any(|name| some.contains(&name.as_str()));
    if wanted(&["P4", "P5", "P6", "P7"]) {
        writes_postgres::measure(bench, &wanted).await?;
    }
    if wanted(&["P8"]) {
        writes_sqlite::measure(bench).await?;
    }
    if wanted(&["P3"]) {
        reads::measure(bench).await?;
    }
    if wanted(&["P1", "P2"]) {
        logins::measure(bench).await?;
    }
    if wanted(&["P10"]) {
        footprint::measure(bench).await?;
    }
    if wanted(&["P11"]) {
        crowd::measure(bench).await?;
    }
    if wanted(&["P9"]) {
        growth::measure(bench).await?;
    }
    if wanted(&["P12", "P13"]) {
        earlier::measure(bench).await?;
    }
    Ok(())
}
