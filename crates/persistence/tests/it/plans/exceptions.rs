//! What is permitted, and why.
#![expect(dead_code, reason = "reasons are for whoever reads this")]

use ofektom_testkit::Engine;

/// A statement that may look through a table.
#[derive(Debug)]
pub struct Scanned {
    pub engine: Option<Engine>,
    pub table: &'static str,
    /// What the statement contains.
    pub statement: &'static str,
    pub reason: &'static str,
}

impl Scanned {
    pub fn means(&self, engine: Engine, statement: &str, table: &str) -> bool {
        self.engine.is_none_or(|only| only == engine) && self.table == table && statement.contains(self.statement)
    }
}

pub const SCANNED: &[Scanned] = &[];

/// A statement that may find many rows in vain.
pub struct ThrownAway {
    pub statement: &'static str,
    pub reason: &'static str,
}

pub const THROWN_AWAY: &[ThrownAway] = &[];

/// An index that no statement looks anything up in.
pub struct Unused {
    pub engine: Option<Engine>,
    pub index: &'static str,
    pub reason: &'static str,
}

pub const UNUSED: &[Unused] = &[];
