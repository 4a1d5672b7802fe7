//! Candidates for excerpts: articles that share sampled shingles.
//!
//! A short article inside a long one has a low Jaccard index, so bands miss it; but each shingle
//! of the passage is sampled, or not, in both articles alike. An inverted index over the samples
//! counts what two articles share.

use hashbrown::HashMap;
use rayon::prelude::*;

use super::articles::{Articles, read_block};
use super::bucket::{self, Bounded, CROWD};
use crate::corpus::Pair;
use crate::error::Result;
use crate::memory::lists::{Lists, SPILLED_AT_ONCE};
use crate::memory::temporary::TemporaryFile;
use crate::progress::Progress;
use crate::verify::furniture::{Holders, MANY};

/// A pair is verified when it shares at least one in so many of the smaller sample. At the lowest
/// containment that counts, one in three, a 120-word article shares 5 of its 15 on average.
pub const MIN_SHARED_SHARE: usize = 8;

/// Pairs counted together, which bounds the memory that counting takes.
const PAIRS_AT_ONCE: usize = 2 << 20;

/// The sampled shingles found in more than [`CROWD`] articles, with hubs among those.
type Common = HashMap<u32, Vec<u32>>;

pub struct Sampled {
    pub pairs: Vec<Pair>,
    pub bounded: Bounded,
    pub holders: Holders,
}

/// `same_text` has for each article the one that stands for those of nearly the same text.
pub fn find(articles: &Articles, same_text: &[u32], progress: &Progress) -> Result<Sampled> {
    let samples = &articles.corpus.sketches.samples;
    let memory = &articles.corpus.memory;
    // Sorting takes as much again.
    let bytes = 2 * size_of::<u64>() * samples.total() as usize;
    let parts = bytes.div_ceil(memory.for_stage()).max(1);
    let mut common = Common::new();
    let mut holders = Holders::default();
    let mut bounded = Bounded::default();
    let mut meetings = Meetings::default();
    for part in 0..parts {
        let postings = postings(articles, part, parts)?;
        holders.0.extend(count_holders(&postings, same_text));
        let (found, left_out) = common_shingles(articles, &postings);
        common.extend(found);
        bounded.add(&left_out);
        meetings.count(articles, &postings, parts)?;
        progress.add((articles.members.len() / parts) as u64)?;
    }
    let mut pairs = meetings.pairs(articles)?;
    if !common.is_empty() {
        pairs.extend(bucket::pair_with_hubs(articles, samples, |article, samples| {
            Ok(common_hubs(articles, &common, article, samples))
        })?);
    }
    Ok(Sampled { pairs, bounded, holders })
}

/// (shingle, article) in one number each, sorted, for one of several parts of the range of
/// shingles.
fn postings(articles: &Articles, part: usize, parts: usize) -> Result<Vec<u64>> {
    let in_part = |&&shingle: &&u32| (shingle as usize * parts) >> u32::BITS == part;
    let of_block = |members: &[u32]| {
        let mut buffer = Vec::new();
        let block = read_block(&articles.corpus.sketches.samples, members, &mut buffer)?;
        let mut postings: Vec<u64> = Vec::new();
        for &article in members {
            let shingles = block.get(article).iter().filter(in_part);
            postings.extend(shingles.map(|&shingle| (shingle as u64) << 32 | article as u64));
        }
        Ok(postings)
    };
    let blocks: Vec<Vec<u64>> =
        articles.blocks().into_par_iter().map(of_block).collect::<Result<_>>()?;
    let mut postings = blocks.concat();
    drop(blocks);
    postings.par_sort_unstable();
    Ok(postings)
}

fn lists(postings: &[u64]) -> impl Iterator<Item = &[u64]> {
    postings.chunk_by(|a, b| a >> 32 == b >> 32)
}

fn small_lists(postings: &[u64]) -> impl Iterator<Item = &[u64]> {
    lists(postings).filter(|list| (2..=CROWD).contains(&list.len()))
}

/// How many stories hold each shingle that many do.
fn count_holders(postings: &[u64], same_text: &[u32]) -> HashMap<u32, u32> {
    let mut stories: Vec<u32> = Vec::new();
    let count = |list: &[u64]| {
        stories.clear();
        stories.extend(list.iter().map(|&posting| same_text[posting as u32 as usize]));
        stories.sort_unstable();
        stories.dedup();
        let count = stories.len() as u32;
        (count >= MANY).then_some(((list[0] >> 32) as u32, count))
    };
    let many = lists(postings).filter(|list| list.len() >= MANY as usize);
    many.filter_map(count).collect()
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

/// How many shingles pairs of articles share: for each part of the shingles and each pass a list of
/// (article, article, shingles) by pair. A pass counts the pairs whose first article falls to it.
#[derive(Default)]
struct Meetings {
    lists: Lists,
    passes: usize,
}

impl Meetings {
    /// Counts what is met in one part of several.
    fn count(&mut self, articles: &Articles, postings: &[u64], parts: usize) -> Result<()> {
        let threads = rayon::current_num_threads();
        if self.passes == 0 {
            // Parts are alike, being drawn by hash.
            let pairs: usize =
                small_lists(postings).map(|list| list.len() * (list.len() - 1) / 2).sum();
            self.passes = (pairs * parts).div_ceil(PAIRS_AT_ONCE).max(threads);
        }
        let passes = self.passes;
        let passes_in_turn: Vec<usize> = (0..passes).collect();
        for some in passes_in_turn.chunks(threads) {
            let count = |&pass: &usize| {
                let mut found = count_pass(postings, pass as u32, passes as u32);
                if parts == 1 {
                    found.retain(|&[a, b, shared]| shares_enough(articles, a, b, shared as usize));
                }
                found
            };
            let counted: Vec<Vec<[u32; 3]>> = some.par_iter().map(count).collect();
            counted.iter().for_each(|found| self.lists.push(found.as_flattened()));
            if parts > 1 && self.lists.memory() > SPILLED_AT_ONCE {
                self.lists.spill(|| TemporaryFile::unnamed(&articles.corpus.memory.folder))?;
            }
        }
        Ok(())
    }

    /// The pairs that share enough in all parts together.
    fn pairs(&self, articles: &Articles) -> Result<Vec<Pair>> {
        let of_pass = |pass: usize| {
            let mut met: Vec<[u32; 3]> = Vec::new();
            let mut buffer = Vec::new();
            for list in (pass..self.lists.count()).step_by(self.passes) {
                met.extend(self.lists.get(list as u32, &mut buffer)?.as_chunks().0);
            }
            met.sort_unstable();
            let enough = met
                .chunk_by(|x, y| x[..2] == y[..2])
                .map(|parts| (parts[0][0], parts[0][1], parts.iter().map(|part| part[2]).sum()))
                .filter(|&(a, b, shared): &(u32, u32, u32)| {
                    shares_enough(articles, a, b, shared as usize)
                })
                .map(|(a, b, _)| articles.pair(a, b));
            Ok(enough.collect())
        };
        let pairs: Vec<Vec<Pair>> =
            (0..self.passes).into_par_iter().map(of_pass).collect::<Result<_>>()?;
        Ok(pairs.concat())
    }
}

/// (article, article, shingles shared) of the pairs whose first article falls to this pass.
fn count_pass(postings: &[u64], pass: u32, passes: u32) -> Vec<[u32; 3]> {
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
        .map(|meeting| [(meeting[0] >> 32) as u32, meeting[0] as u32, meeting.len() as u32])
        .collect()
}

fn shares_enough(articles: &Articles, a: u32, b: u32, shared: usize) -> bool {
    let size = |article| articles.corpus.sketches.samples.length(article);
    shared * MIN_SHARED_SHARE >= size(a).min(size(b))
}

/// (common shingles shared, hub) for the hubs of the common shingles of an article.
fn common_hubs(
    articles: &Articles,
    common: &Common,
    article: u32,
    samples: &[u32],
) -> Vec<(usize, u32)> {
    let mut hubs: Vec<u32> = samples
        .iter()
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
