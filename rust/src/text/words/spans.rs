//! Where the words of a text stand in it, for showing passages. Slower than [`Words::read`].

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::word::push_word;
use super::{Words, is_invisible, markup, plain, unicode};

/// The characters of a text that each word was made of.
pub fn spans(text: &str) -> Vec<Range<usize>> {
    words_with_spans(text).1
}

/// The words of a text, and the characters of the text that each was made of.
pub fn words_with_spans(text: &str) -> (Words, Vec<Range<usize>>) {
    let mut words = Words::default();
    let mut spans = Vec::new();
    let plain = plain(text);
    let characters = characters_before(text);
    let mut at = 0;
    for chunk in plain.split_inclusive([' ', '\n', '\t', '\r']) {
        let (normalised, origins) = normalise_with_origins(chunk);
        unicode::segment(&normalised, |range, word, capital| {
            push_word(word, capital, &mut words.buffer, &mut words.starts);
            let (first, last) = (&origins[range.start], &origins[range.end - 1]);
            let bytes = markup::with_references(text, &plain, at + first.start..at + last.end);
            spans.push(characters[bytes.start]..characters[bytes.end]);
        });
        at += chunk.len();
    }
    words.buffer.pop_if(|last| *last == b' ');
    (words, spans)
}

/// How many characters begin before each byte, and before the end.
fn characters_before(text: &str) -> Vec<usize> {
    let mut counts = Vec::with_capacity(text.len() + 1);
    for (count, character) in text.chars().enumerate() {
        counts.resize(counts.len() + character.len_utf8(), count);
    }
    counts.push(text.chars().count());
    counts
}

/// The normalised text, and for each of its bytes those it was made of. Nothing composes
/// across grapheme clusters of decomposed text, so each is normalised by itself; what is not seen is
/// taken away before there are any.
fn normalise_with_origins(text: &str) -> (String, Vec<Range<usize>>) {
    if text.is_ascii() && !text.contains(is_invisible) {
        return (text.to_owned(), (0..text.len()).map(|at| at..at + 1).collect());
    }
    let (mut seen, mut places) = (String::new(), Vec::new());
    for (at, character) in text.char_indices() {
        let place = at..at + character.len_utf8();
        let parts = std::iter::once(character).nfkd().filter(|&part| !is_invisible(part));
        seen.extend(parts);
        places.resize(seen.len(), place.clone());
    }
    let mut normalised = String::new();
    let mut origins = Vec::new();
    for (start, cluster) in seen.grapheme_indices(true) {
        let end = start + cluster.len();
        normalised.push_str(&unicode::normalise(cluster));
        origins.resize(normalised.len(), places[start].start..places[end - 1].end);
    }
    (normalised, origins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::char::canonical_combining_class;

    /// Where the crates know different versions of Unicode, one moves marks across what the other
    /// takes for the end of a cluster or of a word.
    #[test]
    fn what_is_reordered_is_in_one_cluster_and_one_word() {
        for mark in ('\0'..=char::MAX).filter(|&it| canonical_combining_class(it) != 0) {
            let text = format!("a{mark}");
            assert_eq!(text.graphemes(true).count(), 1, "{mark:?}");
            assert_eq!(text.unicode_words().collect::<Vec<_>>(), [&text], "{mark:?}");
        }
    }

    #[test]
    fn a_span_begins_and_ends_with_what_is_seen() {
        let cases: [(&str, &[&str]); 13] = [
            ("one two", &["one", "two"]),
            ("\u{feff}news\u{ad}paper\u{200b} x", &["news\u{ad}paper", "x"]),
            ("\u{200f}م\u{640}حمد\u{200f}، قال", &["م\u{640}حمد", "قال"]),
            ("cafe\u{ad}\u{301}\u{200d}.", &["cafe\u{ad}\u{301}"]),
            ("中\u{200b}国\u{feff}经济", &["中\u{200b}国\u{feff}经", "国\u{feff}经济"]),
            ("\u{1112}\u{1160}\u{1161}\u{11ab} a", &["\u{1112}\u{1160}\u{1161}\u{11ab}", "a"]),
            ("x\u{3000}\u{200b}y\u{2060}\u{a0}z", &["x", "y", "z"]),
            ("don\u{200b}’t", &["don\u{200b}’t"]),
            ("<p title='日本'>Foot<b>ball</b></p>中国", &["Foot<b>ball", "中国"]),
            ("don&rsquo;t &eacute;t&#xe9; x&amp;y", &["don&rsquo;t", "&eacute;t&#xe9;", "x", "y"]),
            ("é&nbsp;&pi; &#x4e2d;&#x56FD;", &["é", "&pi;", "&#x4e2d;&#x56FD;"]),
            ("&pi;<i>e&#x301;</i>", &["&pi;<i>e&#x301;"]),
            ("one<script>two</script>three", &["one", "three"]),
        ];
        for (text, expected) in cases {
            let characters: Vec<char> = text.chars().collect();
            let found = spans(text).into_iter().map(|span| characters[span].iter().collect());
            assert_eq!(found.collect::<Vec<String>>(), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn the_words_are_those_of_hidden_characters_too(text in "[a-cA-C0-2.,'’_ \n\u{301}\u{654}\u{fe77}اب中文กחל\"\u{1112}\u{1161}\u{11ab}\u{ad}\u{34f}\u{640}\u{200b}-\u{200f}\u{fe0f}\u{1160}]{0,40}") {
            let mut words = Words::default();
            words.read(&text);
            let (spanned, spans) = words_with_spans(&text);
            prop_assert_eq!(words.joined(), spanned.joined());
            let characters: Vec<char> = text.chars().collect();
            for (index, span) in spans.into_iter().enumerate() {
                let (first, last) = (characters[span.start], characters[span.end - 1]);
                prop_assert!(!is_invisible(first) && !is_invisible(last));
                let own: String = characters[span].iter().collect();
                words.read(&own);
                prop_assert!(words.iter().any(|word| word == spanned.get(index)));
            }
        }

        #[test]
        fn the_words_are_those_of_html_too(text in crate::text::words::markup::tests::HTML) {
            let mut words = Words::default();
            words.read(&text);
            let (spanned, spans) = words_with_spans(&text);
            prop_assert_eq!(words.joined(), spanned.joined());
            prop_assert_eq!(spans.len(), words.len());
            prop_assert!(spans.iter().all(|it| it.start < it.end && it.end <= text.chars().count()));
        }

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
