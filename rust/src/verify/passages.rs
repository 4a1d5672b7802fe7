//! The passages that two texts share.

use std::ops::Range;

use hashbrown::HashMap;

use crate::shingle::{SHINGLE_WORDS, hash_shingles};
use crate::words::Words;

/// Places of a repeated shingle that are looked at: a text of one word again and again would cost
/// the square of its length.
const MAX_PLACES: usize = 16;

/// A passage of both texts, as ranges of words.
#[derive(Clone, PartialEq, Debug)]
pub struct Passage {
    pub a: Range<usize>,
    pub b: Range<usize>,
}

/// The shared passages of at least five words, in the order of the first text. Each is followed
/// as far as the texts agree; where its first words stand more than once in the second text, the
/// place that gives the longest passage is taken, and of those the first.
pub fn shared_passages(a: &Words, b: &Words) -> Vec<Passage> {
    if a.len().min(b.len()) < SHINGLE_WORDS {
        return Vec::new();
    }
    let (mut hashes_a, mut hashes_b) = (Vec::new(), Vec::new());
    hash_shingles(a, &mut hashes_a);
    hash_shingles(b, &mut hashes_b);
    let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
    for (place, &hash) in hashes_b.iter().enumerate() {
        let places = places.entry(hash).or_default();
        if places.len() < MAX_PLACES {
            places.push(place);
        }
    }
    let agree_from = |i: usize, j: usize| {
        hashes_a[i..].iter().zip(&hashes_b[j..]).take_while(|(x, y)| x == y).count()
    };
    let mut passages = Vec::new();
    let mut i = 0;
    while i < hashes_a.len() {
        let longest = places
            .get(&hashes_a[i])
            .into_iter()
            .flatten()
            .map(|&j| (agree_from(i, j), j))
            .max_by_key(|&(count, j)| (count, std::cmp::Reverse(j)));
        let Some((shingles, j)) = longest else {
            i += 1;
            continue;
        };
        let length = shingles - 1 + SHINGLE_WORDS;
        passages.push(Passage { a: i..i + length, b: j..j + length });
        i += shingles;
    }
    passages
}
