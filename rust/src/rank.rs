//! Which of two versions is kept: the total order of a keep rule.

use std::cmp::Reverse;

use rayon::prelude::*;

use crate::corpus::{Corpus, NO_DATE};

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

    /// Earliest when any article has a date, longest otherwise.
    pub fn default_for(corpus: &Corpus) -> KeepRule {
        let dated = corpus.dates.iter().any(|&date| date != NO_DATE);
        if dated { KeepRule::Earliest } else { KeepRule::Longest }
    }
}

/// The rank of each article, 0 first to be kept. Ties in the rule go by length, then id, so that
/// the order of the input decides only where the rule is `first`.
pub fn ranks(corpus: &Corpus, rule: KeepRule) -> Vec<u32> {
    let mut order: Vec<u32> = (0..corpus.len() as u32).collect();
    let length = |&article: &u32| Reverse(corpus.sketches.lengths[article as usize]);
    let date = |&article: &u32| corpus.dates[article as usize];
    let id = |article: &u32| corpus.ids.get(*article as usize);
    let by_length = |a: &u32, b: &u32| length(a).cmp(&length(b)).then_with(|| id(a).cmp(id(b)));
    match rule {
        KeepRule::First => {}
        KeepRule::Longest => order.par_sort_unstable_by(by_length),
        KeepRule::Earliest => order.par_sort_unstable_by(|a, b| {
            let key = |article| (date(article) == NO_DATE, date(article));
            key(a).cmp(&key(b)).then_with(|| by_length(a, b))
        }),
        KeepRule::Latest => order.par_sort_unstable_by(|a, b| {
            let key = |article| (date(article) == NO_DATE, Reverse(date(article)));
            key(a).cmp(&key(b)).then_with(|| by_length(a, b))
        }),
    }
    let mut ranks = vec![0; order.len()];
    for (rank, &article) in order.iter().enumerate() {
        ranks[article as usize] = rank as u32;
    }
    ranks
}
