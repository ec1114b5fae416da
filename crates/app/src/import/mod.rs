//! Imports of customers and cards: what a file would make, keeping it, carrying it out in the background.

mod check;
mod create;
mod run;

pub use check::{ImportInput, ImportPreview};
