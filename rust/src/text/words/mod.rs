//! From text to normalised words: NFKC, case folding, words by Unicode rules (UAX #29). What is not
//! seen ([`invisible`]) is as if it were not there, and so is HTML ([`markup`]).
//!
//! Three paths give the same words. ASCII and Latin letters with diacritics are classified many bytes at
//! a time ([`ascii`]); text of other scripts is read by a table of characters ([`scripts`]); and what
//! the table does not know takes the exact and slow path ([`unicode`]).

mod ascii;
mod class;
mod invisible;
mod ligatures;
mod markup;
mod scripts;
pub mod spans;
mod table;
mod unicode;
mod word;

use std::borrow::Cow;
use std::ops::Range;

pub use class::SCRIPTS;
pub use invisible::is_invisible;
pub use markup::without_ends;
pub use table::{is_numeric, script};
pub use unicode::{is_east_asian, normalise};
use word::CAPITAL;
use xxhash_rust::xxh3::xxh3_64;

/// The normalised words of one text, in one buffer, with one space between two words.
#[derive(Default)]
pub struct Words {
    buffer: Vec<u8>,
    starts: Vec<u32>,
    run: ascii::Run,
    edges: Vec<u32>,
    unspaced: scripts::Unspaced,
}

impl Words {
    /// Replaces the words by those of `text`.
    pub fn read(&mut self, text: &str) {
        self.buffer.clear();
        self.starts.clear();
        self.push_text(&plain(text));
        self.buffer.pop_if(|last| *last == b' ');
    }

    /// Replaces the words by those of `pieces`, one after the other, and returns where each ends.
    /// They are the words of the whole text if this is [`plain`], and each piece but the last ends with a blank, or the
    /// next begins where no word goes on.
    pub fn read_pieces<'a>(&mut self, pieces: impl Iterator<Item = &'a str>) -> Vec<usize> {
        self.buffer.clear();
        self.starts.clear();
        let mut ends = Vec::with_capacity(pieces.size_hint().0);
        for piece in pieces {
            self.push_text(piece);
            ends.push(self.starts.len());
        }
        self.buffer.pop_if(|last| *last == b' ');
        ends
    }

    /// Replaces the words by those that were joined, and says which begin with a capital.
    pub fn restore(&mut self, joined: &[u8], is_capital: impl Fn(usize) -> bool) {
        self.buffer.clear();
        self.buffer.extend_from_slice(joined);
        self.starts.clear();
        let mut start = 0;
        for word in joined.split(|&byte| byte == b' ').filter(|_| !joined.is_empty()) {
            let capital = if is_capital(self.starts.len()) { CAPITAL } else { 0 };
            self.starts.push(start | capital);
            start += word.len() as u32 + 1;
        }
    }

    pub fn len(&self) -> usize {
        self.starts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// All words, one space between two.
    pub fn joined(&self) -> &[u8] {
        &self.buffer
    }

    pub fn get(&self, index: usize) -> &[u8] {
        &self.buffer[self.bytes(index..index + 1)]
    }

    fn end(&self, index: usize) -> usize {
        self.starts.get(index + 1).map_or(self.buffer.len(), |&next| place(next) - 1)
    }

    /// Whether the word begins with a capital letter in the source.
    pub fn is_capital(&self, index: usize) -> bool {
        self.starts[index] & CAPITAL != 0
    }

    /// Each run of `count` consecutive words, one space between two.
    pub fn windows(&self, count: usize) -> impl Iterator<Item = &[u8]> {
        let number = (self.len() + 1).saturating_sub(count);
        (0..number).map(move |first| &self.buffer[self.bytes(first..first + count)])
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.windows(1)
    }

    /// The bytes of consecutive words, one at least, among the joined words.
    pub fn bytes(&self, words: Range<usize>) -> Range<usize> {
        place(self.starts[words.start])..self.end(words.end - 1)
    }

    /// The index of the word that a byte of the joined words belongs to.
    pub fn at_byte(&self, byte: usize) -> usize {
        self.starts.partition_point(|&start| place(start) <= byte) - 1
    }

    /// A hash of each word, good for this run.
    pub fn hashes(&self) -> impl ExactSizeIterator<Item = u64> {
        (0..self.len()).map(|index| hash_word(&self.buffer, self.bytes(index..index + 1)))
    }

    /// A hash of what each word is stemmed from. An odd one is the XXH3 of it but for the lowest bit, and
    /// its stem, if it is no stop word: such are n-grams of scripts without spaces, in all languages
    /// alike. There are too many of them to be remembered.
    pub fn stem_hashes(&self) -> impl ExactSizeIterator<Item = u64> {
        (0..self.len()).map(|index| {
            let word = self.bytes(index..index + 1);
            let gram = &self.buffer[word.clone()];
            if is_east_asian_gram(gram) {
                xxh3_64(&gram[..2 * EAST_ASIAN_BYTES]) | 1
            } else if is_southeast_asian(gram) {
                xxh3_64(gram) | 1
            } else {
                hash_word(&self.buffer, word) & !1
            }
        })
    }

    /// Splits the text into runs for the fastest path and stretches for the table's. Blanks end words
    /// whatever stands beside them, so a stretch that begins behind one is read by itself.
    fn push_text(&mut self, text: &str) {
        let Words { buffer, starts, run, edges, unspaced } = self;
        let bytes = text.as_bytes();
        run.clear();
        let mut at = 0;
        while let Some(special) = run.copy_plain(bytes, at) {
            let hidden = markup::fillers(&bytes[special..]);
            if hidden > 0 {
                at = special + hidden;
                continue;
            }
            if let Some(length) = table::spell_plainly(text, special, run) {
                at = special + length;
                continue;
            }
            run.drop_word();
            ascii::push_words(run, edges, buffer, starts);
            run.clear();
            let blank = ascii::after_last_blank(&bytes[..special]);
            at = scripts::push_words(text, blank, unspaced, buffer, starts);
        }
        ascii::push_words(run, edges, buffer, starts);
    }
}

/// The text as it is read, in as many bytes: HTML as a browser shows it, and of ligatures so many.
pub fn plain(text: &str) -> Cow<'_, str> {
    ligatures::bounded(markup::plain(text))
}

/// Bytes of nearly all characters of Chinese and Japanese.
const EAST_ASIAN_BYTES: usize = 3;

/// Whether a word is an n-gram of such characters, none of which is a number.
#[inline(always)]
fn is_east_asian_gram(word: &[u8]) -> bool {
    let is_one =
        |at: usize| matches!((word[at], word[at + 1]), (0xe3, 0x81..=0x83) | (0xe4..=0xe9, _));
    word.len() == 9 && is_one(0) && is_one(EAST_ASIAN_BYTES) && is_one(2 * EAST_ASIAN_BYTES)
}

/// Whether a word is of Thai, Lao, Khmer or Burmese, and without digits.
#[inline(always)]
fn is_southeast_asian(word: &[u8]) -> bool {
    let may_be = matches!(
        word,
        [0xe0, 0xb8..=0xbb, ..] | [0xe1, 0x80..=0x82 | 0x9e..=0x9f, ..]
    );
    may_be && table::is_southeast_asian(word)
}

/// Where in the buffer a start points to.
fn place(start: u32) -> usize {
    (start & !CAPITAL) as usize
}

/// Up to 16 bytes by one multiplication whose halves are folded, as in wyhash, without a branch that
/// depends on the length; more by XXH3.
#[inline(always)]
fn hash_word(joined: &[u8], word: Range<usize>) -> u64 {
    const WIDTH: usize = 16;
    const MASKS: [u8; 2 * WIDTH] = {
        let mut masks = [0; 2 * WIDTH];
        masks.first_chunk_mut::<WIDTH>().unwrap().copy_from_slice(&[u8::MAX; WIDTH]);
        masks
    };
    if word.len() > WIDTH {
        return xxh3_64(&joined[word]);
    }
    let mut block = [0; WIDTH];
    match joined[word.start..].first_chunk() {
        Some(whole) => block = *whole,
        None => block[..word.len()].copy_from_slice(&joined[word.clone()]),
    }
    let mask = MASKS[WIDTH - word.len()..].first_chunk().unwrap_or(&[0; WIDTH]);
    let value = u128::from_le_bytes(block) & u128::from_le_bytes(*mask);
    // The length, too, or NUL behind a word would be as nothing.
    let low = value as u64 ^ 0xa076_1d64_78bd_642f ^ word.len() as u64;
    let high = (value >> 64) as u64;
    let product = low as u128 * (high ^ 0xe703_7ed1_a0b4_28db) as u128;
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fast(text: &str) -> Vec<(String, bool)> {
        let mut words = Words::default();
        words.read(text);
        (0..words.len())
            .map(|i| (String::from_utf8(words.get(i).to_vec()).unwrap(), words.is_capital(i)))
            .collect()
    }

    fn exact(text: &str) -> Vec<(String, bool)> {
        let mut words = Words::default();
        for chunk in plain(text).split([' ', '\n', '\t', '\r']) {
            unicode::push_words(chunk, &mut words.buffer, &mut words.starts);
        }
        words.buffer.pop_if(|last| *last == b' ');
        (0..words.len())
            .map(|i| (String::from_utf8(words.get(i).to_vec()).unwrap(), words.is_capital(i)))
            .collect()
    }

    /// Words, marks and signs of many scripts, composed or not, in any order.
    const WRITTEN: &str = "[a-zA-Z0-9]|[ \\n.,:;'\"’_-]|[À-ɏ]|[Ḁ-ỿ]|[\u{300}-\u{345}]|[ΐ-ώἀ-ῼ]|[А-џ]|[ա-ևԱ-Ֆ]\
        |[\u{5b0}-\u{5c7}א-ת׳״]|[\u{600}-\u{6ff}]|[\u{900}-\u{97f}]|[\u{980}-\u{9ff}]|[\u{b80}-\u{bff}]\
        |[\u{e01}-\u{e5b}]|[\u{e81}-\u{edf}]|[\u{1000}-\u{109f}]|[\u{1780}-\u{17f9}]|[\u{1100}-\u{11ff}]\
        |[가-힣]|[ぁ-ヿ]|[㐀-䶿]|[一-鿿]|[\u{3000}-\u{303f}]|[\u{ff00}-\u{ffef}]|[\u{2010}-\u{205f}]\
        |[\u{2070}-\u{218f}]|[😀-🙏🇦-🇿🏻-🏿]|[\u{ad}\u{200b}-\u{200f}\u{fe0f}\u{feff}\u{640}]|[a-zé]{1,9} |[a-z ]{64,99}";

    #[test]
    fn each_character_beside_others_gives_the_exact_words() {
        let beside = [
            "a", "É", "1", "א", "न", "中", "カ", "ก", "ㄱ", ".", ",", "'", "\"", "。", "\u{301}",
            "\u{323}", "\u{93c}", "\u{200d}",
        ];
        for character in ('\u{80}'..'\u{20100}').step_by(7).chain('\u{80}'..'\u{600}') {
            let mut text = String::new();
            for it in beside {
                text.extend([it, &character.to_string(), it, " ", it]);
                text.extend([character, ' ', character]);
                text.extend([it, " ", it, " e"]);
                text.extend([character.to_string().as_str(), it, "o\n"]);
            }
            for text in text.split(' ') {
                assert_eq!(fast(text), exact(text), "{text:?}");
            }
            assert_eq!(fast(&text), exact(&text), "{character:?}");
        }
    }

    proptest! {
        #[test]
        fn fast_path_gives_the_exact_words(text in "[a-cA-C0-2.,:;'’‘“”—…_ \n\t\u{a0}éÉßü\u{301}中文かカーทไ٣!-]{0,40}") {
            prop_assert_eq!(fast(&text), exact(&text));
        }

        #[test]
        fn html_gives_the_exact_words(text in markup::tests::HTML) {
            prop_assert_eq!(fast(&text), exact(&text));
        }

        #[test]
        fn any_ascii_gives_the_exact_words(text in "[ -~\n]{0,60}") {
            prop_assert_eq!(fast(&text), exact(&text));
        }

        #[test]
        fn equal_words_have_equal_hashes(text in "[abé ]{0,60}|([a-zé]{1,20} ){0,20}|[\\x00\u{bc8} ]{0,20}") {
            let mut words = Words::default();
            words.read(&text);
            let hashes: Vec<u64> = words.hashes().collect();
            for i in 0..words.len() {
                for j in 0..i {
                    prop_assert_eq!(hashes[i] == hashes[j], words.get(i) == words.get(j));
                }
            }
        }

        #[test]
        fn grams_are_told_by_their_bytes(text in "[ぁ-ヿ一-鿿〇-〩㐀-㐂a-zก-๙က-႙ក-៹가-갂・]{0,8}") {
            let mut words = Words::default();
            words.read(&text);
            for word in words.iter() {
                let spelt = std::str::from_utf8(word).unwrap();
                let told = is_east_asian_gram(word);
                prop_assert!(!told || is_east_asian(spelt) && !spelt.contains(char::is_numeric));
                let told = is_southeast_asian(word);
                prop_assert!(!told || !spelt.contains(char::is_numeric));
            }
        }

        #[test]
        fn what_is_not_seen_is_not_there(text in "([a-cA-C0-2.,:;'’“_ \n\u{301}\u{654}\u{fe77}أاب中文かกทחל\"\u{1112}\u{1161}]|[\u{ad}\u{34f}\u{61c}\u{640}\u{200b}-\u{200f}\u{2060}\u{fe0f}\u{feff}\u{3164}\u{e0041}]){0,40}") {
            let seen: String = text.chars().filter(|it| !is_invisible(*it)).collect();
            prop_assert_eq!(fast(&text), fast(&seen));
            prop_assert_eq!(fast(&text), exact(&text));
        }

        #[test]
        fn any_writing_gives_the_exact_words(text in prop::collection::vec(WRITTEN, 0..24)) {
            let text = text.concat();
            prop_assert_eq!(fast(&text), exact(&text));
        }

        #[test]
        fn any_text_gives_the_exact_words(text in any::<String>()) {
            prop_assert_eq!(fast(&text), exact(&text));
        }
    }
}
