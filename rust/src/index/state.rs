//! What an index knows of itself as a whole.

use serde::{Deserialize, Serialize};

/// A sorted run of postings.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub number: u32,
    pub pages: u64,
    pub postings: u64,
}

impl Run {
    pub fn place(&self, page: u64) -> u64 {
        place_of_run(self.number) | page
    }

    /// The place of what a page hides.
    pub fn hidden_place(&self, page: u64) -> u64 {
        self.place(page) | HIDDEN
    }
}

/// A run has fewer pages.
pub const HIDDEN: u64 = 1 << 31;

pub fn place_of_run(number: u32) -> u64 {
    (number as u64) << 32
}

/// What changes with every article.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct State {
    /// Counts all changes.
    pub generation: u64,
    /// The number of the next article.
    pub next: u32,
    /// The first article whose postings are in no run.
    pub first_recent: u32,
    /// The postings of those before this one are being made into a run.
    pub cut: u32,
    /// Where the list of recent postings begins that are in a run by now.
    pub first_listed: u32,
    /// The largest first.
    pub runs: Vec<Run>,
    pub next_run: u32,
    /// Runs that are not used, or not yet: their pages are garbage.
    pub doomed: Vec<u32>,
    /// Counts how often all was laid out anew.
    pub layout: u32,
    pub articles: u64,
    /// Articles removed since all runs were last made anew.
    pub removed: u64,
    /// The number of the next article when the stems were last counted.
    pub counted_of: u32,
}
