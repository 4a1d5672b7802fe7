//! Story shingles: the content words of a text, lightly stemmed.
//!
//! A rewrite shares almost no 5-shingle with its original, but names, figures and most of its
//! telling words. Stop words are left out. The language is told by them, and never asked for.

pub mod cutter;
pub(crate) mod language;
pub mod outline;

use std::cell::RefCell;
use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use crate::text::words::{self, Words};
use language::{Census, Language, Sign};

/// A story shingle: the hash of a stem. The lowest bit says that it is a figure.
pub type Stem = u32;

pub fn is_figure(stem: Stem) -> bool {
    stem & 1 == 1
}

/// The stem of a word that says nothing.
pub const STOP_WORD: Stem = 0;

/// Words that a thread remembers at first and at most: more than a few articles have, and more
/// than stand often in the news of several languages.
const REMEMBERED: Range<usize> = 1 << 12..1 << 19;

/// Words that tell the language of a text, at even steps from its beginning to its end: what stands
/// before or after an article may be in another.
const TELLING: usize = 100;

/// Of these so many one after the other are likely in one language.
const STRETCH: usize = 10;

thread_local! {
    static LEXICON: RefCell<Lexicon> = RefCell::default();
}

/// Puts the stem of each word of a text into `contents`, and returns the language.
pub fn read_contents(words: &Words, contents: &mut Vec<Stem>) -> Language {
    LEXICON.with_borrow_mut(|lexicon| lexicon.read(words, contents))
}

/// What was found out about words. Looking a word up in the lists and stemming it take longer than
/// all the rest, so each is remembered in a slot, until another word of that slot comes.
struct Lexicon {
    slots: Vec<Entry>,
    /// Words put into slots, and whenever there are as many as slots there will be more slots.
    learned: usize,
    /// Of the words of the text at hand.
    hashes: Vec<u64>,
}

impl Default for Lexicon {
    fn default() -> Lexicon {
        let slots = vec![Entry::EMPTY; REMEMBERED.start];
        Lexicon { slots, learned: 0, hashes: Vec::new() }
    }
}

/// 16 bytes, so that the words which stand often fit the processor's cache.
#[derive(Clone, Copy)]
struct Entry {
    hash: u64,
    /// What the word says in the language it was last seen in.
    stem: Stem,
    language: Language,
    sign: Sign,
}

impl Entry {
    const EMPTY: Entry =
        Entry { hash: 0, stem: STOP_WORD, language: language::NONE, sign: Sign::NONE };
}

impl Lexicon {
    fn read(&mut self, words: &Words, contents: &mut Vec<Stem>) -> Language {
        let mut hashes = std::mem::take(&mut self.hashes);
        hashes.clear();
        hashes.extend(words.stem_hashes());
        // Here and below nothing waits for a word to come from memory but a rare branch, so that the
        // processor fetches many at a time.
        let mut signs = [Sign::NONE; TELLING];
        let telling = hashes.len().min(TELLING);
        // In 2^-32 of a word: to divide once for each of them would take longer than all the rest.
        let step = ((hashes.len() as u64) << 32) / telling.max(1) as u64;
        for (number, found) in (0..).zip(&mut signs[..telling]) {
            let index = ((number * step) >> 32) as usize;
            let hash = hashes[index];
            let mut entry = self.slots[self.slot(hash)];
            if entry.hash != hash {
                entry = self.learn(words.get(index), hash);
            }
            *found = entry.sign;
        }
        let mut census = Census::default();
        signs[..telling].chunks(STRETCH).for_each(|stretch| census.add(stretch));
        let language = census.language();
        contents.clear();
        contents.extend(hashes.iter().enumerate().map(|(index, &hash)| {
            if hash & 1 == 1 && !language::may_be_stop_word(hash) {
                return hash as Stem & !1;
            }
            let mut entry = self.slots[self.slot(hash)];
            if entry.hash != hash || entry.language != language {
                entry = self.translate(words.get(index), hash, language);
            }
            entry.stem
        }));
        self.hashes = hashes;
        language
    }

    fn slot(&self, hash: u64) -> usize {
        // There are a power of two of them; the lowest bit says something else.
        (hash >> 1) as usize & (self.slots.len() - 1)
    }

    /// Puts a word into its slot.
    #[cold]
    fn learn(&mut self, word: &[u8], hash: u64) -> Entry {
        if self.learned == self.slots.len() && self.learned < REMEMBERED.end {
            self.grow();
        }
        self.learned += 1;
        let entry = Entry { hash, sign: language::sign_of(word), ..Entry::EMPTY };
        let slot = self.slot(hash);
        self.slots[slot] = entry;
        entry
    }

    fn grow(&mut self) {
        let more = vec![Entry::EMPTY; 4 * self.slots.len()];
        for entry in std::mem::replace(&mut self.slots, more) {
            let slot = self.slot(entry.hash);
            self.slots[slot] = entry;
        }
    }

    /// Finds out what a word says in a language.
    #[cold]
    fn translate(&mut self, word: &[u8], hash: u64, language: Language) -> Entry {
        let mut entry = self.slots[self.slot(hash)];
        if entry.hash != hash {
            entry = self.learn(word, hash);
        }
        entry.language = language;
        entry.stem = STOP_WORD;
        if !language.has(entry.sign) {
            entry.stem = stem(word, language);
        }
        let slot = self.slot(hash);
        self.slots[slot] = entry;
        entry
    }
}

fn stem(word: &[u8], language: Language) -> Stem {
    let word = String::from_utf8_lossy(word);
    if word.chars().any(words::is_numeric) {
        // 1,000 and 1000 are one figure.
        let plain: String = word.chars().filter(|it| !matches!(it, ',' | '\'')).collect();
        return xxh3_64(plain.as_bytes()) as Stem | 1;
    }
    xxh3_64(language::stem(&word, language).as_bytes()) as Stem & !1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_remembered_or_hashed_is_what_the_lists_say(
            text in "([a-zé0-9]{1,8}|[一-丕的了是在和有我不]{1,6}|[〇一二三年月日]{1,5}|[ぁ-んァ-ヶー]{1,7}|[ก-๙]{1,9}\
                |แล้ว|ของ|[က-႙]{1,8}|[ក-៹]{1,8}|[А-я]{1,7}|[، ا-ي]{1,5}| ){0,40}"
        ) {
            let (mut words, mut contents) = (Words::default(), Vec::new());
            words.read(&text);
            // Twice: what was learned is what was found out.
            for _ in 0..2 {
                let language = read_contents(&words, &mut contents);
                for (word, &found) in words.iter().zip(&contents) {
                    let is_stop_word = language.has(language::sign_of(word));
                    let expected = if is_stop_word { STOP_WORD } else { stem(word, language) };
                    prop_assert_eq!(found, expected, "{}", String::from_utf8_lossy(word));
                }
            }
        }
    }
}
