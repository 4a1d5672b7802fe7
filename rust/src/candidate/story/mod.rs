//! Candidates for rewrites: articles whose story shingles are alike and whose dates are near.
//!
//! Two routes find them, a file each: bands of a signature over the story shingles, and rare stems
//! in common, which also find a rewrite much shorter than its original. What they find is looked
//! at once more by the story shingles themselves, which costs less than reading two texts.

mod bands;
pub mod first_look;
pub mod rare_stems;
mod stories;
pub mod vocabulary;

use rayon::prelude::*;

use super::articles::Articles;
use super::bucket::Bounded;
use crate::corpus::Pair;
use crate::error::Result;
use crate::progress::Progress;
use first_look::FirstLook;
use stories::{InTime, Stories};

/// Pairs looked at by one thread at a time.
const PAIRS_AT_ONCE: usize = 4096;

pub fn find(
    articles: &Articles,
    look: &FirstLook,
    progress: &Progress,
) -> Result<(Vec<Pair>, Bounded)> {
    let stories = Stories::new(articles)?;
    let in_time = InTime::new(articles.corpus, &articles.members, look);
    let (mut pairs, mut bounded) = bands::find(articles, &stories, &in_time, progress)?;
    let (rare, bounded_lists) = rare_stems::find(articles, &stories, &in_time, progress)?;
    bounded.add(&bounded_lists);
    pairs.extend(rare);
    pairs.par_sort_unstable();
    pairs.dedup();
    let alike: Vec<Vec<Pair>> = pairs
        .par_chunks(PAIRS_AT_ONCE)
        .map_init(Default::default, |buffers, pairs| {
            let mut alike = Vec::new();
            for &(x, y) in pairs {
                let (a, b) = (in_time.articles[x as usize], in_time.articles[y as usize]);
                if look.are_alike(a, b, buffers)? {
                    alike.push(articles.pair(a, b));
                }
            }
            Ok(alike)
        })
        .collect::<Result<_>>()?;
    Ok((alike.concat(), bounded))
}
