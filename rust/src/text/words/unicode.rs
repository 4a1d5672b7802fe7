//! The exact path: any Unicode text.

use std::ops::Range;

use caseless::Caseless;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};
use unicode_segmentation::UnicodeSegmentation;

use super::class::{Unspaced, plain};
use super::invisible::{TATWEEL, is_invisible};
use super::table;
use super::word::push_word;

/// The lengths of n-grams make five of them, a shingle, span about as much text as five words do
/// elsewhere.
pub const EAST_ASIAN_GRAM: usize = 3;
pub const SOUTHEAST_ASIAN_GRAM: usize = 5;

impl Unspaced {
    fn gram_length(self) -> usize {
        match self {
            Unspaced::EastAsian => EAST_ASIAN_GRAM,
            Unspaced::SoutheastAsian => SOUTHEAST_ASIAN_GRAM,
        }
    }
}

/// Whether a word is one of the n-grams of Chinese or Japanese.
pub fn is_east_asian(word: &str) -> bool {
    let first = word.chars().next();
    first.is_some_and(|first| {
        let known = table::is_east_asian(first);
        known.unwrap_or_else(|| Unspaced::of(first) == Some(Unspaced::EastAsian))
    })
}

/// Appends the words of any text, each followed by one space.
pub fn push_words(text: &str, buffer: &mut Vec<u8>, starts: &mut Vec<u32>) {
    segment(&normalise(text), |_, word, capital| push_word(word, capital, buffer, starts));
}

/// Calls `take` for each word of a normalised text with its range there, the word itself, and
/// whether it begins with a capital. NFKC makes blanks of its own, which end words too.
pub fn segment(text: &str, mut take: impl FnMut(Range<usize>, &str, bool)) {
    let mut start = 0;
    for part in text.split(' ') {
        segment_part(part, |range, word, capital| {
            take(start + range.start..start + range.end, word, capital);
        });
        start += part.len() + 1;
    }
}

fn segment_part(text: &str, mut take: impl FnMut(Range<usize>, &str, bool)) {
    let mut folded = String::new();
    let mut run: Option<(Unspaced, Range<usize>)> = None;
    for (at, word) in text.unicode_word_indices() {
        let end = at + word.len();
        let first = word.chars().next().expect("a word holds a character");
        let unspaced = Unspaced::of(first);
        if let (Some((script, range)), Some(same)) = (&mut run, unspaced)
            && *script == same
            && range.end == at
        {
            range.end = end;
            continue;
        }
        if let Some((script, range)) = run.take() {
            segment_run(text, range, script.gram_length(), &mut take);
        }
        if let Some(script) = unspaced {
            run = Some((script, at..end));
            continue;
        }
        folded.clear();
        folded.extend(word.chars().default_case_fold());
        take(at..end, &folded, first.is_uppercase());
    }
    if let Some((script, range)) = run {
        segment_run(text, range, script.gram_length(), &mut take);
    }
}

/// The overlapping n-grams of a run of a script without spaces; a shorter run is one word.
fn segment_run(
    text: &str,
    run: Range<usize>,
    length: usize,
    take: &mut impl FnMut(Range<usize>, &str, bool),
) {
    let characters = text[run.clone()].char_indices().map(|(at, _)| run.start + at);
    let bounds: Vec<usize> = characters.chain([run.end]).collect();
    let length = length.min(bounds.len() - 1);
    let mut folded = String::new();
    for (&start, &end) in bounds.iter().zip(&bounds[length..]) {
        folded.clear();
        folded.extend(text[start..end].chars().default_case_fold());
        take(start..end, &folded, false);
    }
}

/// NFKC of what is seen, with the typographic apostrophes made plain.
pub fn normalise(text: &str) -> String {
    if !text.chars().any(is_invisible) {
        return normalise_visible(text);
    }
    // Before NFKC: a letter and its accent compose across what is not seen.
    let visible: String = text.chars().filter(|&character| !is_invisible(character)).collect();
    normalise_visible(&visible)
}

fn normalise_visible(text: &str) -> String {
    if is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        return text.chars().map(plain).collect();
    }
    let composed: String = text.nfkc().map(plain).collect();
    if composed.contains(TATWEEL) {
        return composed.chars().filter(|&character| character != TATWEEL).nfkc().collect();
    }
    composed
}
