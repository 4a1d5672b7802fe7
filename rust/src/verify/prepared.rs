//! An article made ready to be compared: its words and its shingles.

use crate::text::shingle::{hash_shingles, make_set};
use crate::text::words::Words;

/// An article made ready to be compared.
#[derive(Default)]
pub struct Prepared {
    pub words: Words,
    /// The hashes of the shingles in the order of the text, repeated ones too.
    pub in_order: Vec<u64>,
    /// The shingle set, sorted.
    pub shingles: Vec<u64>,
}

impl Prepared {
    pub fn of(text: &str) -> Prepared {
        let mut prepared = Prepared::default();
        prepared.words.read(text);
        prepared.finish();
        prepared
    }

    /// Makes of the words what is made of them.
    pub fn finish(&mut self) {
        hash_shingles(&self.words, &mut self.in_order);
        self.shingles.clone_from(&self.in_order);
        make_set(&mut self.shingles);
    }
}
