//! How a word stands among others.

/// The high bit of a word's start says that the word begins with a capital in the source.
pub const CAPITAL: u32 = 1 << 31;

/// Appends one word and its separator.
pub fn push_word(word: &str, capital: bool, buffer: &mut Vec<u8>, starts: &mut Vec<u32>) {
    starts.push(buffer.len() as u32 | if capital { CAPITAL } else { 0 });
    buffer.extend_from_slice(word.as_bytes());
    buffer.push(b' ');
}
