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

/// Stems that are being counted.
#[derive(Default)]
pub struct Counting {
    articles: u32,
    counts: HashMap<Stem, u32>,
}

impl Counting {
    pub fn add(&mut self, sketches: &Sketches) -> Result<()> {
        for &stem in sketches.stems.get(0, &mut Vec::new())? {
            *self.counts.entry(stem).or_default() += 1;
        }
        self.articles += 1;
        Ok(())
    }

    /// None of too few articles.
    pub fn finish(self) -> Option<Vocabulary> {
        let Counting { articles, mut counts } = self;
        counts.retain(|_, count| *count * NOTED >= articles);
        (articles as usize >= LEAST).then_some(Vocabulary { articles, counts })
    }
}

impl Vocabulary {
    /// Of some articles, one to each of `sketches`; None if these are too few.
    pub fn of<'a>(sketches: impl Iterator<Item = &'a Sketches>) -> Result<Option<Vocabulary>> {
        let mut counting = Counting::default();
        for sketches in sketches {
            counting.add(sketches)?;
        }
        Ok(counting.finish())
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
