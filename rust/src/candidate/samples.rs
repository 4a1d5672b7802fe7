//! Candidates for excerpts: articles that share sampled shingles.
//!
//! A short article inside a long one has a low Jaccard index, so bands miss it; but each shingle
//! of the passage is sampled, or not, in both articles alike. An inverted index over the samples
//! counts what two articles share.

use hashbrown::HashMap;
use rayon::prelude::*;

use super::bucket::{self, Bounded, CROWD};
use super::{Articles, Pair};
use crate::error::Result;
use crate::progress::Progress;

/// A pair is verified when it shares at least one in so many of the smaller sample. At the lowest
/// containment that counts, one in three, a 120-word article shares 5 of its 15 on average.
const MIN_SHARED_SHARE: usize = 8;

/// Pairs counted together, which bounds the memory that counting takes.
const PAIRS_AT_ONCE: usize = 2 << 20;

/// The sampled shingles found in more than [`CROWD`] articles, with hubs among those.
pub type Common = HashMap<u32, Vec<u32>>;

pub struct Sampled {
    pub pairs: Vec<Pair>,
    pub bounded: Bounded,
    pub common: Common,
}

pub fn find(articles: &Articles, progress: &Progress) -> Result<Sampled> {
    let postings = postings(articles);
    let (common, bounded) = common_shingles(articles, &postings);
    let pairs_to_count: usize =
        small_lists(&postings).map(|list| list.len() * (list.len() - 1) / 2).sum();
    let passes = pairs_to_count.div_ceil(PAIRS_AT_ONCE).max(rayon::current_num_threads());
    let counted: Vec<Vec<Pair>> = (0..passes as u32)
        .into_par_iter()
        .map(|pass| {
            progress.add(articles.members.len() as u64 / passes as u64)?;
            Ok(count_pass(articles, &postings, pass, passes as u32))
        })
        .collect::<Result<_>>()?;
    let mut pairs = counted.concat();
    if !common.is_empty() {
        pairs.par_extend(articles.members.par_iter().flat_map_iter(|&article| {
            let hubs = common_hubs(articles, &common, article);
            bucket::best_hubs(articles, hubs)
                .into_iter()
                .map(move |hub| articles.pair(article, hub))
        }));
    }
    Ok(Sampled { pairs, bounded, common })
}

/// (shingle, article) in one number each, sorted.
fn postings(articles: &Articles) -> Vec<u64> {
    let sketches = &articles.corpus.sketches;
    let mut postings: Vec<u64> = articles
        .members
        .par_iter()
        .flat_map_iter(|&article| {
            let samples = sketches.samples(article).iter();
            samples.map(move |&shingle| (shingle as u64) << 32 | article as u64)
        })
        .collect();
    postings.par_sort_unstable();
    postings
}

fn lists(postings: &[u64]) -> impl Iterator<Item = &[u64]> {
    postings.chunk_by(|a, b| a >> 32 == b >> 32)
}

fn small_lists(postings: &[u64]) -> impl Iterator<Item = &[u64]> {
    lists(postings).filter(|list| (2..=CROWD).contains(&list.len()))
}

fn common_shingles(articles: &Articles, postings: &[u64]) -> (Common, Bounded) {
    let mut common = Common::new();
    let mut bounded = Bounded::default();
    for list in lists(postings).filter(|list| list.len() > CROWD) {
        let hubs = bucket::hubs(articles, list.iter().map(|&posting| posting as u32));
        bounded.count(list.len(), hubs.len());
        common.insert((list[0] >> 32) as u32, hubs);
    }
    (common, bounded)
}

/// Counts the pairs whose first article falls to this pass, and returns those that share enough.
fn count_pass(articles: &Articles, postings: &[u64], pass: u32, passes: u32) -> Vec<Pair> {
    let mut meetings: Vec<u64> = Vec::new();
    for list in small_lists(postings) {
        for (index, &first) in list.iter().enumerate() {
            if first as u32 % passes == pass {
                let others = list[index + 1..].iter();
                meetings.extend(others.map(|&other| first << 32 | other & u32::MAX as u64));
            }
        }
    }
    meetings.sort_unstable();
    meetings
        .chunk_by(|a, b| a == b)
        .map(|meeting| ((meeting[0] >> 32) as u32, meeting[0] as u32, meeting.len()))
        .filter(|&(a, b, shared)| shares_enough(articles, a, b, shared))
        .map(|(a, b, _)| articles.pair(a, b))
        .collect()
}

fn shares_enough(articles: &Articles, a: u32, b: u32, shared: usize) -> bool {
    let size = |article| articles.corpus.sketches.samples(article).len();
    shared * MIN_SHARED_SHARE >= size(a).min(size(b))
}

/// (common shingles shared, hub) for the hubs of the common shingles of an article.
fn common_hubs(articles: &Articles, common: &Common, article: u32) -> Vec<(usize, u32)> {
    let samples = articles.corpus.sketches.samples(article).iter();
    let mut hubs: Vec<u32> = samples
        .filter_map(|shingle| common.get(shingle))
        .flatten()
        .copied()
        .filter(|&hub| hub != article)
        .collect();
    hubs.sort_unstable();
    hubs.chunk_by(|a, b| a == b)
        .map(|votes| (votes.len(), votes[0]))
        .filter(|&(shared, hub)| shares_enough(articles, article, hub, shared))
        .collect()
}
