//! The articles among which candidates are looked for.

use super::bucket;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::memory::lists::{self, Lists};
use crate::text::MIN_WORDS;

/// What the routes share: the articles that may match otherwise than exactly, and their order.
pub struct Articles<'a> {
    pub corpus: &'a Corpus,
    pub members: Vec<u32>,
    /// Rank by the keep rule of every article.
    pub keep_ranks: &'a [u32],
}

impl<'a> Articles<'a> {
    /// Exact copies are left to their representative, and very short texts match only exactly.
    pub fn new(corpus: &'a Corpus, representatives: &[u32], keep_ranks: &'a [u32]) -> Articles<'a> {
        let long_enough = |&i: &u32| corpus.sketches.lengths[i as usize] as usize >= MIN_WORDS;
        let stands_for_itself = |&i: &u32| representatives[i as usize] == i;
        let members =
            (0..corpus.len() as u32).filter(long_enough).filter(stands_for_itself).collect();
        Articles { corpus, members, keep_ranks }
    }

    /// The hubs of a crowded bucket.
    pub fn hubs(&self, members: impl Iterator<Item = u32> + Clone) -> Vec<u32> {
        let lengths = &self.corpus.sketches.lengths;
        let ranked = |article: u32| {
            let place = article as usize;
            (self.keep_ranks[place], lengths[place], article)
        };
        bucket::hubs(members.map(ranked))
    }

    /// How many tables of all members each thread may make at once, no more than is asked for, and
    /// in how many parts where not even one fits: a table takes so many bytes for each member.
    pub fn at_once(&self, bytes: usize, most: usize) -> (usize, usize) {
        let table = bytes * self.members.len().max(1) * rayon::current_num_threads();
        let memory = self.corpus.memory.for_stage();
        ((memory / table).clamp(1, most), table.div_ceil(memory))
    }

    /// The members in blocks whose lists can be read in one go.
    pub fn blocks(&self, lists: &Lists) -> Vec<&[u32]> {
        let mut blocks = Vec::new();
        let mut rest = &self.members[..];
        while let Some(&first) = rest.first() {
            let end = lists.block_end(first);
            let (block, others) = rest.split_at(rest.partition_point(|&member| member < end));
            blocks.push(block);
            rest = others;
        }
        blocks
    }

    /// A pair, the one to be kept last.
    pub fn pair(&self, a: u32, b: u32) -> [u32; 2] {
        let keeps = |i: u32| self.keep_ranks[i as usize];
        if keeps(a) > keeps(b) { [a, b] } else { [b, a] }
    }
}

/// Whether a number, spread evenly by this, falls to one of so many parts.
pub fn in_part(number: u64, part: usize, parts: usize) -> bool {
    part_of(number, parts) == part
}

/// The part that a number falls to.
pub fn part_of(number: u64, parts: usize) -> usize {
    let spread = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    ((spread * parts as u64) >> 32) as usize
}

/// Room for the articles that fall to one of so many parts, which are not quite alike.
pub fn room_for_part<T>(articles: usize, parts: usize) -> Vec<T> {
    let most = articles / parts;
    Vec::with_capacity(most + most / 8 * (parts > 1) as usize)
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
