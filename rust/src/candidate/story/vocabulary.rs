//! How common the stems of a corpus are.

use hashbrown::HashMap;
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
    parts: Vec<HashMap<Stem, u32>>,
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
        self.parts[part_of(stem)].get(&stem).copied().unwrap_or(1)
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

fn count_part(articles: &Articles, part: usize) -> Result<HashMap<Stem, u32>> {
    let mut counts: HashMap<Stem, u32> = HashMap::new();
    let mut buffer = Vec::new();
    for members in articles.blocks(&articles.corpus.sketches.stems) {
        let block = read_block(&articles.corpus.sketches.stems, members, &mut buffer)?;
        for &article in members {
            let stems = block.get(article);
            let start = stems.partition_point(|&stem| part_of(stem) < part);
            for &stem in stems[start..].iter().take_while(|&&stem| part_of(stem) == part) {
                *counts.entry(stem).or_default() += 1;
            }
        }
    }
    // Half of the stems stand in one article, and a small table is quick to look up in.
    counts.retain(|_, count| *count > 1);
    counts.shrink_to_fit();
    Ok(counts)
}

fn part_of(stem: Stem) -> usize {
    stem as usize >> (Stem::BITS - PARTS.ilog2())
}
