//! Where the words of a text stand in it, for showing passages. Slower than [`Words::read`].

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::{Words, push_word, unicode};
use crate::verify::passages;

/// The shared passages as (start, end) in the first text and (start, end) in the second, in
/// characters.
pub fn shared_passages(a: &str, b: &str) -> Vec<(usize, usize, usize, usize)> {
    let (words_a, spans_a) = words_with_spans(a);
    let (words_b, spans_b) = words_with_spans(b);
    let range = |spans: &[Range<usize>], words: &Range<usize>| {
        (spans[words.start].start, spans[words.end - 1].end)
    };
    passages::shared_passages(&words_a, &words_b)
        .iter()
        .map(|passage| {
            let (start_a, end_a) = range(&spans_a, &passage.a);
            let (start_b, end_b) = range(&spans_b, &passage.b);
            (start_a, end_a, start_b, end_b)
        })
        .collect()
}

/// The characters of a text that each word was made of.
pub fn spans(text: &str) -> Vec<Range<usize>> {
    words_with_spans(text).1
}

/// The words of a text, and the characters of the text that each was made of.
fn words_with_spans(text: &str) -> (Words, Vec<Range<usize>>) {
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
