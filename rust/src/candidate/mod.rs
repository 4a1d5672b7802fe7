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
use crate::sketch::signature::agreements;
use crate::verify::furniture::Holders;
pub use articles::Articles;
use bucket::Bounded;
use story::first_look::FirstLook;

/// Slots of 128 that agree in articles which hold nearly the same text: a Jaccard index of .65.
const SAME_TEXT: usize = 83;

#[derive(Serialize, Deserialize)]
pub struct Candidates {
    /// Without repeats; pairs that hang together stand together, so that verification reads an
    /// article once for all of them.
    pub pairs: Vec<Pair>,
    pub bounded: Bounded,
    pub holders: Holders,
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
    let same_text = same_text(articles, &pairs)?;
    let sampled = samples::find(articles, &same_text, progress)?;
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
    Ok(Candidates { pairs, bounded, holders: sampled.holders })
}

/// For each article the one that stands for those which hold nearly the same text, and so are one
/// holder of a passage.
fn same_text(articles: &Articles, pairs: &[Pair]) -> Result<Vec<u32>> {
    let signatures = &articles.corpus.sketches.signatures;
    let is_same = |(a, b): &&Pair| -> Result<bool> {
        let (mut x, mut y) = (Vec::new(), Vec::new());
        Ok(agreements(signatures.get(*a, &mut x)?, signatures.get(*b, &mut y)?) >= SAME_TEXT)
    };
    let keep = |pair: &Pair| is_same(&pair).map(|same| same.then_some(*pair));
    let same: Vec<Option<Pair>> = pairs.par_iter().map(keep).collect::<Result<_>>()?;
    Ok(roots(same.iter().flatten(), articles.corpus.len()))
}

/// Sorts the pairs by the connected component they belong to, then by article.
fn order_by_component(pairs: &mut [Pair], articles: usize) {
    let roots = roots(pairs.iter(), articles);
    pairs.par_sort_unstable_by_key(|&pair| (roots[pair.0 as usize], pair));
}

/// For each article the first of those that it hangs together with by pairs.
fn roots<'a>(pairs: impl Iterator<Item = &'a Pair>, articles: usize) -> Vec<u32> {
    let mut parents: Vec<u32> = (0..articles as u32).collect();
    for &(a, b) in pairs {
        let (a, b) = (root(&mut parents, a), root(&mut parents, b));
        parents[a.max(b) as usize] = a.min(b);
    }
    (0..articles as u32).map(|it| root(&mut parents, it)).collect()
}

/// The root of an article's tree, which is made flatter on the way (path halving).
fn root(parents: &mut [u32], mut article: u32) -> u32 {
    while parents[article as usize] != article {
        parents[article as usize] = parents[parents[article as usize] as usize];
        article = parents[article as usize];
    }
    article
}
