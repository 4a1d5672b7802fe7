//! Candidates for excerpts: articles that share sampled shingles.
//!
//! A short article inside a long one has a low Jaccard index, so bands miss it; but each shingle
//! of the passage is sampled, or not, in both articles alike. An inverted index over the samples
//! counts what two articles share.

use hashbrown::HashMap;
use rayon::prelude::*;

use super::articles::{Articles, read_block};
use super::bucket::{self, Bounded, CROWD};
use crate::error::Result;
use crate::memory::sorted::Sorter;
use crate::memory::temporary::TemporaryFile;
use crate::progress::Progress;
use crate::verify::furniture::{Holders, MANY};

/// A pair is verified when it shares at least one in so many of the smaller sample. At the lowest
/// containment that counts, one in three, a 120-word article shares 5 of its 15 on average.
pub const MIN_SHARED_SHARE: usize = 8;

/// Pairs that a thread counts together, which bounds the memory that counting takes, and bytes that
/// each takes.
const PAIRS_AT_ONCE: usize = 2 << 20;
const BYTES_A_PAIR: usize = 2 * size_of::<u64>();

/// The sampled shingles found in more than [`CROWD`] articles, with hubs among those.
type Common = HashMap<u32, Vec<u32>>;

pub struct Sampled {
    pub bounded: Bounded,
    pub holders: Holders,
}

/// `same_text` has for each article the one that stands for those of nearly the same text.
pub fn find(
    articles: &Articles,
    same_text: &[u32],
    pairs: &mut Sorter<[u32; 2]>,
    progress: &Progress,
) -> Result<Sampled> {
    let samples = &articles.corpus.sketches.samples;
    let memory = &articles.corpus.memory;
    // Sorting takes as much again.
    let bytes = 2 * size_of::<u64>() * samples.total() as usize;
    let parts = bytes.div_ceil(memory.for_stage()).max(1);
    let mut common = Common::new();
    let mut holders = Holders::default();
    let mut bounded = Bounded::default();
    let some = Sorter::new(memory);
    for part in 0..parts {
        let postings = postings(articles, part, parts)?;
        holders.0.extend(count_holders(&postings, same_text));
        let (found, left_out) = common_shingles(articles, &postings);
        common.extend(found);
        bounded.add(&left_out);
        count_met(articles, &postings, part, parts, pairs, &some)?;
        progress.add((articles.members.len() / parts) as u64)?;
    }
    add_up(articles, some, pairs)?;
    if !common.is_empty() {
        let hubs = |article, samples: &[u32]| Ok(common_hubs(articles, &common, article, samples));
        bucket::visit_hubs(articles, samples, hubs, pairs, |_, _, _| ())?;
    }
    pairs.settle();
    Ok(Sampled { bounded, holders })
}

/// (shingle, article) in one number each, sorted, for one of several parts of the range of
/// shingles.
fn postings(articles: &Articles, part: usize, parts: usize) -> Result<Vec<u64>> {
    let samples = &articles.corpus.sketches.samples;
    let in_part = |&&shingle: &&u32| (shingle as usize * parts) >> u32::BITS == part;
    let of_block = |members: &[u32]| {
        let mut buffer = Vec::new();
        let block = read_block(samples, members, &mut buffer)?;
        let mut postings: Vec<u64> = Vec::new();
        for &article in members {
            let shingles = block.get(article).iter().filter(in_part);
            postings.extend(shingles.map(|&shingle| (shingle as u64) << 32 | article as u64));
        }
        Ok(postings)
    };
    let blocks: Vec<Vec<u64>> =
        articles.blocks(samples).into_par_iter().map(of_block).collect::<Result<_>>()?;
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
        Some(((list[0] >> 32) as u32, count_stories(&mut stories)?))
    };
    let many = lists(postings).filter(|list| list.len() >= MANY as usize);
    many.filter_map(count).collect()
}

/// How many stories there are, if many. An article is given by the one that stands for its text.
pub fn count_stories(articles: &mut Vec<u32>) -> Option<u32> {
    articles.sort_unstable();
    articles.dedup();
    Some(articles.len() as u32).filter(|&count| count >= MANY)
}

fn common_shingles(articles: &Articles, postings: &[u64]) -> (Common, Bounded) {
    let mut common = Common::new();
    let mut bounded = Bounded::default();
    for list in lists(postings).filter(|list| list.len() > CROWD) {
        let hubs = articles.hubs(list.iter().map(|&posting| posting as u32));
        bounded.count(list.len(), hubs.len());
        common.insert((list[0] >> 32) as u32, hubs);
    }
    (common, bounded)
}

/// Finds the pairs that share enough in one part of the shingles. Those that share less of it go to
/// `some`, as (article, article, part, shingles), unless it is the only part.
fn count_met(
    articles: &Articles,
    postings: &[u64],
    part: usize,
    parts: usize,
    pairs: &Sorter<[u32; 2]>,
    some: &Sorter<[u32; 4]>,
) -> Result<()> {
    let met: usize = small_lists(postings).map(|list| list.len() * (list.len() - 1) / 2).sum();
    let threads = rayon::current_num_threads();
    let fitting = articles.corpus.memory.for_stage() / BYTES_A_PAIR / threads;
    // A pass counts the pairs whose first article falls to it.
    let passes = met.div_ceil(fitting.min(PAIRS_AT_ONCE)).max(threads);
    (0..passes).into_par_iter().try_for_each(|pass| {
        let (mut enough, mut few) = (pairs.local(), some.local());
        let meetings = meetings(postings, pass as u32, passes as u32);
        for meeting in meetings.chunk_by(|x, y| x == y) {
            let (a, b, shared) = ((meeting[0] >> 32) as u32, meeting[0] as u32, meeting.len());
            if enough_of(articles, a, b, shared) {
                enough.push(articles.pair(a, b))?;
            } else if parts > 1 {
                few.push([a, b, part as u32, shared as u32])?;
            }
        }
        enough.finish()?;
        few.finish()
    })
}

/// (article, article) in one number for each shingle that they share, sorted.
fn meetings(postings: &[u64], pass: u32, passes: u32) -> Vec<u64> {
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
}

/// Finds the pairs that share enough in all parts together.
fn add_up(articles: &Articles, some: Sorter<[u32; 4]>, pairs: &Sorter<[u32; 2]>) -> Result<()> {
    let mut local = pairs.local();
    let mut last = (0, 0, 0);
    let some = some.finish(|| TemporaryFile::unnamed(&articles.corpus.memory.folder))?;
    some.for_each_part(|part| {
        for &[a, b, _, shared] in part {
            let before = if (last.0, last.1) == (a, b) { last.2 } else { 0 };
            last = (a, b, before + shared as usize);
            // Of a pair that shares more yet, the same comes again.
            if enough_of(articles, a, b, last.2) {
                local.push(articles.pair(a, b))?;
            }
        }
        Ok(())
    })?;
    local.finish()
}

fn enough_of(articles: &Articles, a: u32, b: u32, shared: usize) -> bool {
    let size = |article| articles.corpus.sketches.samples.length(article);
    shares_enough(shared, size(a).min(size(b)))
}

/// Whether a pair is verified that shares so many of the samples, the smaller of which has so many.
pub fn shares_enough(shared: usize, of: usize) -> bool {
    shared * MIN_SHARED_SHARE >= of
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
        .filter(|&(shared, hub)| enough_of(articles, article, hub, shared))
        .collect()
}
