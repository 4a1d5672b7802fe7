//! The words of any text are those of the plain reading of the rules that docs/design.md has, and
//! stand where the spans say.

#![no_main]

use std::collections::HashMap;

use caseless::Caseless;
use dedup_core::text::words::spans::words_with_spans;
use dedup_core::text::words::{Words, is_invisible, plain};
use dedup_fuzz::{listed, text_of};
use libfuzzer_sys::fuzz_target;
use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};
use unicode_segmentation::UnicodeSegmentation;

fuzz_target!(|data: &[u8]| {
    let Some(text) = text_of(data) else { return };
    let shown = plain(&text);
    assert_eq!(shown.len(), text.len());
    assert!(shown.char_indices().all(|(at, _)| text.is_char_boundary(at)));
    assert_eq!(plain(&shown), shown);

    let mut words = Words::default();
    words.read(&text);
    let expected = words_of(&shown);
    let found = listed(&words);
    assert!(
        found.iter().map(|it| (it.0, it.1)).eq(expected.iter().map(|it| (&*it.0, it.1))),
        "{text:?}: {found:?}, not {expected:?}"
    );

    let (too, spans) = words_with_spans(&text);
    assert_eq!(listed(&too), found, "{text:?}");
    let characters = text.chars().count();
    assert_eq!(spans.len(), words.len());
    assert!(
        spans.iter().all(|it| it.start < it.end && it.end <= characters),
        "{text:?}: {spans:?}"
    );
    assert!(spans.is_sorted_by_key(|it| it.start), "{text:?}: {spans:?}");

    let mut restored = Words::default();
    restored.restore(words.joined(), |word| words.is_capital(word));
    assert_eq!(listed(&restored), found);

    let mut of_hash = HashMap::new();
    for (hash, word) in words.hashes().zip(&found) {
        assert_eq!(*of_hash.entry(hash).or_insert(word.0), word.0);
    }
});

/// The words, and whether each begins with a capital.
fn words_of(shown: &str) -> Vec<(String, bool)> {
    let mut words = Vec::new();
    for chunk in shown.split([' ', '\n', '\t', '\r']) {
        let seen: String = chunk.chars().filter(|it| !is_invisible(*it)).collect();
        let composed: String = seen.nfkc().collect();
        // NFKC makes the tatweel out of vowel signs that are set on one.
        let composed: String = composed.chars().filter(|it| !is_invisible(*it)).nfkc().collect();
        let composed = composed.replace(['\u{2018}', '\u{2019}', '\u{2bc}'], "'");
        for part in composed.split(' ') {
            push_part(part, &mut words);
        }
    }
    words
}

fn push_part(text: &str, words: &mut Vec<(String, bool)>) {
    // Neighbours in one script without spaces are one run.
    let mut runs: Vec<(usize, &str, usize)> = Vec::new();
    for (at, word) in text.unicode_word_indices() {
        let first = word.chars().next().unwrap();
        let length = gram_length(first);
        match runs.last_mut() {
            Some((start, run, same))
                if length > 1 && *same == length && *start + run.len() == at =>
            {
                *run = &text[*start..at + word.len()];
            }
            _ => runs.push((at, word, length)),
        }
    }
    for (_, run, length) in runs {
        if length == 1 {
            words.push((folded(run), run.starts_with(char::is_uppercase)));
            continue;
        }
        let characters: Vec<char> = run.chars().collect();
        for gram in characters.windows(length.min(characters.len())) {
            words.push((folded(&gram.iter().collect::<String>()), false));
        }
    }
}

fn folded(word: &str) -> String {
    word.chars().default_case_fold().collect()
}

fn gram_length(first: char) -> usize {
    match first.script() {
        Script::Han | Script::Hiragana | Script::Katakana => 3,
        Script::Thai | Script::Lao | Script::Khmer | Script::Myanmar => 5,
        // Of both kanas.
        _ if first == 'ー' => 3,
        _ => 1,
    }
}
