//! An article made ready to be compared: its words, its shingle set and its figures.

use std::ops::Range;

use crate::text::shingle::{hash_shingles, make_set};
use crate::text::words::Words;

/// An article made ready to be compared.
#[derive(Default)]
pub struct Prepared {
    pub words: Words,
    /// The shingle set, sorted.
    pub shingles: Vec<u64>,
    /// The figures among the words, see [`find_figures`].
    figures: Vec<u32>,
}

impl Prepared {
    pub fn of(text: &str) -> Prepared {
        let mut prepared = Prepared::default();
        prepared.words.read(text);
        prepared.finish();
        prepared
    }

    /// Makes of the words what is made of them.
    pub fn finish(&mut self) {
        hash_shingles(&self.words, &mut self.shingles);
        make_set(&mut self.shingles);
        find_figures(&self.words, &mut self.figures);
    }
}

/// The different figures of a text, in their order as words: an index of each among the words.
fn find_figures(words: &Words, found: &mut Vec<u32>) {
    found.clear();
    found.extend(figures_among(words, 0..words.len()).map(|index| index as u32));
    found.sort_unstable_by_key(|&index| words.get(index as usize));
    found.dedup_by_key(|index| words.get(*index as usize));
}

/// Whether each text has a figure that the other lacks, without which there is no template filled
/// in twice. Most copies are told so at a fraction of what aligning them takes.
pub fn figures_differ(a: &Prepared, b: &Prepared) -> bool {
    has_own_figure(a, b) && has_own_figure(b, a)
}

/// Whether a text has a figure that the other lacks.
fn has_own_figure(text: &Prepared, other: &Prepared) -> bool {
    text.figures.iter().any(|&index| {
        let figure = text.words.get(index as usize);
        let compare = |&theirs: &u32| other.words.get(theirs as usize).cmp(figure);
        other.figures.binary_search_by(compare).is_err()
    })
}

/// The words of a range that are figures.
pub fn figures_among(words: &Words, range: Range<usize>) -> impl Iterator<Item = usize> {
    let mut from = range.start;
    std::iter::from_fn(move || {
        while from < range.end {
            let bytes = words.bytes(from..range.end);
            let index = words.at_byte(bytes.start + find_unusual(&words.joined()[bytes.clone()])?);
            from = index + 1;
            if is_figure(words.get(index)) {
                return Some(index);
            }
        }
        None
    })
}

/// The first byte that may belong to a figure. Few do, so that many are looked at in one step.
fn find_unusual(bytes: &[u8]) -> Option<usize> {
    const AT_ONCE: usize = 64;
    let is_unusual = |byte: &u8| byte.is_ascii_digit() || !byte.is_ascii();
    let none = |chunk: &&[u8; AT_ONCE]| !chunk.iter().fold(false, |any, it| any | is_unusual(it));
    let from = AT_ONCE * bytes.as_chunks().0.iter().take_while(none).count();
    bytes[from..].iter().position(is_unusual).map(|offset| from + offset)
}

fn is_figure(word: &[u8]) -> bool {
    let numeric = || String::from_utf8_lossy(word).chars().any(char::is_numeric);
    word.iter().any(u8::is_ascii_digit) || !word.is_ascii() && numeric()
}
