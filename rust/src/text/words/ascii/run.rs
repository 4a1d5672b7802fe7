//! What is gathered before its words are found.

use super::{after_last_blank, count_plain, find_special};

/// Bytes of ASCII and of letters in the spelling that they have in words: no byte beyond ASCII is
/// anything else.
#[derive(Default)]
pub struct Run {
    /// Of which the first `end` count.
    bytes: Vec<u8>,
    end: usize,
    /// A bit for each byte, of which those at the end may lack: whether a capital letter was spelt there.
    /// Those of ASCII show it themselves.
    capitals: Vec<u64>,
}

impl Run {
    pub fn clear(&mut self) {
        self.end = 0;
        self.capitals.clear();
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.end]
    }

    /// Makes sure that so many bytes follow in [`Run::padded`].
    pub fn pad(&mut self, bytes: usize) {
        self.make_room(bytes);
    }

    /// The bytes and some behind them.
    pub fn padded(&self) -> &[u8] {
        &self.bytes
    }

    /// Which of the 64 bytes from the given one on, a multiple of 64, begin a capital letter beyond ASCII.
    pub fn capitals(&self, at: usize) -> u64 {
        self.capitals.get(at / 64).copied().unwrap_or(0)
    }

    #[inline(always)]
    fn make_room(&mut self, bytes: usize) {
        if self.bytes.len() < self.end + bytes {
            self.bytes.resize(2 * (self.end + bytes), 0);
        }
    }

    /// Appends the first `length` bytes.
    #[inline(always)]
    pub fn push(&mut self, bytes: [u8; 8], length: usize) {
        self.make_room(8);
        self.bytes[self.end..self.end + 8].copy_from_slice(&bytes);
        self.end += length;
    }

    /// What is pushed next is a capital letter.
    pub fn mark_capital(&mut self) {
        let place = self.end / 64;
        if self.capitals.len() <= place {
            self.capitals.resize(place + 1, 0);
        }
        self.capitals[place] |= 1 << (self.end % 64);
    }

    /// Appends the bytes from `at` on that are not special, as for [`find_special`], and returns where
    /// the first is that is.
    #[inline(always)]
    pub fn copy_plain(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        // What is special stands close in some languages, and far apart in others.
        const NEAR: usize = 4;
        let (chunks, _) = bytes[at..].as_chunks();
        for (place, chunk) in chunks.iter().take(NEAR).enumerate() {
            let plain = count_plain(*chunk);
            self.push(*chunk, plain);
            if plain < 8 {
                return Some(at + 8 * place + plain);
            }
        }
        let at = at + 8 * chunks.len().min(NEAR);
        let special = find_special(bytes, at);
        let plain = &bytes[at..special.unwrap_or(bytes.len())];
        self.make_room(plain.len());
        self.bytes[self.end..self.end + plain.len()].copy_from_slice(plain);
        self.end += plain.len();
        special
    }

    /// Takes away what stands behind the last blank.
    pub fn drop_word(&mut self) {
        self.end = after_last_blank(self.bytes());
        self.capitals.truncate(self.end.div_ceil(64));
        if let Some(last) = self.capitals.get_mut(self.end / 64) {
            *last &= (1 << (self.end % 64)) - 1;
        }
    }
}
