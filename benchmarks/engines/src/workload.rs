//! An article is 64 keys and a record. In the order of their numbers, every sixth article is a
//! version of an earlier one and has half its keys.

use std::ops::Range;

const KEYS: usize = 64;
const RECORD_WORDS: usize = 188;

pub fn keys(article: u64) -> Vec<u64> {
    let mut random = Random::new(article);
    let mut own: Vec<u64> = (0..KEYS).map(|_| random.next()).collect();
    if article % 6 == 5 {
        let original = random.next() % article / 6 * 6;
        own[..KEYS / 2].copy_from_slice(&keys(original)[..KEYS / 2]);
    }
    own
}

/// (key, article) of each posting, in order: engines take them faster so.
pub fn postings(articles: Range<u64>) -> Vec<(u64, u32)> {
    let mut all: Vec<(u64, u32)> = articles
        .flat_map(|article| keys(article).into_iter().map(move |key| (key, article as u32)))
        .collect();
    all.sort_unstable();
    all
}

pub fn posting(key: u64, article: u32) -> [u8; 12] {
    let mut bytes = [0; 12];
    bytes[..8].copy_from_slice(&key.to_be_bytes());
    bytes[8..].copy_from_slice(&article.to_be_bytes());
    bytes
}

/// As long as a compressed article, and as random.
pub fn record(article: u64) -> Vec<u8> {
    let mut random = Random::new(!article);
    (0..RECORD_WORDS).flat_map(|_| random.next().to_le_bytes()).collect()
}

/// SplitMix64: Steele, Lea and Flood 2014.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xd134_2543_de82_ef95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }
}
