//! Clusters: stars around an article that is kept.
//!
//! Articles are gone through in one order, and each is dropped if it may go for an article already
//! kept. So every dropped article has a direct match to a kept one that allows it, and no chain of
//! resemblances joins what is not alike.

use std::cmp::{Ordering, Reverse};

use rayon::prelude::*;

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

/// For each article the index of the match that it is dropped by, if it is. Of a pair of which only
/// one may go that one comes later, whatever the keep rule. Of articles that the keep rule does not
/// tell apart the one with most matches comes first, so that a cluster falls into fewer stars.
/// The matches are put into the order of their articles in that of the keep rule, which unlike that of
/// ids never depends on the input's: of equal ones the first is taken.
pub fn cluster(matches: &mut [Match], ranking: &Ranking) -> Vec<Option<usize>> {
    let Ranking { ranks, ties } = ranking;
    matches.par_sort_unstable_by_key(|found| {
        let [a, b] = [found.a, found.b].map(|article| ranks[article as usize]);
        (a.min(b), a.max(b))
    });
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
    let best = |article: u32, kept: &[bool]| {
        neighbours
            .of_article(article)
            .filter(|&index| matches[index].may_drop(article))
            .filter(|&index| kept[matches[index].other(article) as usize])
            .min_by(|&x, &y| closeness(&matches[x], &matches[y]).then(x.cmp(&y)))
    };
    let mut needed = vec![false; ranks.len()];
    for &article in &order {
        dropped_by[article as usize] = best(article, &kept);
        match dropped_by[article as usize] {
            Some(index) => needed[matches[index].other(article) as usize] = true,
            None => kept[article as usize] = true,
        }
    }
    // In a circle one is kept before what it may go for is decided. It goes now, unless another went
    // for it.
    for &article in order.iter().rev() {
        if kept[article as usize]
            && !needed[article as usize]
            && let Some(index) = best(article, &kept)
        {
            kept[article as usize] = false;
            dropped_by[article as usize] = Some(index);
            needed[matches[index].other(article) as usize] = true;
        }
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

/// How many articles, one covering the other, cover each article: 0 for those that go for none but
/// what goes for them, too. So whatever an article may go for has been decided before it. Articles that
/// cover one another in a circle are as deep as one another: they are the strongly connected components,
/// found each after those that cover it (Tarjan 1972, "Depth-first search and linear graph algorithms").
fn depths(matches: &[Match], neighbours: &Neighbours) -> Vec<u32> {
    const DONE: u32 = u32::MAX;
    /// An article on the way from the first one, what covers it and is still to be seen, and the least
    /// number that is reached from it.
    struct Step<I> {
        article: u32,
        covering: I,
        least: u32,
    }
    let covering = |article: u32| {
        neighbours
            .of_article(article)
            .filter(move |&index| matches[index].only() == Some(article))
            .map(move |index| matches[index].other(article))
    };
    let articles = neighbours.ends.len() - 1;
    let mut depths = vec![0; articles];
    // The number of each in the order in which they are seen, from 1 on.
    let mut numbers = vec![0; articles];
    let (mut seen, mut open, mut way) = (0, Vec::new(), Vec::new());
    for first in 0..articles as u32 {
        let mut next = Some(first).filter(|&article| numbers[article as usize] == 0);
        loop {
            if let Some(article) = next.take() {
                seen += 1;
                numbers[article as usize] = seen;
                open.push(article);
                way.push(Step { article, covering: covering(article), least: seen });
            }
            let Some(step) = way.last_mut() else { break };
            if let Some(other) = step.covering.next() {
                match numbers[other as usize] {
                    0 => next = Some(other),
                    DONE => {}
                    number => step.least = step.least.min(number),
                }
                continue;
            }
            let &mut Step { article, least, .. } = step;
            way.pop();
            if let Some(before) = way.last_mut() {
                before.least = before.least.min(least);
            }
            if least == numbers[article as usize] {
                let start = open.iter().rposition(|&it| it == article).expect("it was opened");
                let outside = |other: &u32| numbers[*other as usize] == DONE;
                let covers = open[start..].iter().flat_map(|&it| covering(it).filter(outside));
                let depth = covers.map(|other| depths[other as usize] + 1).max().unwrap_or(0);
                for article in open.drain(start..) {
                    depths[article as usize] = depth;
                    numbers[article as usize] = DONE;
                }
            }
        }
    }
    depths
}
