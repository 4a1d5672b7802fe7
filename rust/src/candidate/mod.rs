//! Candidates: pairs of articles that may be versions of one another.
//!
//! For copies there are two routes, a file each: bands of the signature for texts alike as a whole,
//! shared sampled shingles for a text inside a longer one. Both put articles into buckets and pair
//! those that meet; [`bucket`] keeps crowded buckets from costing the square of their size. For
//! rewrites [`stories`] has two more.

pub mod bands;
pub mod bucket;
pub mod first_look;
pub mod rare_stems;
pub mod samples;
pub mod stories;
mod story_bands;
pub mod vocabulary;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::corpus::Corpus;
use crate::error::Result;
use crate::lists::{self, BLOCK, Lists};
use crate::progress::Progress;
use crate::verify::MIN_WORDS;
use bucket::Bounded;
use first_look::FirstLook;
use samples::Common;

/// What the routes share: the articles that may match otherwise than exactly, and their order.
pub struct Articles<'a> {
    pub corpus: &'a Corpus,
    pub members: Vec<u32>,
    /// Rank by the keep rule, and rank by length, of every article.
    pub keep_ranks: &'a [u32],
    pub length_ranks: &'a [u32],
}

impl<'a> Articles<'a> {
    /// Exact copies are left to their representative, and very short texts match only exactly.
    pub fn new(
        corpus: &'a Corpus,
        representatives: &[u32],
        keep_ranks: &'a [u32],
        length_ranks: &'a [u32],
    ) -> Articles<'a> {
        let long_enough = |&i: &u32| corpus.sketches.lengths[i as usize] as usize >= MIN_WORDS;
        let stands_for_itself = |&i: &u32| representatives[i as usize] == i;
        let members =
            (0..corpus.len() as u32).filter(long_enough).filter(stands_for_itself).collect();
        Articles { corpus, members, keep_ranks, length_ranks }
    }

    /// How many tables of all members each thread may make at once, one at least and no more than
    /// is asked for: a table takes so many bytes for each member.
    fn at_once(&self, bytes: usize, most: usize) -> usize {
        let table = bytes * self.members.len().max(1) * rayon::current_num_threads();
        (self.corpus.memory.for_stage() / table).clamp(1, most)
    }

    /// The members in blocks whose lists can be read in one go.
    fn blocks(&self) -> Vec<&[u32]> {
        self.members.chunk_by(|x, y| *x as usize / BLOCK == *y as usize / BLOCK).collect()
    }

    /// A pair, the one to be kept last.
    fn pair(&self, a: u32, b: u32) -> Pair {
        let keeps = |i: u32| self.keep_ranks[i as usize];
        if keeps(a) > keeps(b) { (a, b) } else { (b, a) }
    }
}

pub type Pair = (u32, u32);

/// The lists of a block of members.
fn read_block<'a>(
    lists: &'a Lists,
    members: &[u32],
    buffer: &'a mut Vec<u32>,
) -> Result<lists::Block<'a>> {
    let (first, last) = (members[0] as usize, members[members.len() - 1] as usize);
    lists.block(first..last + 1, buffer)
}

#[derive(Serialize, Deserialize)]
pub struct Candidates {
    /// Without repeats; pairs that hang together stand together, so that verification reads an
    /// article once for all of them.
    pub pairs: Vec<Pair>,
    pub bounded: Bounded,
    pub common: Common,
}

/// `look` is None when no rewrites are looked for.
pub fn find(
    articles: &Articles,
    look: Option<&FirstLook>,
    progress: &Progress,
) -> Result<Candidates> {
    let routes = if look.is_some() { 4 } else { 2 };
    progress.start("candidates", routes * articles.members.len() as u64);
    let (mut pairs, mut bounded) = bands::find(articles, progress)?;
    let sampled = samples::find(articles, progress)?;
    pairs.extend(sampled.pairs);
    bounded.add(&sampled.bounded);
    if let Some(look) = look {
        let (told_twice, left_out) = stories::find(articles, look, progress)?;
        pairs.extend(told_twice);
        bounded.add(&left_out);
    }
    pairs.par_sort_unstable();
    pairs.dedup();
    order_by_component(&mut pairs, articles.corpus.len());
    Ok(Candidates { pairs, bounded, common: sampled.common })
}

/// Sorts the pairs by the connected component they belong to, then by article.
fn order_by_component(pairs: &mut [Pair], articles: usize) {
    let mut parents: Vec<u32> = (0..articles as u32).collect();
    for &(a, b) in pairs.iter() {
        let (a, b) = (root(&mut parents, a), root(&mut parents, b));
        parents[a.max(b) as usize] = a.min(b);
    }
    let roots: Vec<u32> = (0..articles as u32).map(|it| root(&mut parents, it)).collect();
    pairs.par_sort_unstable_by_key(|&pair| (roots[pair.0 as usize], pair));
}

/// The root of an article's tree, which is made flatter on the way (path halving).
fn root(parents: &mut [u32], mut article: u32) -> u32 {
    while parents[article as usize] != article {
        parents[article as usize] = parents[parents[article as usize] as usize];
        article = parents[article as usize];
    }
    article
}
