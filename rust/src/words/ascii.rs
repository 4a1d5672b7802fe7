//! The fast path: text that is ASCII once typographic punctuation is replaced.

use super::CAPITAL;

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
/// Joins two letters (UAX #29 MidLetter and MidNumLetQ).
const MID_LETTER: u8 = 4;
/// Joins two digits (UAX #29 MidNum and MidNumLetQ).
const MID_NUMBER: u8 = 8;

const CLASS: [u8; 256] = classes();
const LOWER: [u8; 256] = lower_case();

const fn classes() -> [u8; 256] {
    let mut class = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        class[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'0'..=b'9' => DIGIT,
            b'.' | b'\'' => MID_LETTER | MID_NUMBER,
            b':' => MID_LETTER,
            b',' | b';' => MID_NUMBER,
            _ => 0,
        };
        byte += 1;
    }
    class
}

const fn lower_case() -> [u8; 256] {
    let mut lower = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        lower[byte] = (byte as u8).to_ascii_lowercase();
        byte += 1;
    }
    lower
}

/// The first byte from `at` on that plain ASCII rules do not cover: no ASCII, or the underscore,
/// which joins words but is none.
pub fn find_special(bytes: &[u8], at: usize) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let mut position = at;
    for chunk in bytes[at..].chunks_exact(8) {
        let word = u64::from_le_bytes(chunk.try_into().expect("eight bytes"));
        let other = word ^ (ONES * b'_' as u64);
        // A zero byte in `other` is an underscore (Mycroft 1987); the lowest flag is always right.
        let special = (word | other.wrapping_sub(ONES) & !other) & HIGH;
        if special != 0 {
            return Some(position + special.trailing_zeros() as usize / 8);
        }
        position += 8;
    }
    bytes[position..]
        .iter()
        .position(|&byte| byte >= 0x80 || byte == b'_')
        .map(|offset| position + offset)
}

/// The ASCII byte that breaks and joins words just as the typographic sign at the front of `bytes`
/// does, and the sign's length; None for any other character.
pub fn typographic(bytes: &[u8]) -> Option<(u8, usize)> {
    match bytes {
        [0xE2, 0x80, 0x98 | 0x99, ..] => Some((b'\'', 3)),
        [0xE2, 0x80, 0x93 | 0x94 | 0x9C | 0x9D | 0xA6, ..] => Some((b'"', 3)),
        _ => None,
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r')
}

pub fn after_last_blank(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .rposition(|&byte| is_blank(byte))
        .map_or(0, |blank| blank + 1)
}

pub fn next_blank(bytes: &[u8], from: usize) -> usize {
    bytes[from..]
        .iter()
        .position(|&byte| is_blank(byte))
        .map_or(bytes.len(), |offset| from + offset)
}

/// Appends the words of an ASCII run, each followed by one space.
///
/// Every byte is written and only the position moves on or not, so that the ends of words, which
/// no processor predicts, cost no branch.
pub fn push_words(run: &[u8], buffer: &mut Vec<u8>, starts: &mut Vec<u32>) {
    let first_byte = buffer.len();
    let first_word = starts.len();
    buffer.resize(first_byte + run.len() + 1, 0);
    // One more than there can be words: the byte after a word's end writes a start that is not kept.
    starts.resize(first_word + run.len() / 2 + 2, 0);
    let out = &mut buffer[first_byte..];
    let begun = &mut starts[first_word..];
    let (mut written, mut words) = (0, 0);
    let mut in_word = 0;
    let (mut before, mut class) = (0, run.first().map_or(0, |&byte| CLASS[byte as usize]));
    for (index, &byte) in run.iter().enumerate() {
        let after = run.get(index + 1).map_or(0, |&next| CLASS[next as usize]);
        let both = before & after;
        let joins = (both & class >> 2 & LETTER) | (both >> 1 & class >> 3 & 1);
        let is_word = (class | class >> 1 | joins) & 1;
        let begins = is_word & !in_word & 1;
        let capital = byte.is_ascii_uppercase() as u32 * CAPITAL;
        begun[words] = (first_byte + written) as u32 | capital;
        words += begins as usize;
        out[written] = if is_word == 1 { LOWER[byte as usize] } else { b' ' };
        written += (is_word | in_word) as usize;
        (before, class, in_word) = (class, after, is_word);
    }
    if in_word == 1 {
        out[written] = b' ';
        written += 1;
    }
    buffer.truncate(first_byte + written);
    starts.truncate(first_word + words);
}
