//! What comes out of a pass, as it is found.

use crate::corpus::Corpus;
use crate::error::Result;
use crate::memory::Memory;
use crate::memory::column::Column;
use crate::memory::sorted::Sorter;
use crate::memory::temporary::TemporaryFile;
use crate::verify::Match;
use crate::verify::row::{MatchRow, match_of, row};

/// The place of an article's match in [`Results::drops`], where it is dropped by none.
const KEPT: u32 = u32::MAX;

/// What comes out of a pass, as it is found.
pub struct Results<'a> {
    memory: &'a Memory,
    pub matches: Sorter<'a, MatchRow>,
    duplicates: Sorter<'a, MatchRow>,
    /// The matches that articles are dropped by, and for each article the place of its own.
    drops: Column<MatchRow>,
    dropped_by: Vec<u32>,
}

impl<'a> Results<'a> {
    pub fn new(corpus: &'a Corpus) -> Results<'a> {
        let memory = &corpus.memory;
        Results {
            memory,
            matches: Sorter::new(memory),
            duplicates: Sorter::new(memory),
            drops: Column::default(),
            dropped_by: vec![KEPT; corpus.len()],
        }
    }

    pub fn add(&self, found: &Match, id_ranks: &[u32]) -> Result<()> {
        self.matches.push(row(id_pair(found, id_ranks), found))
    }

    pub fn drop(&mut self, article: u32, found: &Match, id_ranks: &[u32]) -> Result<()> {
        let row = row((id_ranks[article as usize], article), found);
        self.dropped_by[article as usize] = self.drops.len() as u32;
        self.drops.push(row);
        if self.drops.memory() > self.memory.for_stage() / 2 {
            self.drops.spill(|| TemporaryFile::unnamed(&self.memory.folder))?;
        }
        self.duplicates.push(row)
    }

    /// The match that an article is dropped by.
    pub fn dropped(&self, article: u32) -> Result<Option<Match>> {
        let place = self.dropped_by[article as usize];
        (place != KEPT).then(|| Ok(match_of(&self.drops.get(place as u64)?))).transpose()
    }

    /// All matches, the duplicates, and whether each article is kept.
    pub fn finish(self) -> Result<(Column<MatchRow>, Column<MatchRow>, Vec<bool>)> {
        let Results { memory, matches, duplicates, dropped_by, .. } = self;
        let kept = dropped_by.iter().map(|&place| place == KEPT).collect();
        drop(dropped_by);
        let file = || TemporaryFile::unnamed(&memory.folder);
        Ok((matches.finish(file)?, duplicates.finish(file)?, kept))
    }
}

/// The places of the two articles of a match in the order of ids.
pub fn id_pair(found: &Match, id_ranks: &[u32]) -> (u32, u32) {
    (id_ranks[found.a as usize], id_ranks[found.b as usize])
}
