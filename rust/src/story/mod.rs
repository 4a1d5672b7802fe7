//! Story shingles: the content words of a text, lightly stemmed.
//!
//! A rewrite shares almost no 5-shingle with its original, but names, figures and most of its
//! telling words. Stop words are left out. The language is told by them, and never asked for.

mod language;
pub mod outline;
pub mod vocabulary;

use std::cell::RefCell;

use xxhash_rust::xxh3::xxh3_64;

use crate::words::Words;
use language::{Census, Language, StopWordOf};

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

/// Words that a thread remembers: more than stand often in the news of one language.
const REMEMBERED: usize = 1 << 16;

/// Words at the start of a text that tell its language.
const TELLING: usize = 100;

thread_local! {
    static LEXICON: RefCell<Lexicon> = RefCell::default();
}

/// Puts the content of each word of a text into `contents`, None for stop words, and returns the
/// language.
pub fn read_contents(words: &Words, contents: &mut Vec<Option<Content>>) -> Language {
    LEXICON.with_borrow_mut(|lexicon| lexicon.read(words, contents))
}

/// What was found out about words. Looking a word up in the lists and stemming it take longer than
/// all the rest, so each is remembered in a slot, until another word of that slot comes.
struct Lexicon {
    slots: Vec<Entry>,
    /// Of the words of the text at hand.
    hashes: Vec<u64>,
}

impl Default for Lexicon {
    fn default() -> Lexicon {
        Lexicon { slots: vec![Entry::EMPTY; REMEMBERED], hashes: Vec::new() }
    }
}

/// 16 bytes, so that the words which stand often fit the processor's cache.
#[derive(Clone, Copy)]
struct Entry {
    hash: u64,
    /// What the word says in the language it was last seen in.
    stem: Stem,
    weekday: Weekdays,
    language: Language,
    stop_word_of: StopWordOf,
}

impl Entry {
    const EMPTY: Entry = Entry {
        hash: 0,
        stem: 0,
        weekday: 0,
        language: language::NONE,
        stop_word_of: StopWordOf::NONE,
    };
}

impl Lexicon {
    fn read(&mut self, words: &Words, contents: &mut Vec<Option<Content>>) -> Language {
        self.hashes.clear();
        self.hashes.extend(words.iter().map(xxh3_64));
        let mut census = Census::default();
        for (index, word) in words.iter().enumerate().take(TELLING) {
            census.add(self.entry(index, word).stop_word_of);
        }
        let language = census.language();
        contents.clear();
        contents.reserve(words.len());
        for (index, word) in words.iter().enumerate() {
            let entry = self.entry(index, word);
            if language.has(entry.stop_word_of) {
                contents.push(None);
                continue;
            }
            if entry.language != language {
                let Content { stem, weekday } = content(word, language);
                *entry = Entry { stem, weekday, language, ..*entry };
            }
            contents.push(Some(Content { stem: entry.stem, weekday: entry.weekday }));
        }
        language
    }

    fn entry(&mut self, index: usize, word: &[u8]) -> &mut Entry {
        let hash = self.hashes[index];
        let entry = &mut self.slots[hash as usize % REMEMBERED];
        if entry.hash != hash {
            *entry = Entry { hash, stop_word_of: language::stop_word_of(word), ..Entry::EMPTY };
        }
        entry
    }
}

fn content(word: &[u8], language: Language) -> Content {
    let word = String::from_utf8_lossy(word);
    let stem = language::stem(&word, language);
    let weekday = language::weekday(&word, &stem).map_or(0, |day| 1 << day);
    if word.chars().any(char::is_numeric) {
        // 1,000 and 1000 are one figure.
        let plain: String = word.chars().filter(|it| !matches!(it, ',' | '\'')).collect();
        return Content { stem: xxh3_64(plain.as_bytes()) as Stem | 1, weekday };
    }
    Content { stem: xxh3_64(stem.as_bytes()) as Stem & !1, weekday }
}
