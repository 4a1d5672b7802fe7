//! An article made ready to be compared: its words and its shingles.

use crate::text::hash_sort::sort_by_hash;
use crate::text::shingle::hash_shingles;
use crate::text::words::Words;

/// An article made ready to be compared.
#[derive(Default)]
pub struct Prepared {
    pub words: Words,
    /// The hashes of the shingles in the order of the text, repeated ones too.
    pub in_order: Vec<u64>,
    /// The place of each in the set.
    pub places: Vec<u32>,
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
        let mut sorted: Vec<(u64, u32)> = self.in_order.iter().copied().zip(0..).collect();
        sort_by_hash(&mut sorted, |item| (item.0 >> 32) as u32);
        self.places.resize(sorted.len(), 0);
        self.shingles.clear();
        for (hash, place) in sorted {
            if self.shingles.last() != Some(&hash) {
                self.shingles.push(hash);
            }
            self.places[place as usize] = self.shingles.len() as u32 - 1;
        }
    }
}
