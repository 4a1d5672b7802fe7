//! Words on any processor: edges of words from bit masks, words copied one by one.

use super::Run;
use super::classes::{Classes, LOWER_CASE, words_among};
use crate::text::words::word::CAPITAL;

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn classify_16(bytes: &[u8; 16]) -> Classes {
    // SAFETY: SSE2 is part of every x86-64. Byte by byte, words took twice the time.
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
        letters: mask(within(_mm_or_si128(text, all(0x20)), b'a', 26)) | mask(text),
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
        letters: mask(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii()),
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
        let word = words_among(&before, &here, &after);
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

/// Appends the words of a run, each followed by one space. `edges` is scratch.
pub fn push_words(
    run: &mut Run,
    edges: &mut Vec<u32>,
    buffer: &mut Vec<u8>,
    starts: &mut Vec<u32>,
) {
    edges.clear();
    find_edges(run.bytes(), edges);
    let first = buffer.len();
    buffer.resize(first + run.bytes().len() + 1 + COPIED, 0);
    run.pad(COPIED);
    let (run, words) = (&*run, &mut buffer[first..]);
    let mut end = 0;
    starts.extend(edges.as_chunks().0.iter().map(|&[from, to]| {
        let (from, length) = (from as usize, (to - from) as usize);
        let letter = run.padded()[from];
        let spelt = run.capitals(from) >> (from % 64) & 1 == 1;
        let is_capital = spelt || letter.is_ascii() && letter & LOWER_CASE == 0;
        let start = (first + end) as u32 | (is_capital as u32 * CAPITAL);
        for at in (0..length).step_by(COPIED) {
            let bytes: [u8; COPIED] =
                run.padded()[from + at..][..COPIED].try_into().expect("as long");
            // Those beyond ASCII are spelt already.
            let lower = bytes.map(|byte| byte | ((!byte & 0x80) / (0x80 / LOWER_CASE)));
            words[end + at..][..COPIED].copy_from_slice(&lower);
        }
        words[end + length] = b' ';
        end += length + 1;
        start
    }));
    buffer.truncate(first + end);
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
