//! The words of two texts aligned: a copy with typos or with a synonym here and there loses most of
//! its 5-shingles but few of its aligned words.

use imara_diff::{Algorithm, Diff, InternedInput};

use crate::text::words::Words;

/// Words that the texts have in common, in order. Which is named first makes no difference.
pub fn count_aligned(a: &Words, b: &Words) -> usize {
    if (a.len(), a.joined()) <= (b.len(), b.joined()) { align(a, b) } else { align(b, a) }
}

fn align(a: &Words, b: &Words) -> usize {
    let (hashes_a, hashes_b): (Vec<u64>, Vec<u64>) = (a.hashes().collect(), b.hashes().collect());
    // What both begin and end with is aligned anyway, and of most copies that is much.
    let same = |(x, y): &(&u64, &u64)| x == y;
    let start = hashes_a.iter().zip(&hashes_b).take_while(same).count();
    let (rest_a, rest_b) = (&hashes_a[start..], &hashes_b[start..]);
    let end = rest_a.iter().rev().zip(rest_b.iter().rev()).take_while(same).count();
    let (rest_a, rest_b) = (&rest_a[..rest_a.len() - end], &rest_b[..rest_b.len() - end]);
    let mut input = InternedInput::default();
    input.reserve(rest_a.len() as u32, rest_b.len() as u32);
    input.update_before(rest_a.iter().copied());
    input.update_after(rest_b.iter().copied());
    let diff = Diff::compute(Algorithm::Histogram, &input);
    let removed: usize = diff.hunks().map(|hunk| hunk.before.len()).sum();
    a.len() - removed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Words {
        let mut words = Words::default();
        words.read(text);
        words
    }

    #[test]
    fn counts_what_stands_in_the_same_order() {
        let cases = [
            (
                "gold rose 5 points to 45 on Monday in Pune",
                "gold rose 7 points to 48 on Monday in Pune",
                8,
            ),
            ("dust storms hit Jaipur late today", "dust storms hit Chennai late today", 5),
            ("rain fell all day", "rain fell most of the day", 3),
            ("rain fell all day", "rain fell all day", 4),
            ("rain fell all day", "snow came", 0),
        ];
        for (a, b, expected) in cases {
            assert_eq!(count_aligned(&words(a), &words(b)), expected, "{a} / {b}");
            assert_eq!(count_aligned(&words(b), &words(a)), expected, "{b} / {a}");
        }
    }
}
