//! The passages that two texts share.

use std::ops::Range;

use hashbrown::HashMap;

use crate::text::shingle::{SHINGLE_WORDS, hash_shingles};
use crate::text::words::Words;
use crate::text::words::spans::words_with_spans;

/// Places of a repeated shingle that are looked at: a text of one word again and again would cost
/// the square of its length.
const MAX_PLACES: usize = 16;

/// A passage of both texts, as ranges of words.
#[derive(Clone, PartialEq, Debug)]
struct Passage {
    a: Range<usize>,
    b: Range<usize>,
}

/// The shared passages as (start, end) in the first text and (start, end) in the second, in
/// characters.
pub fn shared_passages(a: &str, b: &str) -> Vec<(usize, usize, usize, usize)> {
    let (words_a, spans_a) = words_with_spans(a);
    let (words_b, spans_b) = words_with_spans(b);
    let range = |spans: &[Range<usize>], words: &Range<usize>| {
        (spans[words.start].start, spans[words.end - 1].end)
    };
    shared_words(&words_a, &words_b)
        .iter()
        .map(|passage| {
            let (start_a, end_a) = range(&spans_a, &passage.a);
            let (start_b, end_b) = range(&spans_b, &passage.b);
            (start_a, end_a, start_b, end_b)
        })
        .collect()
}

/// The shared passages of at least five words, in the order of the first text. Each is followed
/// as far as the texts agree; where its first words stand more than once in the second text, the
/// place that gives the longest passage is taken, and of those the first.
fn shared_words(a: &Words, b: &Words) -> Vec<Passage> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_are_shown_as_they_stand() {
        let a = "Reports: “The old ﬁre brigade didn’t come,” he said on Monday.";
        let b = "He told us the old fire brigade didn't come. Nobody knows why.";
        let passages = shared_passages(a, b);
        assert_eq!(passages.len(), 1);
        let (start_a, end_a, start_b, end_b) = passages[0];
        let cut =
            |text: &str, start, end| text.chars().skip(start).take(end - start).collect::<String>();
        assert_eq!(cut(a, start_a, end_a), "The old ﬁre brigade didn’t come");
        assert_eq!(cut(b, start_b, end_b), "the old fire brigade didn't come");
    }
}
