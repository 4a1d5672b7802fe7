//! The fastest path: text of ASCII and, as [`super::table`] spells them, Latin letters with diacritics.
//!
//! Bytes are classified many at a time into bit masks, and words found by shifts and logic on
//! those, so that the ends of words, which no processor predicts, cost no branch.

mod avx512;
mod classes;
mod portable;
mod run;

pub use run::Run;

/// The first byte from `at` on that plain ASCII rules do not cover: no ASCII, the underscore, which
/// joins words but is none, or DELETE, which is not seen.
pub fn find_special(bytes: &[u8], at: usize) -> Option<usize> {
    let (chunks, rest) = bytes[at..].as_chunks();
    for (place, chunk) in chunks.iter().enumerate() {
        let plain = count_plain(*chunk);
        if plain < 8 {
            return Some(at + 8 * place + plain);
        }
    }
    let found = rest.iter().position(|&byte| byte >= 0x7f || byte == b'_');
    found.map(|offset| bytes.len() - rest.len() + offset)
}

/// How many bytes stand before the first that is special, as for [`find_special`].
#[inline(always)]
fn count_plain(bytes: [u8; 8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let word = u64::from_le_bytes(bytes);
    let other = word ^ (ONES * b'_' as u64);
    // A zero byte in `other` is an underscore (Mycroft 1987); the lowest flag is always right.
    // One more than DELETE is no ASCII.
    let underscore = other.wrapping_sub(ONES) & !other;
    let special = (word | word.wrapping_add(ONES) | underscore) & HIGH;
    special.trailing_zeros() as usize / 8
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r')
}

pub fn after_last_blank(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|&byte| is_blank(byte)).map_or(0, |blank| blank + 1)
}

/// Appends the words of a run, each followed by one space. The run may be padded, and `edges` is
/// scratch.
pub fn push_words(
    run: &mut Run,
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
        fn both_ways_give_the_same_words(text in "([a-zA-ZéÉđơƠệỆ]{1,9}|[0-9]{1,3}|[.,:;' -]){0,80}|([a-zA-Zé] ){0,80}") {
            let (mut run, mut words, mut starts) = (Run::default(), Vec::new(), Vec::new());
            for character in text.chars() {
                if character.is_uppercase() {
                    run.mark_capital();
                }
                let mut bytes = [0; 8];
                let length = character.encode_utf8(&mut bytes).len();
                run.push(bytes, length);
            }
            let (mut words_too, mut starts_too) = (Vec::new(), Vec::new());
            let wide = avx512::push_words(&run, &mut words_too, &mut starts_too);
            portable::push_words(&mut run, &mut Vec::new(), &mut words, &mut starts);
            prop_assert!(!wide || (words, starts) == (words_too, starts_too));
        }
    }
}
