//! How common stems are among the articles of an index.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::candidate::story::vocabulary::most_if_telling;
use crate::error::Result;
use crate::sketch::sketches::Sketches;
use crate::text::story::Stem;

/// Fewer articles do not tell.
const LEAST: usize = 2000;

/// The share of the articles, one in so many, from which on a stem is noted.
const NOTED: u32 = 1000;

#[derive(Default, Serialize, Deserialize)]
pub struct Vocabulary {
    /// Articles that were counted.
    articles: u32,
    /// How many of them have a stem, of the stems that stand in many.
    counts: HashMap<Stem, u32>,
}

impl Vocabulary {
    /// Of some articles, one to each of `sketches`; None if these are too few.
    pub fn of<'a>(
        sketches: impl ExactSizeIterator<Item = &'a Sketches>,
    ) -> Result<Option<Vocabulary>> {
        let articles = sketches.len();
        if articles < LEAST {
            return Ok(None);
        }
        let mut counts: HashMap<Stem, u32> = HashMap::new();
        let mut buffer = Vec::new();
        for sketches in sketches {
            for &stem in sketches.stems.get(0, &mut buffer)? {
                *counts.entry(stem).or_default() += 1;
            }
        }
        let articles = articles as u32;
        counts.retain(|_, count| *count * NOTED >= articles);
        Ok(Some(Vocabulary { articles, counts }))
    }

    /// Whether a stem stands in so many articles that it finds nothing.
    pub fn is_frequent(&self, stem: Stem) -> bool {
        self.counts.get(&stem).is_some_and(|&it| it > most_if_telling(self.articles as usize))
    }

    /// About how many of so many articles a stem stands in; 0 if in few.
    pub fn estimate(&self, stem: Stem, articles: u32) -> usize {
        let count = self.counts.get(&stem).copied().unwrap_or(0) as usize;
        count * articles as usize / self.articles.max(1) as usize
    }
}

/// Whether to count anew once there are so many articles: when they are twice as many as the last
/// time. In between the answers do not change.
pub fn is_due(counted_of: u32, articles: u32) -> bool {
    articles as usize >= LEAST && articles >= 2 * counted_of
}
