//! Clusters: stars around an article that is kept.
//!
//! Articles are gone through in one order, and each is dropped if an article already kept has a
//! match to it that allows it. So every dropped article has a direct match to a kept one, and no
//! chain of resemblances joins what is not alike.

use std::cmp::{Ordering, Reverse};

use crate::corpus::rank::Ranking;
use crate::verify::{Match, MayGo, Relation};

/// The matches of each article.
struct Neighbours {
    ends: Vec<usize>,
    indices: Vec<u32>,
}

impl Neighbours {
    fn of(articles: usize, matches: &[Match]) -> Neighbours {
        let mut ends = vec![0; articles + 1];
        for found in matches {
            ends[found.a as usize + 1] += 1;
            ends[found.b as usize + 1] += 1;
        }
        for article in 1..ends.len() {
            ends[article] += ends[article - 1];
        }
        let mut next = ends.clone();
        let mut indices = vec![0; 2 * matches.len()];
        for (index, found) in matches.iter().enumerate() {
            for article in [found.a, found.b] {
                indices[next[article as usize]] = index as u32;
                next[article as usize] += 1;
            }
        }
        Neighbours { ends, indices }
    }

    /// Indices of the matches of one article.
    fn of_article(&self, article: u32) -> impl Iterator<Item = usize> {
        let range = self.ends[article as usize]..self.ends[article as usize + 1];
        self.indices[range].iter().map(|&index| index as usize)
    }
}

/// For each article the index of the match that it is dropped by, if it is. Of articles that the
/// keep rule does not tell apart the one with most matches comes first, so that a cluster falls into
/// fewer stars. `matches` are in an order that does not depend on the input's: of equal ones
/// the first is taken.
pub fn cluster(matches: &[Match], ranking: &Ranking) -> Vec<Option<usize>> {
    let Ranking { ranks, ties } = ranking;
    let neighbours = Neighbours::of(ranks.len(), matches);
    let depths = depths(matches, &neighbours);
    let mut order: Vec<u32> = matches.iter().flat_map(|found| [found.a, found.b]).collect();
    order.sort_unstable();
    order.dedup();
    order.sort_by_cached_key(|&article| {
        let partners = neighbours
            .of_article(article)
            .filter(|&index| matches[index].may_go != MayGo::Neither)
            .count();
        let article = article as usize;
        (depths[article], ties[article], Reverse(partners), ranks[article])
    });
    let mut kept = vec![false; ranks.len()];
    let mut dropped_by = vec![None; ranks.len()];
    for article in order {
        let best = neighbours
            .of_article(article)
            .filter(|&index| matches[index].may_drop(article))
            .filter(|&index| kept[matches[index].other(article) as usize])
            .min_by(|&x, &y| closeness(&matches[x], &matches[y]).then(x.cmp(&y)));
        dropped_by[article as usize] = best;
        kept[article as usize] = best.is_none();
    }
    dropped_by
}

/// The closest relation first, then the highest figures; of rewrites only the score says much.
fn closeness(x: &Match, y: &Match) -> Ordering {
    let (x, y) = (&x.verdict, &y.verdict);
    let rewritten = x.relation == Relation::Rewritten && y.relation == Relation::Rewritten;
    let by_score = if rewritten { y.score.total_cmp(&x.score) } else { Ordering::Equal };
    x.relation
        .cmp(&y.relation)
        .then(by_score)
        .then(y.similarity.total_cmp(&x.similarity))
        .then(y.containment.total_cmp(&x.containment))
}

/// How many articles, one inside the other, hold each article. Those that nothing holds come
/// first, so that whatever an excerpt would be dropped for has been decided before it.
fn depths(matches: &[Match], neighbours: &Neighbours) -> Vec<u32> {
    let articles = neighbours.ends.len() - 1;
    let mut depths = vec![0; articles];
    let mut holders = vec![0; articles];
    let held_by = |found: &Match| Some((found.other(found.only()?), found.only()?));
    matches.iter().filter_map(Match::only).for_each(|article| holders[article as usize] += 1);
    let mut ready: Vec<u32> = matches
        .iter()
        .filter_map(|found| Some(held_by(found)?.0))
        .filter(|&holder| holders[holder as usize] == 0)
        .collect();
    ready.sort_unstable();
    ready.dedup();
    while let Some(holder) = ready.pop() {
        for index in neighbours.of_article(holder) {
            let Some((_, article)) = held_by(&matches[index]).filter(|pair| pair.0 == holder)
            else {
                continue;
            };
            let excerpt = article as usize;
            depths[excerpt] = depths[excerpt].max(depths[holder as usize] + 1);
            holders[excerpt] -= 1;
            if holders[excerpt] == 0 {
                ready.push(article);
            }
        }
    }
    depths
}
