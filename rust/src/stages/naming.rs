//! Sketches → what the articles are called, and their order.

use crate::corpus::names::Names;
use crate::corpus::rank::{KeepRule, Standing};

/// What an article is kept by, and bytes in the order in which articles are kept, and in that of time.
pub struct Keys {
    pub key: i64,
    pub sort_key: Vec<u8>,
    pub time_key: Vec<u8>,
}

/// What all ids that may be mistaken for one another have in common: `a`, `a#2` and `a#2#3` are `a`.
pub fn root_of(id: &str) -> &str {
    let mut root = id;
    while let Some((before, number)) = root.rsplit_once('#')
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        root = before;
    }
    root
}

/// Names of articles with these ids, in the order of their places in the input; all that have a root in
/// common are there. None where the id is another's and ids are to be unique.
pub fn name(ids: &[&str], places: &[u64], unique_ids: bool) -> Vec<Option<String>> {
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_unstable_by_key(|&index| places[index]);
    let mut names = Names::default();
    let mut named: Vec<Option<String>> = vec![None; ids.len()];
    for index in order {
        let id = ids[index];
        if let Err(earlier) = names.push(id) {
            if unique_ids {
                continue;
            }
            names.push_numbered(id, earlier);
        }
        named[index] = Some(names.get(names.len() - 1).to_owned());
    }
    named
}

/// The keys of an article that stands so by itself.
pub fn keys(standing: Standing, rule: KeepRule) -> Keys {
    let kept = standing.kept_by(rule);
    let time_key = standing.in_time().sort_key();
    Keys { key: kept.key, sort_key: kept.sort_key(), time_key }
}

/// For each article, by its number, the one that stands for all of its words; None for those without.
/// All of one digest are there.
pub fn representatives(
    numbers: &[u32],
    words: &[u32],
    digests: &[u128],
    proofs: &[[u8; 32]],
) -> Vec<u32> {
    let with_words = (0..numbers.len() as u32).filter(|&it| words[it as usize] > 0).collect();
    let key = |it: u32| (digests[it as usize], numbers[it as usize]);
    let mut found = numbers.to_vec();
    for (copy, first) in crate::pass::exact::suspected_copies(with_words, key) {
        let [copy, first] = [copy, first].map(|it| it as usize);
        if proofs[copy] == proofs[first] {
            found[copy] = numbers[first];
        }
    }
    found
}
