//! Sketches → what the articles are called, and their order.

use std::cmp::Reverse;

use crate::corpus::names::Names;
use crate::corpus::rank::{KeepRule, Standing};

/// An article whose id another may have, too.
pub struct Unnamed<'a> {
    pub id: &'a str,
    pub place: u64,
    pub date: i64,
    pub words: u32,
    pub digest: u128,
}

pub struct Named {
    /// None where the id is another's and ids are to be unique.
    pub name: Option<String>,
    pub key: i64,
    /// Bytes in the order in which articles are kept, and in that of time.
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

/// Names articles in the order of the input; all that have a root in common are there.
pub fn name(articles: &[Unnamed], rule: KeepRule, unique_ids: bool) -> Vec<Named> {
    let mut order: Vec<usize> = (0..articles.len()).collect();
    order.sort_unstable_by_key(|&index| articles[index].place);
    let mut names = Names::default();
    let mut named: Vec<Option<String>> = vec![None; articles.len()];
    for index in order {
        let id = articles[index].id;
        if let Err(earlier) = names.push(id) {
            if unique_ids {
                continue;
            }
            names.push_numbered(id, earlier);
        }
        named[index] = Some(names.get(names.len() - 1).to_owned());
    }
    let stand = |(article, name): (&Unnamed, Option<String>)| {
        let &Unnamed { id, place, date, words, digest } = article;
        let standing = Standing { key: 0, words: Reverse(words), id, date, digest, place };
        let kept = standing.kept_by(rule);
        Named {
            name,
            key: kept.key,
            sort_key: kept.sort_key(),
            time_key: standing.in_time().sort_key(),
        }
    };
    articles.iter().zip(named).map(stand).collect()
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
