//! Two days of one bulletin: texts alike but for their figures.
//!
//! The words of the two are aligned. Where a few words stand in the place of a few others, and
//! both hold figures, and none of the figures is the same, the figures were substituted. A
//! corrected copy substitutes few figures and keeps the others; a bulletin substitutes most.

use imara_diff::{Algorithm, Diff, Hunk, InternedInput};

use crate::words::Words;

/// Words on either side of a substitution; longer ones are other sentences.
const MAX_SUBSTITUTED_WORDS: u32 = 8;

/// The share of aligned figures that may be substituted, in shares of the containment: the less
/// of the texts is the same, the fewer figures may differ.
const MAX_SUBSTITUTED_SHARE: f64 = 0.6;

/// Two names alike to this degree are one name, spelt in two ways.
const SAME_NAME: f64 = 0.6;

#[derive(Default, Debug, PartialEq)]
struct Substitutions {
    figures: usize,
    names: usize,
    /// Differences that are neither.
    others: usize,
    /// Figures that the two agree in.
    agreeing: usize,
}

/// Whether two texts are one template filled in twice. Symmetric.
pub fn is_same_template(a: &Words, b: &Words, containment: f64) -> bool {
    let Substitutions { figures, names, others, agreeing } =
        if (a.len(), a.joined()) <= (b.len(), b.joined()) { count(a, b) } else { count(b, a) };
    match figures {
        0 => false,
        1 => agreeing == 0 && (others == 0 || names > 0),
        _ => figures as f64 > MAX_SUBSTITUTED_SHARE * containment * (figures + agreeing) as f64,
    }
}

fn count(a: &Words, b: &Words) -> Substitutions {
    let mut input = InternedInput::default();
    input.update_before(a.iter());
    input.update_after(b.iter());
    let diff = Diff::compute(Algorithm::Histogram, &input);
    let mut counted = Substitutions::default();
    let mut same_from = 0;
    for hunk in diff.hunks() {
        counted.agreeing += figures(a, same_from..hunk.before.start).count();
        same_from = hunk.before.end;
        if substitutes_figures(a, b, &hunk) {
            counted.figures += 1;
        } else if substitutes_names(a, b, &hunk) {
            counted.names += 1;
        } else {
            counted.others += 1;
        }
    }
    counted.agreeing += figures(a, same_from..a.len() as u32).count();
    counted
}

fn is_short(hunk: &Hunk) -> bool {
    let fits = |length: usize| (1..=MAX_SUBSTITUTED_WORDS as usize).contains(&length);
    fits(hunk.before.len()) && fits(hunk.after.len())
}

fn substitutes_figures(a: &Words, b: &Words, hunk: &Hunk) -> bool {
    if !is_short(hunk) {
        return false;
    }
    let replaced: Vec<&[u8]> = figures(a, hunk.before.clone()).collect();
    let mut replacing = figures(b, hunk.after.clone()).peekable();
    !replaced.is_empty() && replacing.peek().is_some() && !replacing.any(|f| replaced.contains(&f))
}

/// Names on both sides, found nowhere in the other text, and not one name spelt in two ways.
fn substitutes_names(a: &Words, b: &Words, hunk: &Hunk) -> bool {
    if !is_short(hunk) {
        return false;
    }
    let replaced = names(a, hunk.before.clone(), b);
    let replacing = names(b, hunk.after.clone(), a);
    let alike = |x: &&[u8]| replacing.iter().any(|y| is_same_name(x, y));
    !replaced.is_empty() && !replacing.is_empty() && !replaced.iter().any(alike)
}

fn figures(words: &Words, range: std::ops::Range<u32>) -> impl Iterator<Item = &[u8]> {
    range.map(|index| words.get(index as usize)).filter(|word| is_figure(word))
}

fn is_figure(word: &[u8]) -> bool {
    let numeric = || String::from_utf8_lossy(word).chars().any(char::is_numeric);
    word.iter().any(u8::is_ascii_digit) || !word.is_ascii() && numeric()
}

fn names<'a>(words: &'a Words, range: std::ops::Range<u32>, other: &Words) -> Vec<&'a [u8]> {
    range
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
            ("gold rose 5 points to 45 on Monday in Pune", "gold rose 7 points to 48 on Monday in Pune", (2, 0, 0, 0)),
            ("gold rose 5 points to 45 in Pune", "gold rose 5 points to 48 in Pune", (1, 0, 0, 1)),
            ("dust storms hit Jaipur late today", "dust storms hit Chennai late today", (0, 1, 0, 0)),
            ("dust storms hit Jaipur late today", "dust storms hit Jaipore late today", (0, 0, 1, 0)),
            ("rain fell all day", "rain fell most of the day", (0, 0, 1, 0)),
            ("rain fell all day", "rain fell all day", (0, 0, 0, 0)),
        ];
        for (a, b, (figures, names, others, agreeing)) in cases {
            let expected = Substitutions { figures, names, others, agreeing };
            assert_eq!(count(&words(a), &words(b)), expected, "{a} / {b}");
        }
    }
}
