//! Candidates: pairs of articles that may be versions of one another.
//!
//! For copies there are two routes, a file each: bands of the signature for texts alike as a whole,
//! shared sampled shingles for a text inside a longer one. Both put articles into buckets and pair
//! those that meet; [`bucket`] keeps crowded buckets from costing the square of their size. For
//! rewrites [`story`] has two more.

pub mod articles;
pub mod bands;
pub mod bucket;
mod buckets;
pub mod budget;
pub mod components;
pub mod samples;
pub mod story;

use std::borrow::Borrow;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::memory;
use crate::memory::column::Column;
use crate::memory::lists::Lists;
use crate::memory::sorted::Sorter;
use crate::memory::temporary::TemporaryFile;
use crate::progress::Progress;
use crate::verify::furniture::Holders;
pub use articles::Articles;
use bucket::Bounded;
use components::Components;
use story::first_look::FirstLook;

/// Pairs that one thread goes through at a time.
const PAIRS_AT_ONCE: usize = 1 << 14;

#[derive(Serialize, Deserialize)]
pub struct Candidates {
    /// Pairs, each after the first article that it hangs together with by pairs, so that verification
    /// reads an article once for all of them.
    pub pairs: Column<[u32; 3]>,
    pub bounded: Bounded,
    pub holders: Holders,
}

/// `signatures` are those of all articles, which only this looks at: where they are given away, they are
/// gone before all else takes its memory. `look` is None when no rewrites are looked for.
pub fn find(
    articles: &Articles,
    signatures: impl Borrow<Lists>,
    look: Option<&FirstLook>,
    progress: &Progress,
) -> Result<Candidates> {
    let routes = if look.is_some() { 4 } else { 2 };
    progress.start("candidates", routes * articles.members.len() as u64);
    let memory = &articles.corpus.memory;
    let mut pairs = Sorter::new(memory);
    let same_text = Components::new(articles.corpus.len());
    let mut bounded = bands::find(articles, signatures.borrow(), &mut pairs, &same_text, progress)?;
    drop(signatures);
    memory::give_back();
    let sampled = samples::find(articles, &same_text.roots(), &mut pairs, progress)?;
    bounded.add(&sampled.bounded);
    if let Some(look) = look {
        bounded.add(&story::find(articles, look, &mut pairs, progress)?);
    }
    let pairs = pairs.finish(|| TemporaryFile::unnamed(&memory.folder))?;
    let (pairs, left_out) = budget::keep_within(articles, pairs)?;
    bounded.pairs += left_out;
    Ok(Candidates { pairs: by_component(articles, pairs)?, bounded, holders: sampled.holders })
}

/// The pairs, each after the first article of the connected component that it belongs to.
fn by_component(articles: &Articles, pairs: Column<[u32; 2]>) -> Result<Column<[u32; 3]>> {
    let memory = &articles.corpus.memory;
    let components = Components::new(articles.corpus.len());
    pairs.for_each_part(|part| {
        components.join(part);
        Ok(())
    })?;
    let roots = components.roots();
    let sorter = Sorter::new(memory);
    pairs.for_each_part(|part| {
        part.par_chunks(PAIRS_AT_ONCE).try_for_each(|chunk| {
            let mut local = sorter.local();
            chunk.iter().try_for_each(|&[a, b]| local.push([roots[a as usize], a, b]))?;
            local.finish()
        })
    })?;
    drop(pairs);
    sorter.finish(|| TemporaryFile::named(&memory.folder))
}
