//! Candidates for rewrites: articles whose story shingles are alike and whose dates are near.
//!
//! Two routes find them, a file each: bands of a signature over the story shingles, and rare stems
//! in common, which also find a rewrite much shorter than its original. What they find is looked
//! at once more by the story shingles themselves, which costs less than reading two texts.

use rayon::prelude::*;

use super::bucket::Bounded;
use super::{Articles, Pair, rare_stems, story_bands};
use crate::corpus::{Corpus, NO_DATE};
use crate::error::Result;
use crate::progress::Progress;
use crate::story::Stem;
use crate::story::vocabulary::Vocabulary;
use crate::verify;

/// The story shingles of a corpus, and how much two articles have in common of them.
pub struct Stories<'a> {
    corpus: &'a Corpus,
    pub vocabulary: Vocabulary,
    /// Seconds between two articles of one story, where both dates are known.
    window: Option<u64>,
    /// Least share of the lesser article's stems that two have in common.
    least_contained: f64,
}

impl<'a> Stories<'a> {
    pub fn new(
        articles: &Articles<'a>,
        window: Option<u64>,
        least_contained: f64,
    ) -> Stories<'a> {
        let corpus = articles.corpus;
        let stems = |article| corpus.sketches.stems(article);
        let vocabulary = Vocabulary::of(&articles.members, stems);
        Stories { corpus, vocabulary, window, least_contained }
    }

    pub fn stems(&self, article: u32) -> &'a [Stem] {
        self.corpus.sketches.stems(article)
    }

    fn date(&self, article: u32) -> i64 {
        self.corpus.dates[article as usize]
    }

    /// Whether two articles were published within the window, as far as is known.
    fn are_near(&self, a: u32, b: u32) -> bool {
        let (x, y) = (self.date(a), self.date(b));
        let known = x != NO_DATE && y != NO_DATE;
        !known || self.window.is_none_or(|window| x.abs_diff(y) <= window)
    }

    /// Whether two articles may be one story told twice.
    pub fn are_alike(&self, a: u32, b: u32) -> bool {
        let (a_stems, b_stems) = (self.stems(a), self.stems(b));
        let lesser = a_stems.len().min(b_stems.len());
        let shared = verify::shared(a_stems, b_stems).count();
        shared as f64 >= self.least_contained * lesser as f64 && self.are_near(a, b)
    }

    /// The members in the order of their dates, undated ones first, then ids.
    pub fn in_time(&self, members: &[u32]) -> Vec<u32> {
        let mut members = members.to_vec();
        let key = |article: u32| (self.date(article), self.corpus.ids.get(article as usize));
        members.par_sort_unstable_by(|&x, &y| key(x).cmp(&key(y)));
        members
    }

    /// How many of the articles that follow `list[at]` in time are near to it.
    pub fn near_after(&self, list: impl Fn(usize) -> u32, length: usize, at: usize) -> usize {
        let (mut low, mut high) = (at + 1, length);
        while low < high {
            let middle = (low + high) / 2;
            if self.are_near(list(at), list(middle)) { low = middle + 1 } else { high = middle }
        }
        low - at - 1
    }
}

pub fn find(
    articles: &Articles,
    stories: &Stories,
    progress: &Progress,
) -> Result<(Vec<Pair>, Bounded)> {
    let in_time = stories.in_time(&articles.members);
    let (mut pairs, mut bounded) = story_bands::find(stories, &in_time, progress)?;
    let (rare, bounded_lists) = rare_stems::find(stories, &in_time, progress)?;
    bounded.add(&bounded_lists);
    pairs.extend(rare);
    pairs.par_sort_unstable();
    pairs.dedup();
    let pairs = pairs
        .into_par_iter()
        .map(|(x, y)| (in_time[x as usize], in_time[y as usize]))
        .filter(|&(a, b)| stories.are_alike(a, b))
        .map(|(a, b)| articles.pair(a, b))
        .collect();
    Ok((pairs, bounded))
}
