//! The fast path: text that is ASCII once typographic punctuation is replaced.

use super::CAPITAL;

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
    bytes.iter().rposition(|&byte| is_blank(byte)).map_or(0, |blank| blank + 1)
}

pub fn next_blank(bytes: &[u8], from: usize) -> usize {
    bytes[from..]
        .iter()
        .position(|&byte| is_blank(byte))
        .map_or(bytes.len(), |offset| from + offset)
}

/// The classes of up to 64 bytes, a bit for each.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
struct Classes {
    letters: u64,
    digits: u64,
    /// Join two letters (UAX #29 MidLetter and MidNumLetQ).
    mid_letters: u64,
    /// Join two digits (UAX #29 MidNum and MidNumLetQ).
    mid_numbers: u64,
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn classify_16(bytes: &[u8; 16]) -> Classes {
    // SAFETY: SSE2 is part of every x86-64. Byte by byte the words take 8 times as long.
    unsafe { classify_sse2(bytes) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "sse2")]
#[inline]
fn classify_sse2(bytes: &[u8; 16]) -> Classes {
    use std::arch::x86_64::*;
    let half = |at: usize| i64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
    let text = _mm_set_epi64x(half(8), half(0));
    let all = |byte: u8| _mm_set1_epi8(byte as i8);
    let mask = |equal| _mm_movemask_epi8(equal) as u16 as u64;
    let is = |byte| _mm_cmpeq_epi8(text, all(byte));
    let within = |text, first: u8, count: u8| {
        let offset = _mm_sub_epi8(text, all(first));
        _mm_cmpeq_epi8(_mm_min_epu8(offset, all(count - 1)), offset)
    };
    let both = _mm_or_si128(is(b'.'), is(b'\''));
    Classes {
        letters: mask(within(_mm_or_si128(text, all(0x20)), b'a', 26)),
        digits: mask(within(text, b'0', 10)),
        mid_letters: mask(_mm_or_si128(both, is(b':'))),
        mid_numbers: mask(_mm_or_si128(both, _mm_or_si128(is(b','), is(b';')))),
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn classify_16(bytes: &[u8; 16]) -> Classes {
    classify_plain(bytes)
}

#[cfg(any(test, not(target_arch = "x86_64")))]
fn classify_plain(bytes: &[u8; 16]) -> Classes {
    let mask =
        |is: fn(&u8) -> bool| bytes.iter().rev().fold(0, |mask, byte| mask << 1 | is(byte) as u64);
    Classes {
        letters: mask(u8::is_ascii_alphabetic),
        digits: mask(u8::is_ascii_digit),
        mid_letters: mask(|byte| matches!(byte, b'.' | b'\'' | b':')),
        mid_numbers: mask(|byte| matches!(byte, b'.' | b'\'' | b',' | b';')),
    }
}

/// The classes of the 64 bytes from `at` on; past the end there is nothing.
fn classify_64(run: &[u8], at: usize) -> Classes {
    let mut classes = Classes::default();
    for (part, bytes) in run[at.min(run.len())..].chunks(16).take(4).enumerate() {
        let mut padded = [b' '; 16];
        let found = match bytes.try_into() {
            Ok(whole) => classify_16(whole),
            Err(_) => {
                padded[..bytes.len()].copy_from_slice(bytes);
                classify_16(&padded)
            }
        };
        classes.letters |= found.letters << (16 * part);
        classes.digits |= found.digits << (16 * part);
        classes.mid_letters |= found.mid_letters << (16 * part);
        classes.mid_numbers |= found.mid_numbers << (16 * part);
    }
    classes
}

/// Appends the position of every edge of a word, starts and ends in turn.
fn find_edges(run: &[u8], edges: &mut Vec<u32>) {
    let (mut before, mut here) = (Classes::default(), classify_64(run, 0));
    let mut word_before = 0;
    for at in (0..run.len()).step_by(64) {
        let after = classify_64(run, at + 64);
        let between = |before: u64, here: u64, after: u64| {
            (here << 1 | before >> 63) & (here >> 1 | after << 63)
        };
        let joins = here.mid_letters & between(before.letters, here.letters, after.letters)
            | here.mid_numbers & between(before.digits, here.digits, after.digits);
        let word = here.letters | here.digits | joins;
        push_bits(word ^ (word << 1 | word_before >> 63), at as u32, edges);
        (before, here, word_before) = (here, after, word);
    }
    if word_before >> 63 == 1 && run.len().is_multiple_of(64) {
        edges.push(run.len() as u32);
    }
}

/// Appends `first` plus the number of each bit that is set.
fn push_bits(mut bits: u64, first: u32, positions: &mut Vec<u32>) {
    let count = bits.count_ones() as usize;
    let end = positions.len();
    // Eight at a time: how many there are is known only to the last, unpredictable, branch.
    positions.resize(end + count.next_multiple_of(8), 0);
    for group in positions[end..].chunks_exact_mut(8) {
        for position in group {
            *position = first + bits.trailing_zeros();
            bits &= bits.wrapping_sub(1);
        }
    }
    positions.truncate(end + count);
}

/// Bytes copied in one go. Most words are shorter, and a copy of fixed size is one instruction.
const COPIED: usize = 16;

/// Buffers that serve one run after another.
#[derive(Default)]
pub struct Scratch {
    lower: Vec<u8>,
    edges: Vec<u32>,
}

/// Appends the words of an ASCII run, each followed by one space.
pub fn push_words(run: &[u8], scratch: &mut Scratch, buffer: &mut Vec<u8>, starts: &mut Vec<u32>) {
    let Scratch { lower, edges } = scratch;
    lower.clear();
    lower.extend_from_slice(run);
    lower.make_ascii_lowercase();
    lower.resize(run.len() + COPIED, 0);
    edges.clear();
    find_edges(run, edges);
    let mut end = buffer.len();
    buffer.resize(end + run.len() + 1 + COPIED, 0);
    starts.reserve(edges.len() / 2);
    for word in edges.as_chunks::<2>().0 {
        let (from, to) = (word[0] as usize, word[1] as usize);
        starts.push(end as u32 | ((run[from] != lower[from]) as u32 * CAPITAL));
        let length = to - from;
        if length <= COPIED {
            let (source, target) = (&lower[from..from + COPIED], &mut buffer[end..end + COPIED]);
            target.copy_from_slice(source);
        } else {
            buffer[end..end + length].copy_from_slice(&lower[from..to]);
        }
        buffer[end + length] = b' ';
        end += length + 1;
    }
    buffer.truncate(end);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn classes_are_those_of_the_plain_code(bytes: [u8; 16]) {
            prop_assert_eq!(classify_16(&bytes), classify_plain(&bytes));
        }
    }
}
