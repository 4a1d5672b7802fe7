//! Which of two versions is kept: the total order of a keep rule.

use std::cmp::Reverse;

use rayon::prelude::*;

use super::{Corpus, Ids, NO_DATE};

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum KeepRule {
    Earliest,
    Longest,
    First,
    Latest,
}

impl KeepRule {
    pub const ALL: [KeepRule; 4] =
        [KeepRule::Earliest, KeepRule::Longest, KeepRule::First, KeepRule::Latest];

    pub fn name(self) -> &'static str {
        match self {
            KeepRule::Earliest => "earliest",
            KeepRule::Longest => "longest",
            KeepRule::First => "first",
            KeepRule::Latest => "latest",
        }
    }

    pub fn named(name: &str) -> Option<KeepRule> {
        KeepRule::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// What articles are kept by, the least first, of one with its place in the input.
    pub fn key(self, place: u32, date: i64, words: u32) -> i64 {
        match self {
            KeepRule::First => place as i64,
            KeepRule::Longest => -(words as i64),
            _ if date == NO_DATE => i64::MAX,
            KeepRule::Earliest => date,
            KeepRule::Latest => -date,
        }
    }

    /// Earliest when any article has a date, longest otherwise.
    pub fn default_for(corpus: &Corpus) -> KeepRule {
        let dated = corpus.dates.iter().any(|&date| date != NO_DATE);
        if dated { KeepRule::Earliest } else { KeepRule::Longest }
    }
}

/// The order in which articles are kept.
pub struct Ranking {
    /// The rank of each article, 0 first to be kept. Ties in the rule go by length, then by the id
    /// that the articles came with; of those of one id by date and words. So the order of the input
    /// decides only where the rule is `first`.
    pub ranks: Vec<u32>,
    /// The same number for articles that the rule alone does not tell apart, lower kept first.
    pub ties: Vec<u32>,
}

impl Ranking {
    pub fn of(corpus: &Corpus, rule: KeepRule) -> Ranking {
        let length = |article: u32| Reverse(corpus.sketches.lengths[article as usize]);
        let date = |article: u32| corpus.dates[article as usize];
        let key = |article: u32| rule.key(article, date(article), length(article).0);
        let mut order: Vec<u32> = (0..corpus.len() as u32).collect();
        order.par_sort_unstable_by(|&a, &b| {
            let by_rule = (key(a), length(a)).cmp(&(key(b), length(b)));
            by_rule.then_with(|| corpus.order(a).cmp(&corpus.order(b)))
        });
        let mut ranking = Ranking { ranks: vec![0; order.len()], ties: vec![0; order.len()] };
        let mut tie = 0;
        for (rank, &article) in order.iter().enumerate() {
            if rank > 0 && key(order[rank - 1]) != key(article) {
                tie = rank as u32;
            }
            ranking.ranks[article as usize] = rank as u32;
            ranking.ties[article as usize] = tie;
        }
        ranking
    }
}

/// The place of each article, of the corpus and of those stored, in the order of their ids.
pub fn id_ranks(corpus: &Corpus, stored: &Ids) -> Vec<u32> {
    let mut order: Vec<u32> = (0..(corpus.len() + stored.len()) as u32).collect();
    order.par_sort_unstable_by_key(|&article| (corpus.id(article, stored), article));
    let mut ranks = vec![0; order.len()];
    for (rank, &article) in (0..).zip(&order) {
        ranks[article as usize] = rank;
    }
    ranks
}
