//! How many candidates are verified in all.
//!
//! News has one or two for an article. Where texts are made to meet, each meets hundreds, and more in a
//! larger corpus; no more of them are verified than a few for each article, wherever there are too many.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::articles::Articles;
use super::bucket::most_alike;
use crate::error::Result;
use crate::memory::column::Column;
use crate::memory::sorted::Sorter;
use crate::memory::temporary::TemporaryFile;
use crate::verify::sets::count_shared;

/// Candidates in all for each article of the corpus, and those that any corpus may have.
const AN_ARTICLE: u64 = 8;
const OF_FEW: u64 = 1 << 14;

/// Articles whose pairs one thread goes through at a time.
const ARTICLES_AT_ONCE: usize = 64;

/// The most candidates that are verified of so many articles.
pub fn budget(articles: usize) -> u64 {
    (AN_ARTICLE * articles as u64).max(OF_FEW)
}

/// The most candidates of one article with which all are within a budget, but one in any case. `articles`
/// says how many articles have so many candidates with others that are kept before them.
pub fn most_of_one(articles: &BTreeMap<u64, u64>, budget: u64) -> usize {
    let (mut verified, mut more) = (0, articles.values().sum::<u64>());
    let mut before = 0;
    for (&candidates, &articles) in articles {
        let next = verified + (candidates - before) * more;
        if next > budget {
            return (before + (budget - verified) / more).max(1) as usize;
        }
        (verified, before) = (next, candidates);
        more -= articles;
    }
    before as usize
}

/// Leaves of too many pairs, which are sorted, those to verify, and says how many are left out: of each
/// article the pair with the first by the keep rule, for which it would be dropped, and those with the
/// most story shingles in common, of as many those that come next before it.
pub fn keep_within(
    articles: &Articles,
    pairs: Column<[u32; 2]>,
) -> Result<(Column<[u32; 2]>, u64)> {
    let budget = budget(articles.members.len());
    if pairs.len() <= budget {
        return Ok((pairs, 0));
    }
    let mut counts = BTreeMap::new();
    visit_articles(&pairs, |of_articles| {
        for of_article in of_articles {
            *counts.entry(of_article.len() as u64).or_default() += 1;
        }
        Ok(())
    })?;
    let most = most_of_one(&counts, budget);
    let memory = &articles.corpus.memory;
    let rank = |article: u32| articles.keep_ranks[article as usize];
    let within = Sorter::new(memory);
    visit_articles(&pairs, |of_articles| {
        of_articles.par_chunks(ARTICLES_AT_ONCE).try_for_each(|of_articles| {
            let [mut own, mut others] = articles.corpus.glances();
            let mut local = within.local();
            for &of_article in of_articles {
                if of_article.len() <= most {
                    of_article.iter().try_for_each(|&pair| local.push(pair))?;
                    continue;
                }
                let alike = |&[a, b]: &[u32; 2]| {
                    Ok(((count_shared(own.get(a)?, others.get(b)?), rank(b)), b))
                };
                let alike = of_article.iter().map(alike).collect::<Result<_>>()?;
                let best = most_alike(alike, most, rank).into_iter();
                best.map(|(_, b)| [of_article[0][0], b]).try_for_each(|pair| local.push(pair))?;
            }
            local.finish()
        })
    })?;
    let all = pairs.len();
    let within = within.finish(|| TemporaryFile::unnamed(&memory.folder))?;
    let left_out = all - within.len();
    Ok((within, left_out))
}

/// Calls `visit` with all pairs of some articles at a time, those of each by themselves.
fn visit_articles(
    pairs: &Column<[u32; 2]>,
    mut visit: impl FnMut(&[&[[u32; 2]]]) -> Result<()>,
) -> Result<()> {
    // What an article has in one part, and may have more of in the next.
    let mut rest: Vec<[u32; 2]> = Vec::new();
    let mut visit_some = |some: &[[u32; 2]]| {
        let of_articles: Vec<_> = some.chunk_by(|x, y| x[0] == y[0]).collect();
        visit(&of_articles)
    };
    pairs.for_each_part(|part| {
        let more = part.iter().take_while(|pair| rest.last().is_some_and(|it| it[0] == pair[0]));
        let (more, part) = part.split_at(more.count());
        rest.extend_from_slice(more);
        if let Some(last) = part.last() {
            visit_some(&rest)?;
            let (whole, of_last) = part.split_at(part.partition_point(|it| it[0] < last[0]));
            visit_some(whole)?;
            rest = of_last.to_vec();
        }
        Ok(())
    })?;
    visit_some(&rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_most_of_one_is_the_largest_within_the_budget(
            candidates in prop::collection::vec(1..50_u64, 1..40), budget in 0..1_000_u64
        ) {
            let mut articles = BTreeMap::new();
            candidates.iter().for_each(|&it| *articles.entry(it).or_default() += 1);
            let most = most_of_one(&articles, budget);
            let verified = |most: usize| -> u64 {
                candidates.iter().map(|&it| it.min(most as u64)).sum()
            };
            prop_assert!(most == 1 || verified(most) <= budget);
            prop_assert!(verified(most + 1) > budget || verified(most + 1) == verified(most));
        }
    }
}
