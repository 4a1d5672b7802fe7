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
use crate::verify::rewrite::Bars;

/// Stems in a larger share of the articles are common and find nothing; stems in a share no larger
/// than that are rare.
const COMMON: f64 = 0.02;
const RARE: f64 = 0.005;

/// The story shingles of a corpus, and how much two articles have in common of them.
pub struct Stories<'a> {
    corpus: &'a Corpus,
    /// Seconds between two articles of one story, where both dates are known.
    window: Option<u64>,
    bars: Bars,
    /// Of each article how many of its stems are rare and how many more are not common: these stand
    /// first in `sorted`.
    ends: Vec<Ends>,
    sorted: Vec<Stem>,
}

#[derive(Clone, Copy)]
struct Ends {
    start: usize,
    rare: u32,
    telling: u32,
}

impl<'a> Stories<'a> {
    pub fn new(articles: &Articles<'a>, window: Option<u64>, bars: Bars) -> Stories<'a> {
        let corpus = articles.corpus;
        let vocabulary = Vocabulary::of(&articles.members, |it| corpus.sketches.stems(it));
        let telling: Vec<(Vec<Stem>, u32)> = articles
            .members
            .par_iter()
            .map(|&article| telling(corpus.sketches.stems(article), &vocabulary))
            .collect();
        let mut ends = vec![Ends { start: 0, rare: 0, telling: 0 }; corpus.len()];
        let mut sorted = Vec::new();
        for (&article, (stems, rare)) in articles.members.iter().zip(telling) {
            let telling = stems.len() as u32;
            ends[article as usize] = Ends { start: sorted.len(), rare, telling };
            sorted.extend(stems);
        }
        Stories { corpus, window, bars, ends, sorted }
    }

    /// The stems of a member that are not common.
    pub fn telling_stems(&self, article: u32) -> impl Iterator<Item = Stem> {
        let Ends { start, telling, .. } = self.ends[article as usize];
        self.sorted[start..start + telling as usize].iter().copied()
    }

    /// The stems of a member that are rare, but not its alone.
    pub fn rare_stems(&self, article: u32) -> impl Iterator<Item = Stem> {
        self.telling_stems(article).take(self.ends[article as usize].rare as usize)
    }

    fn date(&self, article: u32) -> i64 {
        self.corpus.dates[article as usize]
    }

    /// Whether two articles may be one story told twice, by their stems and dates alone.
    pub fn are_alike(&self, a: u32, b: u32) -> bool {
        let gap = self.corpus.gap((a, b));
        if !gap.is_none_or(|gap| self.is_within(gap)) {
            return false;
        }
        let stems = |article| self.corpus.sketches.stems(article);
        let shared = verify::count_shared(stems(a), stems(b)) as f64;
        let share = |article| shared / stems(article).len().max(1) as f64;
        self.bars.pass_first_look(share(a).max(share(b)), share(a).min(share(b)), gap)
    }

    fn is_within(&self, gap: u64) -> bool {
        self.window.is_none_or(|window| gap <= window)
    }
}

/// The stems that are not common, the rare ones first, and how many are rare. A stem that only one
/// article has finds nothing: it is left out of the rare ones.
fn telling(stems: &[Stem], vocabulary: &Vocabulary) -> (Vec<Stem>, u32) {
    let (mut rare, mut others) = (Vec::new(), Vec::new());
    for &stem in stems {
        let count = vocabulary.count(stem);
        let share = vocabulary.share(count);
        if count > 1 && share <= RARE {
            rare.push(stem);
        } else if share <= COMMON {
            others.push(stem);
        }
    }
    let number = rare.len() as u32;
    rare.extend(others);
    (rare, number)
}

/// The members in the order of their dates, undated ones first, then ids. A place is an index here.
pub struct InTime {
    pub articles: Vec<u32>,
    near_until: Vec<u32>,
}

impl InTime {
    fn new(stories: &Stories, members: &[u32]) -> InTime {
        let mut articles = members.to_vec();
        let key = |article: u32| (stories.date(article), stories.corpus.ids.get(article as usize));
        articles.par_sort_unstable_by(|&x, &y| key(x).cmp(&key(y)));
        let dates: Vec<i64> = articles.iter().map(|&article| stories.date(article)).collect();
        let near_until = (0..dates.len())
            .map(|place| match dates[place] {
                NO_DATE => dates.len() as u32,
                date => {
                    let is_near = |&other: &i64| stories.is_within(other.abs_diff(date));
                    (place + dates[place..].partition_point(is_near)) as u32
                }
            })
            .collect();
        InTime { articles, near_until }
    }

    /// The first place after a place that is not within the window.
    pub fn near_until(&self, place: u32) -> u32 {
        self.near_until[place as usize]
    }
}

pub fn find(
    articles: &Articles,
    stories: &Stories,
    progress: &Progress,
) -> Result<(Vec<Pair>, Bounded)> {
    let in_time = InTime::new(stories, &articles.members);
    let (mut pairs, mut bounded) = story_bands::find(stories, &in_time, progress)?;
    let (rare, bounded_lists) = rare_stems::find(stories, &in_time, progress)?;
    bounded.add(&bounded_lists);
    pairs.extend(rare);
    pairs.par_sort_unstable();
    pairs.dedup();
    let pairs = pairs
        .into_par_iter()
        .map(|(x, y)| (in_time.articles[x as usize], in_time.articles[y as usize]))
        .filter(|&(a, b)| stories.are_alike(a, b))
        .map(|(a, b)| articles.pair(a, b))
        .collect();
    Ok((pairs, bounded))
}
