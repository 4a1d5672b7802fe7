//! A list of numbers for each article, end to end: in memory or, once they take too much of it, in
//! a temporary file.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::temporary::TemporaryFile;
use crate::error::Result;

/// Articles whose lists are read in one go by [`Lists::block`].
pub const BLOCK: usize = 4096;

/// Bytes that are written in one go once lists are spilled.
pub const SPILLED_AT_ONCE: usize = 64 << 20;

#[derive(Default, Serialize, Deserialize)]
pub struct Lists {
    /// Where each list ends, counted in numbers.
    ends: Vec<u64>,
    spilled: Option<TemporaryFile>,
    /// The numbers that are not in the file: all, or those of the last lists.
    values: Vec<u32>,
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
    /// Appends a list: what `fill` appends to the numbers it is given.
    pub fn push_with(&mut self, fill: impl FnOnce(&mut Vec<u32>)) {
        fill(&mut self.values);
        self.ends.push(self.spilled_length() + self.values.len() as u64);
    }

    pub fn push(&mut self, list: &[u32]) {
        self.push_with(|values| values.extend_from_slice(list));
    }

    /// Number of numbers in the list of an article.
    pub fn length(&self, article: u32) -> usize {
        let Range { start, end } = self.range(article as usize);
        (end - start) as usize
    }

    /// Number of lists.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// Number of numbers in all lists.
    pub fn total(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Bytes of memory that the numbers take.
    pub fn memory(&self) -> usize {
        size_of_val(&self.values[..])
    }

    pub fn is_spilled(&self) -> bool {
        self.spilled.is_some()
    }

    /// Moves the numbers from memory to a file, which is made when there is none yet.
    pub fn spill(&mut self, make_file: impl FnOnce() -> Result<TemporaryFile>) -> Result<()> {
        if self.spilled.is_none() {
            self.spilled = Some(make_file()?);
        }
        if let Some(file) = &mut self.spilled {
            file.append(bytemuck::cast_slice(&std::mem::take(&mut self.values)))?;
        }
        Ok(())
    }

    /// Gives the disk back that spilled lists take: they are needed no more.
    pub fn clear_spilled(&self) -> Result<()> {
        self.spilled.as_ref().map_or(Ok(()), TemporaryFile::clear)
    }

    /// The list of an article; `buffer` takes it when it comes from the file.
    pub fn get<'a>(&'a self, article: u32, buffer: &'a mut Vec<u32>) -> Result<&'a [u32]> {
        self.read(self.range(article as usize), buffer)
    }

    /// The lists of up to [`BLOCK`] neighbouring articles, as `get` gives one.
    pub fn block<'a>(
        &'a self,
        articles: Range<usize>,
        buffer: &'a mut Vec<u32>,
    ) -> Result<Block<'a>> {
        let start = self.range(articles.start).start;
        let end = self.range(articles.end - 1).end;
        Ok(Block { lists: self, first: start, values: self.read(start..end, buffer)? })
    }

    fn range(&self, article: usize) -> Range<u64> {
        let start = if article == 0 { 0 } else { self.ends[article - 1] };
        start..self.ends[article]
    }

    fn spilled_length(&self) -> u64 {
        self.spilled.as_ref().map_or(0, |file| file.length() / size_of::<u32>() as u64)
    }

    fn read<'a>(&'a self, range: Range<u64>, buffer: &'a mut Vec<u32>) -> Result<&'a [u32]> {
        let in_memory_from = self.spilled_length();
        let Some(file) = self.spilled.as_ref().filter(|_| range.start < in_memory_from) else {
            let place = |at: u64| (at - in_memory_from) as usize;
            return Ok(&self.values[place(range.start)..place(range.end)]);
        };
        let in_file = (range.end.min(in_memory_from) - range.start) as usize;
        buffer.clear();
        buffer.resize(in_file, 0);
        file.read(bytemuck::cast_slice_mut(buffer), range.start * size_of::<u32>() as u64)?;
        buffer.extend_from_slice(&self.values[..(range.end - range.start) as usize - in_file]);
        Ok(buffer)
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
