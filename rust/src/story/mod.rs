//! Story shingles: the content words of a text, lightly stemmed.
//!
//! A rewrite shares almost no 5-shingle with its original, but names, figures and most of its
//! telling words. Stop words are left out. The language is told by them, and never asked for.

mod language;
pub mod outline;
pub mod vocabulary;

use hashbrown::HashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::words::Words;
use language::{Census, Languages};

/// A story shingle: the hash of a stem. The lowest bit says that it is a figure.
pub type Stem = u32;

pub fn is_figure(stem: Stem) -> bool {
    stem & 1 == 1
}

/// What a content word says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Content {
    pub stem: Stem,
    /// The weekday that it names, as a set of one.
    pub weekday: Weekdays,
}

/// A set of weekdays, a bit each.
pub type Weekdays = u8;

/// Words that are remembered, some 40 bytes each.
const REMEMBERED: usize = 1 << 17;

/// Finds the content words of one text after another. Stemming a word takes longer than all the
/// rest, so what was found out about a word is remembered.
#[derive(Default)]
pub struct Lexicon {
    known: HashMap<u64, Entry>,
    found: Vec<(u64, Entry)>,
}

#[derive(Clone, Copy)]
struct Entry {
    stop_word_of: Languages,
    /// The content of the word in the language in which it was last seen.
    content: Option<(Option<u8>, Content)>,
}

impl Lexicon {
    /// The content of each word of a text, None for stop words.
    pub fn read(&mut self, words: &Words, contents: &mut Vec<Option<Content>>) {
        if self.known.len() > REMEMBERED {
            self.known.clear();
        }
        let mut census = Census::default();
        self.found.clear();
        for word in words.iter() {
            let hash = xxh3_64(word);
            let entry = *self.known.entry(hash).or_insert_with(|| Entry {
                stop_word_of: language::stop_word_of(word),
                content: None,
            });
            census.add(entry.stop_word_of);
            self.found.push((hash, entry));
        }
        let language = census.language();
        contents.clear();
        for (word, (hash, entry)) in words.iter().zip(&self.found) {
            contents.push(match entry.content {
                _ if language::is_stop_word(entry.stop_word_of, language) => None,
                Some((known, content)) if known == language => Some(content),
                _ => {
                    let content = content(word, language);
                    let entry = Entry { content: Some((language, content)), ..*entry };
                    self.known.insert(*hash, entry);
                    Some(content)
                }
            });
        }
    }
}

fn content(word: &[u8], language: Option<u8>) -> Content {
    let word = String::from_utf8_lossy(word);
    let weekday = language::weekday(&word, language).map_or(0, |day| 1 << day);
    if word.chars().any(char::is_numeric) {
        // 1,000 and 1000 are one figure.
        let plain: String = word.chars().filter(|it| !matches!(it, ',' | '\'')).collect();
        return Content { stem: xxh3_64(plain.as_bytes()) as Stem | 1, weekday };
    }
    let stem = language::stem(&word, language);
    Content { stem: xxh3_64(stem.as_bytes()) as Stem & !1, weekday }
}
