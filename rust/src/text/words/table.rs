//! What characters do to words and how they are spelt there, looked up in a table that the build
//! script makes of what the crates of the exact path ([`super::unicode`]) say.

use unicode_script::UnicodeScript;

use super::ascii;
use super::class::{BLOCK, CHARACTERS, Class, Entry, NORMALISED, place_of};

include!(concat!(env!("OUT_DIR"), "/characters.rs"));

/// What the table says of a character.
#[inline(always)]
pub fn entry(character: u32) -> Entry {
    match PLACES.get(character as usize / BLOCK) {
        Some(&(place, _)) => Entry(ENTRIES[place as usize * BLOCK + character as usize % BLOCK]),
        None => Entry::new(Class::Unknown, 0),
    }
}

/// The place in [`super::SCRIPTS`] of what a character is written in.
pub fn script(character: char) -> u8 {
    match (character as usize) < CHARACTERS {
        true => entry(character as u32).script(),
        false => place_of(character.script()),
    }
}

pub fn is_numeric(character: char) -> bool {
    match (character as usize) < CHARACTERS {
        true => entry(character as u32).has(Entry::NUMERIC),
        false => character.is_numeric(),
    }
}

/// Whether a character is one of Chinese or Japanese; None if only the exact path knows.
pub fn is_east_asian(character: char) -> Option<bool> {
    match entry(character as u32).class() {
        Class::EastAsian => Some(true),
        Class::Letter | Class::Hebrew | Class::Digit | Class::Southeast => Some(false),
        _ => None,
    }
}

/// Whether a word begins with a character of Thai, Lao, Khmer or Burmese, and has no number.
pub fn is_southeast_asian(word: &[u8]) -> bool {
    let (mut at, mut first) = (0, true);
    while let Some((character, length)) = decode(&word[at..]) {
        let known = entry(character);
        if first && known.class() != Class::Southeast || known.has(Entry::NUMERIC) {
            return false;
        }
        (at, first) = (at + length, false);
    }
    true
}

/// The bytes of a character as it is spelt in a word, their number, and whether NFKC changed it.
#[inline(always)]
pub fn spelling(character: u32) -> ([u8; 8], usize, bool) {
    let (_, place) = PLACES[character as usize / BLOCK];
    let bytes = SPELLINGS[place as usize * BLOCK + character as usize % BLOCK].to_le_bytes();
    (bytes, (bytes[7] & !NORMALISED) as usize, bytes[7] & NORMALISED != 0)
}

/// Appends the character that begins at a byte to a run, as it is spelt there, and returns its
/// length; None if it is not for a run. So are Latin letters, what parts
/// words, and apostrophes.
#[inline(always)]
pub fn spell_plainly(text: &str, at: usize, run: &mut ascii::Run) -> Option<usize> {
    let (character, length) = decode(&text.as_bytes()[at..])?;
    let known = entry(character);
    match known.class() {
        Class::Letter if is_latin(character) && known.has(Entry::ALPHANUMERIC) => {
            if known.has(Entry::UPPER_CASE) {
                run.mark_capital();
            }
        }
        // As good as any that parts words.
        Class::Other if length > 1 => {
            run.push([b'"'; 8], 1);
            return Some(length);
        }
        Class::SingleQuote | Class::Digit if known.has(Entry::IS_SPELT) => (),
        _ => return None,
    }
    if known.has(Entry::IS_SPELT) {
        let (bytes, count, _) = spelling(character);
        run.push(bytes, count);
    } else {
        let mut bytes = [0; 8];
        bytes[..length].copy_from_slice(&text.as_bytes()[at..at + length]);
        run.push(bytes, length);
    }
    Some(length)
}

/// Whether a letter is a Latin one with diacritics, as European languages and Vietnamese have them.
#[inline(always)]
pub fn is_latin(character: u32) -> bool {
    matches!(character, 0x80..0x250 | 0x1e00..0x1f00)
}

/// The character at the front, and its bytes.
#[inline(always)]
pub fn decode(bytes: &[u8]) -> Option<(u32, usize)> {
    let tail = |index: usize| (bytes[index] & 0x3f) as u32;
    Some(match *bytes.first()? {
        first @ ..0x80 => (first as u32, 1),
        first @ ..0xe0 => ((first as u32 & 0x1f) << 6 | tail(1), 2),
        first @ ..0xf0 => ((first as u32 & 0xf) << 12 | tail(1) << 6 | tail(2), 3),
        first => ((first as u32 & 7) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4),
    })
}
