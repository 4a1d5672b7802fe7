//! Candidates: pairs of articles that may be versions of one another.
//!
//! For copies there are two routes, a file each: bands of the signature for texts alike as a whole,
//! shared sampled shingles for a text inside a longer one. Both put articles into buckets and pair
//! those that meet; [`bucket`] keeps crowded buckets from costing the square of their size. For
//! rewrites [`story`] has two more.

mod articles;
pub mod bands;
pub mod bucket;
pub mod samples;
pub mod story;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::corpus::Pair;
use crate::error::Result;
use crate::progress::Progress;
pub use articles::Articles;
use bucket::Bounded;
use samples::Common;
use story::first_look::FirstLook;

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
        let (told_twice, left_out) = story::find(articles, look, progress)?;
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
