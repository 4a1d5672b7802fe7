//! A list of numbers for each article, end to end: in memory or, once they take too much of it, in
//! a temporary file.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::column::Column;
use super::temporary::TemporaryFile;
use crate::error::Result;

/// Articles whose lists are read in one go at most, and how many numbers unless it is one article.
const BLOCK: usize = 4096;
const BLOCK_NUMBERS: u64 = 1 << 18;

/// Bytes that are written in one go once lists are spilled.
pub const SPILLED_AT_ONCE: usize = 64 << 20;

/// Lists whose ends are counted from one start.
const GROUP: usize = 256;

/// Numbers between two lists that are read with them: as much as another read costs.
const GAP: u64 = 1024;

/// Lists that [`Recent`] keeps.
const RECENT: usize = 256;

#[derive(Default, Serialize, Deserialize)]
pub struct Lists {
    /// The length that all have, if they have one.
    width: Option<usize>,
    /// Otherwise how many numbers come before each [`GROUP`] of lists, and where each list ends,
    /// counted from there: half of what whole numbers would take.
    starts: Vec<u64>,
    ends: Vec<u32>,
    numbers: Column<u32>,
}

/// The lists of neighbouring articles.
pub struct Block<'a> {
    lists: &'a Lists,
    first: u64,
    values: &'a [u32],
}

impl Block<'_> {
    pub fn get(&self, article: u32) -> &[u32] {
        let Range { start, end } = self.lists.range(article as usize);
        &self.values[(start - self.first) as usize..(end - self.first) as usize]
    }
}

impl Lists {
    /// Lists that all have so many numbers.
    pub fn of_width(width: usize) -> Lists {
        Lists { width: Some(width), ..Lists::default() }
    }

    /// Appends a list: what `fill` appends to the numbers it is given.
    pub fn push_with(&mut self, fill: impl FnOnce(&mut Vec<u32>)) {
        let before = self.total();
        self.numbers.extend_with(fill);
        if self.width.is_none() {
            if self.ends.len().is_multiple_of(GROUP) {
                self.starts.push(before);
            }
            let start = self.starts[self.ends.len() / GROUP];
            self.ends.push((self.total() - start) as u32);
        }
    }

    pub fn push(&mut self, list: &[u32]) {
        self.push_with(|values| values.extend_from_slice(list));
    }

    /// Number of numbers in the list of an article.
    pub fn length(&self, article: u32) -> usize {
        let Range { start, end } = self.range(article as usize);
        (end - start) as usize
    }

    /// The length that all lists have, or 0.
    pub fn width(&self) -> usize {
        self.width.unwrap_or(0)
    }

    /// Number of lists.
    pub fn count(&self) -> usize {
        self.width.map_or(self.ends.len(), |width| self.total() as usize / width)
    }

    /// Number of numbers in all lists.
    pub fn total(&self) -> u64 {
        self.numbers.len()
    }

    /// Bytes of memory that the numbers take.
    pub fn memory(&self) -> usize {
        self.numbers.memory()
    }

    pub fn is_spilled(&self) -> bool {
        self.numbers.is_spilled()
    }

    /// Moves the numbers from memory to a file, which is made when there is none yet.
    pub fn spill(&mut self, make_file: impl FnOnce() -> Result<TemporaryFile>) -> Result<()> {
        self.numbers.spill(make_file)
    }

    /// Gives the disk back that spilled lists take: they are needed no more.
    pub fn clear_spilled(&self) -> Result<()> {
        self.numbers.clear_spilled()
    }

    /// The list of an article; `buffer` takes it when it comes from the file.
    pub fn get<'a>(&'a self, article: u32, buffer: &'a mut Vec<u32>) -> Result<&'a [u32]> {
        self.numbers.read(self.range(article as usize), buffer)
    }

    /// The article after those that are read in one go from one on.
    pub fn block_end(&self, first: u32) -> u32 {
        let first = first as usize;
        let most = self.range(first).start + BLOCK_NUMBERS;
        let last = self.count().min(first + BLOCK);
        let fits = |article: &usize| self.range(*article).end <= most;
        (first + 1..last).find(|article| !fits(article)).unwrap_or(last) as u32
    }

    /// The lists of neighbouring articles, as `get` gives one.
    pub fn block<'a>(
        &'a self,
        articles: Range<usize>,
        buffer: &'a mut Vec<u32>,
    ) -> Result<Block<'a>> {
        let start = self.range(articles.start).start;
        let end = self.range(articles.end - 1).end;
        Ok(Block { lists: self, first: start, values: self.numbers.read(start..end, buffer)? })
    }

    /// The lists of some articles, in any order and often: neighbours in the file are read in one go.
    pub fn gather(&self, articles: impl Iterator<Item = u32>) -> Result<Gathered<'_>> {
        let mut gathered =
            Gathered { lists: self, articles: Vec::new(), starts: Vec::new(), values: Vec::new() };
        if !self.is_spilled() {
            return Ok(gathered);
        }
        let Gathered { articles: sorted, starts, values, .. } = &mut gathered;
        sorted.extend(articles);
        sorted.sort_unstable();
        sorted.dedup();
        let range = |article: &u32| self.range(*article as usize);
        let follows = |x: &u32, y: &u32| {
            let (x, y) = (range(x), range(y));
            y.start - x.end <= GAP && x.start / BLOCK_NUMBERS == y.start / BLOCK_NUMBERS
        };
        values.reserve_exact(sorted.iter().map(|it| self.length(*it)).sum());
        let mut buffer = Vec::new();
        for some in sorted.chunk_by(follows) {
            let from = range(&some[0]).start;
            let read = self.numbers.read(from..range(&some[some.len() - 1]).end, &mut buffer)?;
            for list in some.iter().map(range) {
                starts.push(values.len());
                values.extend_from_slice(
                    &read[(list.start - from) as usize..(list.end - from) as usize],
                );
            }
        }
        Ok(gathered)
    }

    fn range(&self, article: usize) -> Range<u64> {
        if let Some(width) = self.width {
            return (article * width) as u64..((article + 1) * width) as u64;
        }
        let start = self.starts[article / GROUP];
        let first = if article.is_multiple_of(GROUP) { 0 } else { self.ends[article - 1] };
        start + first as u64..start + self.ends[article] as u64
    }
}

/// Lists of some articles.
pub struct Gathered<'a> {
    lists: &'a Lists,
    /// Those of them that come from the file, sorted, and where their lists begin in `values`.
    articles: Vec<u32>,
    starts: Vec<usize>,
    values: Vec<u32>,
}

impl Gathered<'_> {
    pub fn get(&self, article: u32) -> &[u32] {
        let range = self.lists.range(article as usize);
        if !self.lists.is_spilled() {
            return self.lists.numbers.read_memory(range);
        }
        let place = self.articles.binary_search(&article).expect("it was gathered");
        let start = self.starts[place];
        &self.values[start..start + (range.end - range.start) as usize]
    }
}

/// The lists last asked for, of lists that may be in a file: neighbouring pairs ask for the same.
pub struct Recent<'a> {
    lists: &'a Lists,
    recent: Vec<(Option<u32>, Vec<u32>)>,
}

impl<'a> Recent<'a> {
    pub fn new(lists: &'a Lists) -> Recent<'a> {
        Recent { lists, recent: Vec::new() }
    }

    pub fn get(&mut self, article: u32) -> Result<&[u32]> {
        if !self.lists.is_spilled() {
            return Ok(self.lists.numbers.read_memory(self.lists.range(article as usize)));
        }
        if self.recent.is_empty() {
            self.recent.resize_with(RECENT, Default::default);
        }
        let (held, list) = &mut self.recent[article as usize % RECENT];
        if *held != Some(article) {
            *held = None;
            list.clear();
            self.lists.numbers.append(self.lists.range(article as usize), list)?;
            *held = Some(article);
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn spilled_lists_are_those_in_memory(
            given in prop::collection::vec((prop::collection::vec(any::<u32>(), 0..9), any::<bool>()), 1..40),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut lists = Lists::default();
            for (list, spill) in &given {
                lists.push(list);
                if *spill {
                    lists.spill(|| TemporaryFile::unnamed(folder.path())).unwrap();
                }
            }
            let mut buffer = Vec::new();
            let mut recent = Recent::new(&lists);
            for (article, (list, _)) in (0..).zip(&given).chain((0..).zip(&given)) {
                prop_assert_eq!(recent.get(article).unwrap(), &list[..]);
            }
            let everyone = 0..given.len() as u32;
            let gathered = lists.gather(everyone.clone().rev().step_by(2)).unwrap();
            for article in everyone.rev().step_by(2) {
                prop_assert_eq!(gathered.get(article), &given[article as usize].0[..]);
            }
            for (article, (list, _)) in (0..).zip(&given) {
                prop_assert_eq!(lists.get(article, &mut buffer).unwrap(), &list[..]);
                prop_assert_eq!(lists.length(article), list.len());
            }
            for start in 0..given.len() {
                let block = lists.block(start..given.len(), &mut buffer).unwrap();
                for (article, (list, _)) in given.iter().enumerate().skip(start) {
                    prop_assert_eq!(block.get(article as u32), &list[..]);
                }
            }
        }
    }
}
