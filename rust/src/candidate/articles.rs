//! The articles among which candidates are looked for.

use crate::corpus::{Corpus, Pair};
use crate::error::Result;
use crate::memory::lists::{self, BLOCK, Lists};
use crate::text::MIN_WORDS;

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
    pub fn at_once(&self, bytes: usize, most: usize) -> usize {
        let table = bytes * self.members.len().max(1) * rayon::current_num_threads();
        (self.corpus.memory.for_stage() / table).clamp(1, most)
    }

    /// The members in blocks whose lists can be read in one go.
    pub fn blocks(&self) -> Vec<&[u32]> {
        self.members.chunk_by(|x, y| *x as usize / BLOCK == *y as usize / BLOCK).collect()
    }

    /// A pair, the one to be kept last.
    pub fn pair(&self, a: u32, b: u32) -> Pair {
        let keeps = |i: u32| self.keep_ranks[i as usize];
        if keeps(a) > keeps(b) { (a, b) } else { (b, a) }
    }
}

/// The lists of a block of members.
pub fn read_block<'a>(
    lists: &'a Lists,
    members: &[u32],
    buffer: &'a mut Vec<u32>,
) -> Result<lists::Block<'a>> {
    let (first, last) = (members[0] as usize, members[members.len() - 1] as usize);
    lists.block(first..last + 1, buffer)
}
