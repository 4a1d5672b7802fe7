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
    pub fn key(self, place: u64, date: i64, words: u32) -> i64 {
        match self {
            KeepRule::First => place as i64,
            KeepRule::Longest => -(words as i64),
            _ if date == NO_DATE => i64::MAX,
            KeepRule::Earliest => date,
            KeepRule::Latest => -date,
        }
    }

    /// Earliest when any article has a date, longest otherwise.
    pub fn usual(dated: bool) -> KeepRule {
        if dated { KeepRule::Earliest } else { KeepRule::Longest }
    }

    pub fn default_for(corpus: &Corpus) -> KeepRule {
        KeepRule::usual(corpus.dates.iter().any(|&date| date != NO_DATE))
    }
}

/// What an order of articles goes by, one that is never that of the input: first a key, then the number
/// of words, then the id that they came with; of those of one id the date and the words. What has all of
/// them alike comes as it came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Standing<'a> {
    pub key: i64,
    pub words: Reverse<u32>,
    pub id: &'a str,
    pub date: i64,
    pub digest: u128,
    pub place: u64,
}

impl Standing<'_> {
    /// In the order of dates, then ids.
    pub fn in_time(self) -> Self {
        Standing { key: self.date, words: Reverse(0), ..self }
    }

    /// In the order of a keep rule; ties go by length.
    pub fn kept_by(self, rule: KeepRule) -> Self {
        Standing { key: rule.key(self.place, self.date, self.words.0), ..self }
    }

    /// Bytes that are in the same order.
    pub fn sort_key(&self) -> Vec<u8> {
        let Standing { key, words, id, date, digest, place } = *self;
        let in_order = |number: i64| (number ^ i64::MIN).to_be_bytes();
        let mut bytes = Vec::with_capacity(48 + id.len());
        bytes.extend(in_order(key));
        bytes.extend((!words.0).to_be_bytes());
        // An id ends with a lower byte than any that goes on.
        for byte in id.bytes() {
            bytes.extend(&[byte, 1][..1 + (byte == 0) as usize]);
        }
        bytes.extend([0, 0]);
        bytes.extend(in_order(date));
        bytes.extend(digest.to_be_bytes());
        bytes.extend(place.to_be_bytes());
        bytes
    }
}

/// The order in which articles are kept.
pub struct Ranking {
    /// The rank of each article, 0 first to be kept, by [`Standing`]: the order of the input decides only
    /// where the rule is `first`.
    pub ranks: Vec<u32>,
    /// The same number for articles that the rule alone does not tell apart, lower kept first.
    pub ties: Vec<u32>,
}

impl Ranking {
    /// The order of a rule, after that of the sources preferred by their names.
    pub fn of(corpus: &Corpus, rule: KeepRule, preferred: &[String]) -> Ranking {
        let preference = corpus.outlets.preference(preferred);
        // Ids are looked up only where the rule does not tell.
        let by_rule = |article: u32| {
            let (date, words) =
                (corpus.dates[article as usize], corpus.sketches.lengths[article as usize]);
            ((preference(article), rule.key(article as u64, date, words)), Reverse(words))
        };
        let key = |article: u32| by_rule(article).0;
        let mut order: Vec<u32> = (0..corpus.len() as u32).collect();
        order.par_sort_unstable_by(|&a, &b| {
            let others = || corpus.standing(a).cmp(&corpus.standing(b));
            by_rule(a).cmp(&by_rule(b)).then_with(others)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields() -> impl Strategy<Value = (i64, u32, String, i64, u128, u64)> {
        let few = prop_oneof![Just(i64::MIN), -2..2_i64, Just(i64::MAX)];
        (few.clone(), 0..3_u32, "[a\u{0}\u{1}\u{ff}]{0,3}", few, 0..2_u128, 0..2_u64)
    }

    proptest! {
        #[test]
        fn sort_keys_are_in_the_order_of_standing(x in fields(), y in fields()) {
            fn standing(it: &(i64, u32, String, i64, u128, u64)) -> Standing<'_> {
                let &(key, words, ref id, date, digest, place) = it;
                Standing { key, words: Reverse(words), id, date, digest, place }
            }
            let (x, y) = (standing(&x), standing(&y));
            prop_assert_eq!(x.cmp(&y), x.sort_key().cmp(&y.sort_key()));
        }
    }
}
