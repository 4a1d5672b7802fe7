//! Candidates for rewrites: articles whose story shingles are alike and whose dates are near.
//!
//! Two routes find them, a file each: bands of a signature over the story shingles, and rare stems
//! in common, which also find a rewrite much shorter than its original. What they find is looked
//! at once more by the story shingles themselves, which costs less than reading two texts.

pub mod bands;
pub mod first_look;
pub mod rare_stems;
pub mod stories;
pub mod vocabulary;

use rayon::prelude::*;

use super::articles::Articles;
use super::bucket::Bounded;
use crate::error::Result;
use crate::memory;
use crate::memory::sorted::Sorter;
use crate::memory::temporary::TemporaryFile;
use crate::progress::Progress;
use first_look::FirstLook;
use stories::{InTime, Stories};

/// Pairs looked at by one thread at a time.
const PAIRS_AT_ONCE: usize = 4096;

pub fn find(
    articles: &Articles,
    look: &FirstLook,
    pairs: &mut Sorter<[u32; 2]>,
    progress: &Progress,
) -> Result<Bounded> {
    let memory = &articles.corpus.memory;
    let stories = Stories::new(articles)?;
    let in_time = InTime::new(articles.corpus, &articles.members, look);
    let mut places = Sorter::new(memory);
    let mut bounded = bands::find(articles, &stories, &in_time, &mut places, progress)?;
    memory::give_back();
    bounded.add(&rare_stems::find(articles, &stories, &in_time, &mut places, progress)?);
    drop(stories);
    let places = places.finish(|| TemporaryFile::unnamed(&memory.folder))?;
    places.for_each_part(|part| {
        part.par_chunks(PAIRS_AT_ONCE).try_for_each_init(
            || articles.corpus.glances(),
            |glances, chunk| {
                let mut local = pairs.local();
                for &[x, y] in chunk {
                    let (a, b) = (in_time.articles[x as usize], in_time.articles[y as usize]);
                    if look.are_alike(a, b, glances)? {
                        local.push(articles.pair(a, b))?;
                    }
                }
                local.finish()
            },
        )
    })?;
    Ok(bounded)
}
