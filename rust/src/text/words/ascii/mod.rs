//! The fast path: text that is ASCII once typographic punctuation is replaced.
//!
//! Bytes are classified many at a time into bit masks, and words found by shifts and logic on
//! those, so that the ends of words, which no processor predicts, cost no branch.

mod avx512;
mod classes;
mod portable;

/// The first byte from `at` on that plain ASCII rules do not cover: no ASCII, the underscore, which
/// joins words but is none, or DELETE, which is not seen.
pub fn find_special(bytes: &[u8], at: usize) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let mut position = at;
    for chunk in bytes[at..].chunks_exact(8) {
        let word = u64::from_le_bytes(chunk.try_into().expect("eight bytes"));
        let other = word ^ (ONES * b'_' as u64);
        // A zero byte in `other` is an underscore (Mycroft 1987); the lowest flag is always right.
        // One more than DELETE is no ASCII.
        let underscore = other.wrapping_sub(ONES) & !other;
        let special = (word | word.wrapping_add(ONES) | underscore) & HIGH;
        if special != 0 {
            return Some(position + special.trailing_zeros() as usize / 8);
        }
        position += 8;
    }
    bytes[position..]
        .iter()
        .position(|&byte| byte >= 0x7f || byte == b'_')
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

/// Appends the words of an ASCII run, each followed by one space. The run may be padded, and
/// `edges` is scratch.
pub fn push_words(
    run: &mut Vec<u8>,
    edges: &mut Vec<u32>,
    buffer: &mut Vec<u8>,
    starts: &mut Vec<u32>,
) {
    if !avx512::push_words(run, buffer, starts) {
        portable::push_words(run, edges, buffer, starts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_ways_give_the_same_words(text in "([a-zA-Z]{1,9}|[0-9]{1,3}|[.,:;' -]){0,80}|([a-zA-Z] ){0,80}") {
            let (mut run, mut words, mut starts) = (text.into_bytes(), Vec::new(), Vec::new());
            let (mut words_too, mut starts_too) = (Vec::new(), Vec::new());
            let wide = avx512::push_words(&run, &mut words_too, &mut starts_too);
            portable::push_words(&mut run, &mut Vec::new(), &mut words, &mut starts);
            prop_assert!(!wide || (words, starts) == (words_too, starts_too));
        }
    }
}
