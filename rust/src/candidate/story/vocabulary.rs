//! How common the stems of a corpus are.

use rayon::prelude::*;

use crate::candidate::articles::{Articles, read_block};
use crate::error::Result;
use crate::text::story::Stem;

/// Stems in a larger share of the articles are common and find nothing; stems in a share no larger
/// than that are rare.
const COMMON: f64 = 0.02;
const RARE: f64 = 0.005;

/// Articles of a corpus before the first: a word is taken to stand in `PRIOR_COUNT` of them until
/// the corpus says otherwise, so that in a corpus of five no word is taken for common.
const PRIOR_ARTICLES: f64 = 2000.0;
const PRIOR_COUNT: f64 = 4.0;

/// Parts that are counted side by side, by the high bits of the stem.
const PARTS: usize = 8;

pub struct Vocabulary {
    articles: usize,
    parts: Vec<Counts>,
}

impl Vocabulary {
    /// Counts the members that each stem is in.
    pub fn of(articles: &Articles) -> Result<Vocabulary> {
        let parts = (0..PARTS).into_par_iter().map(|part| count_part(articles, part));
        let parts = parts.collect::<Result<_>>()?;
        Ok(Vocabulary { articles: articles.members.len(), parts })
    }

    /// Number of articles that a stem of the corpus is in.
    pub fn count(&self, stem: Stem) -> u32 {
        self.parts[part_of(stem)].get(stem).max(1)
    }

    /// The most articles that a stem which tells something is in, and a rare one.
    pub fn most(&self) -> (u32, u32) {
        (most_if_telling(self.articles), most_if_rare(self.articles))
    }
}

/// The most of so many articles that a stem which tells something is in.
pub fn most_if_telling(articles: usize) -> u32 {
    most(COMMON, articles)
}

/// The most of so many articles that a rare stem is in.
pub fn most_if_rare(articles: usize) -> u32 {
    most(RARE, articles)
}

/// The most articles that a stem of at most this share of all is in, with the prior.
fn most(share: f64, articles: usize) -> u32 {
    (share * (articles as f64 + PRIOR_ARTICLES) - PRIOR_COUNT) as u32
}

fn count_part(articles: &Articles, part: usize) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut buffer = Vec::new();
    for members in articles.blocks(&articles.corpus.sketches.stems) {
        let block = read_block(&articles.corpus.sketches.stems, members, &mut buffer)?;
        for &article in members {
            let stems = block.get(article);
            let start = stems.partition_point(|&stem| part_of(stem) < part);
            for &stem in stems[start..].iter().take_while(|&&stem| part_of(stem) == part) {
                counts.add(stem, 1);
            }
        }
    }
    // Half of the stems stand in one article, and a small table is quick to look up in.
    let mut several = Counts::default();
    let found = counts.slots.iter().filter(|(_, count)| *count > 1);
    found.for_each(|&(stem, count)| several.add(stem, count));
    Ok(several)
}

/// A count for each of some stems. These are hashes: the slot of one is told by its own bits, or is the
/// next free one from there on, and not hashed once more.
#[derive(Default)]
struct Counts {
    /// A power of two of them, at least half of them free, with a count of 0.
    slots: Vec<(Stem, u32)>,
    stems: usize,
}

impl Counts {
    fn get(&self, stem: Stem) -> u32 {
        if self.slots.is_empty() { 0 } else { self.slots[self.slot(stem)].1 }
    }

    fn add(&mut self, stem: Stem, count: u32) {
        if 2 * self.stems >= self.slots.len() {
            self.grow();
        }
        let slot = self.slot(stem);
        let found = &mut self.slots[slot];
        self.stems += (found.1 == 0) as usize;
        *found = (stem, found.1 + count);
    }

    /// The slot of a stem, or the free one where it would be.
    fn slot(&self, stem: Stem) -> usize {
        let last = self.slots.len() - 1;
        // The lowest bit says something else, the highest are those of a part.
        let mut slot = (stem >> 1) as usize & last;
        while self.slots[slot].1 > 0 && self.slots[slot].0 != stem {
            slot = (slot + 1) & last;
        }
        slot
    }

    fn grow(&mut self) {
        let slots = vec![(0, 0); (2 * self.slots.len()).max(1 << 10)];
        for (stem, count) in std::mem::replace(&mut self.slots, slots) {
            if count > 0 {
                let slot = self.slot(stem);
                self.slots[slot] = (stem, count);
            }
        }
    }
}

fn part_of(stem: Stem) -> usize {
    stem as usize >> (Stem::BITS - PARTS.ilog2())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashbrown::HashMap;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn stems_are_counted(stems in prop::collection::vec((0..2_000_u32, 0..4_u32), 0..3_000)) {
            let mut counts = Counts::default();
            let mut expected: HashMap<Stem, u32> = HashMap::new();
            for (low, high) in stems {
                // Many want the same slot.
                let stem = low | high << 30;
                counts.add(stem, 1);
                *expected.entry(stem).or_default() += 1;
            }
            prop_assert_eq!(counts.stems, expected.len());
            for low in 0..2_000 {
                for stem in (0..4).map(|high| low | high << 30) {
                    prop_assert_eq!(counts.get(stem), expected.get(&stem).copied().unwrap_or(0));
                }
            }
        }
    }
}
