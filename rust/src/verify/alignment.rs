//! The words of two texts aligned: what is the same in the same order, and what stands in the
//! place of what.
//!
//! A copy with typos or with a synonym here and there loses most of its 5-shingles but few of its
//! aligned words. Two days of one bulletin are aligned as well, but for their figures: where a few
//! words stand in the place of a few others, and both hold figures, and none of the figures is the
//! same, the figures were substituted. A corrected copy substitutes few and keeps the others; a
//! bulletin substitutes most.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, Hunk, InternedInput};

use super::prepared::figures_among;
use crate::text::words::Words;

/// Words on either side of a substitution; longer ones are other sentences.
const MAX_SUBSTITUTED_WORDS: usize = 8;

/// The share of aligned figures that may be substituted, in shares of the containment: the less
/// of the texts is the same, the fewer figures may differ.
const MAX_SUBSTITUTED_SHARE: f64 = 0.6;

/// Two names alike to this degree are one name, spelt in two ways.
const SAME_NAME: f64 = 0.6;

#[derive(Default, Debug, PartialEq)]
pub struct Alignment {
    /// Words that the texts have in common, in order.
    pub words: usize,
    /// Figures among them.
    agreeing_figures: usize,
    /// Differences in which figures are substituted, those in which names are, and the others.
    figures: usize,
    names: usize,
    others: usize,
}

impl Alignment {
    /// Symmetric: the texts are aligned in an order of their own.
    pub fn of(a: &Words, b: &Words) -> Alignment {
        if (a.len(), a.joined()) <= (b.len(), b.joined()) { align(a, b) } else { align(b, a) }
    }

    /// Whether the two are one template filled in twice.
    pub fn is_same_template(&self, containment: f64) -> bool {
        let compared = (self.figures + self.agreeing_figures) as f64;
        match self.figures {
            0 => false,
            1 => self.agreeing_figures == 0 && self.others <= self.names,
            2 => self.agreeing_figures < 2,
            _ => self.figures as f64 > MAX_SUBSTITUTED_SHARE * containment * compared,
        }
    }
}

fn align(a: &Words, b: &Words) -> Alignment {
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
    let mut found = Alignment::default();
    let mut same_from = 0;
    for mut hunk in diff.hunks() {
        for range in [&mut hunk.before, &mut hunk.after] {
            *range = range.start + start as u32..range.end + start as u32;
        }
        found.add_same(a, same_from..hunk.before.start as usize);
        same_from = hunk.before.end as usize;
        if substitutes_figures(a, b, &hunk) {
            found.figures += 1;
        } else if substitutes_names(a, b, &hunk) {
            found.names += 1;
        } else {
            found.others += 1;
        }
    }
    found.add_same(a, same_from..a.len());
    found
}

impl Alignment {
    fn add_same(&mut self, a: &Words, range: Range<usize>) {
        self.words += range.len();
        self.agreeing_figures += figures_among(a, range).count();
    }
}

fn is_short(hunk: &Hunk) -> bool {
    let fits = |length: usize| (1..=MAX_SUBSTITUTED_WORDS).contains(&length);
    fits(hunk.before.len()) && fits(hunk.after.len())
}

fn substitutes_figures(a: &Words, b: &Words, hunk: &Hunk) -> bool {
    if !is_short(hunk) {
        return false;
    }
    let replaced = figures(a, &hunk.before);
    let replacing = figures(b, &hunk.after);
    let agree = replacing.iter().any(|figure| replaced.contains(figure));
    !replaced.is_empty() && !replacing.is_empty() && !agree
}

/// Names on both sides, found nowhere in the other text, and not one name spelt in two ways.
fn substitutes_names(a: &Words, b: &Words, hunk: &Hunk) -> bool {
    if !is_short(hunk) {
        return false;
    }
    let replaced = names(a, &hunk.before, b);
    let replacing = names(b, &hunk.after, a);
    let alike = |x: &&[u8]| replacing.iter().any(|y| is_same_name(x, y));
    !replaced.is_empty() && !replacing.is_empty() && !replaced.iter().any(alike)
}

fn figures<'a>(words: &'a Words, range: &Range<u32>) -> Vec<&'a [u8]> {
    let range = range.start as usize..range.end as usize;
    figures_among(words, range).map(|index| words.get(index)).collect()
}

fn names<'a>(words: &'a Words, range: &Range<u32>, other: &Words) -> Vec<&'a [u8]> {
    range
        .clone()
        .map(|index| index as usize)
        .filter(|&index| words.is_capital(index))
        .map(|index| words.get(index))
        .filter(|word| !other.iter().any(|theirs| theirs == *word))
        .collect()
}

fn is_same_name(a: &[u8], b: &[u8]) -> bool {
    let (a, b) = (String::from_utf8_lossy(a), String::from_utf8_lossy(b));
    strsim::normalized_damerau_levenshtein(&a, &b) >= SAME_NAME
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
    fn counts_what_is_substituted() {
        let cases = [
            (
                "gold rose 5 points to 45 on Monday in Pune",
                "gold rose 7 points to 48 on Monday in Pune",
                (8, 0, 2, 0, 0),
            ),
            (
                "gold rose 5 points to 45 in Pune",
                "gold rose 5 points to 48 in Pune",
                (7, 1, 1, 0, 0),
            ),
            (
                "dust storms hit Jaipur late today",
                "dust storms hit Chennai late today",
                (5, 0, 0, 1, 0),
            ),
            (
                "dust storms hit Jaipur late today",
                "dust storms hit Jaipore late today",
                (5, 0, 0, 0, 1),
            ),
            ("rain fell all day", "rain fell most of the day", (3, 0, 0, 0, 1)),
            ("rain fell all day", "rain fell all day", (4, 0, 0, 0, 0)),
        ];
        for (a, b, (same, agreeing_figures, figures, names, others)) in cases {
            let expected = Alignment { words: same, agreeing_figures, figures, names, others };
            assert_eq!(Alignment::of(&words(a), &words(b)), expected, "{a} / {b}");
            assert_eq!(Alignment::of(&words(b), &words(a)), expected, "{b} / {a}");
        }
    }

    #[test]
    fn templates_are_told_from_corrections() {
        let of = |figures, agreeing_figures, names, others| Alignment {
            words: 100,
            agreeing_figures,
            figures,
            names,
            others,
        };
        let cases = [
            (of(0, 0, 3, 0), 0.9, false),
            (of(1, 0, 0, 0), 0.9, true),
            (of(1, 0, 1, 1), 0.9, true),
            (of(1, 0, 0, 1), 0.9, false),
            (of(1, 1, 1, 0), 0.9, false),
            (of(2, 1, 0, 9), 0.6, true),
            (of(2, 2, 0, 9), 0.6, false),
            (of(3, 9, 0, 9), 0.4, true),
            (of(3, 9, 0, 9), 0.6, false),
            (of(9, 6, 0, 9), 0.9, true),
        ];
        for (alignment, containment, expected) in cases {
            let told = alignment.is_same_template(containment);
            assert_eq!(told, expected, "{alignment:?} {containment}");
        }
    }
}
