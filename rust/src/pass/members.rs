//! Articles that hang together: what is dropped of them is decided without all others.

use crate::error::Result;
use crate::memory::column::Column;
use crate::verify::{Match, Relation};

/// Articles that hang together with no others, numbered anew.
pub struct Members {
    pub articles: Vec<u32>,
    /// The first article that each hangs together with.
    firsts: Vec<u32>,
    /// The number of each article, or [`Members::NONE`].
    numbers: Vec<u32>,
}

impl Members {
    const NONE: u32 = u32::MAX;

    pub fn new(articles: usize) -> Members {
        let numbers = vec![Members::NONE; articles];
        Members { articles: Vec::new(), firsts: Vec::new(), numbers }
    }

    /// Takes those of some pairs, instead of all others.
    pub fn set(&mut self, pairs: &[[u32; 3]]) {
        let Members { articles, firsts, numbers } = self;
        articles.drain(..).for_each(|article| numbers[article as usize] = Members::NONE);
        firsts.clear();
        for &[first, a, b] in pairs {
            for article in [a, b] {
                let number = &mut numbers[article as usize];
                if *number == Members::NONE {
                    *number = articles.len() as u32;
                    articles.push(article);
                    firsts.push(first);
                }
            }
        }
    }

    /// A pair of members by their articles, after the first that these hang together with, the higher
    /// one before the other.
    pub fn pair(&self, [a, b]: [u32; 2]) -> [u32; 3] {
        let first = self.firsts[a as usize];
        let [a, b] = [a, b].map(|number| self.articles[number as usize]);
        [first, a.max(b), a.min(b)]
    }

    pub fn number(&self, article: u32) -> u32 {
        self.numbers[article as usize]
    }
}

/// Where so many pairs from a place on end, with all that hang together with them.
pub fn batch_end(pairs: &Column<[u32; 3]>, from: u64, at_once: u64) -> Result<u64> {
    let most = from.saturating_add(at_once);
    if most >= pairs.len() {
        return Ok(pairs.len());
    }
    let ([first, ..], [next, ..]) = (pairs.get(from)?, pairs.get(most)?);
    if first == next {
        pairs.partition_point(from, |pair| pair[0] <= first)
    } else {
        pairs.partition_point(from, |pair| pair[0] < next)
    }
}

/// Pairs of an article that is kept and one that a match of it was dropped for, compared or not, the
/// higher number first. In crowded buckets few pairs are looked at, and a copy can miss the one that is
/// kept.
pub fn orphan_pairs(matches: &[Match], dropped_by: &[Option<usize>]) -> Vec<[u32; 2]> {
    let kept_for = |article: u32| {
        let found = &matches[dropped_by[article as usize]?];
        Some(found.other(article))
    };
    let orphan = |article: u32, other: u32| match (kept_for(article), kept_for(other)) {
        (None, Some(kept)) if kept != article => Some((article, kept)),
        _ => None,
    };
    let mut pairs: Vec<[u32; 2]> = matches
        .iter()
        .filter(|found| found.verdict.relation != Relation::Related)
        .flat_map(|found| [orphan(found.a, found.b), orphan(found.b, found.a)])
        .flatten()
        .map(|(a, b)| [a.max(b), a.min(b)])
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}
