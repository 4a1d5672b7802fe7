//! Where the words of a text stand in it, for showing passages. Slower than [`Words::read`].

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::word::push_word;
use super::{Words, unicode};

/// The characters of a text that each word was made of.
pub fn spans(text: &str) -> Vec<Range<usize>> {
    words_with_spans(text).1
}

/// The words of a text, and the characters of the text that each was made of.
pub fn words_with_spans(text: &str) -> (Words, Vec<Range<usize>>) {
    let mut words = Words::default();
    let mut spans = Vec::new();
    let mut characters = 0;
    for chunk in text.split_inclusive([' ', '\n', '\t', '\r']) {
        let (normalised, origins) = normalise_with_origins(chunk);
        unicode::segment(&normalised, |range, word, capital| {
            push_word(word, capital, &mut words.buffer, &mut words.starts);
            let (first, last) = (&origins[range.start], &origins[range.end - 1]);
            spans.push(characters + first.start..characters + last.end);
        });
        characters += chunk.chars().count();
    }
    words.buffer.pop_if(|last| *last == b' ');
    (words, spans)
}

/// The normalised text, and for each of its bytes the characters it was made of. Nothing composes
/// across grapheme clusters, so each is normalised by itself.
fn normalise_with_origins(text: &str) -> (String, Vec<Range<usize>>) {
    let mut normalised = String::new();
    let mut origins = Vec::new();
    let mut characters = 0;
    for cluster in text.graphemes(true) {
        let end = characters + cluster.chars().count();
        normalised.push_str(&unicode::normalise(cluster));
        origins.resize(normalised.len(), characters..end);
        characters = end;
    }
    (normalised, origins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_words_are_those_of_the_fast_reader(text: String) {
            let mut words = Words::default();
            words.read(&text);
            let (spanned, spans) = words_with_spans(&text);
            prop_assert_eq!(words.joined(), spanned.joined());
            prop_assert_eq!(spans.len(), words.len());
        }
    }
}
