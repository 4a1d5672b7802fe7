//! Surface shingles: five consecutive words, hashed.

use xxhash_rust::xxh3::xxh3_64;

use crate::text::words::Words;

/// Words to a shingle, as for FineWeb and in Broder's first experiments on web pages.
pub const SHINGLE_WORDS: usize = 5;

/// One shingle in 2^3 is sampled (FracMinHash, Irber et al. 2022).
pub const SAMPLE_BITS: u32 = 3;

/// Hashes of the shingles in the order of the text, repeated ones included: XXH3-64 over the words
/// joined by one space. Fewer than five words are one shingle, none are none.
pub fn hash_shingles(words: &Words, hashes: &mut Vec<u64>) {
    hashes.clear();
    hashes.reserve(words.len());
    for shingle in shingles(words) {
        hashes.push(xxh3_64(shingle));
    }
}

/// Sorts the hashes and drops repeated ones: the shingle set.
pub fn make_set(hashes: &mut Vec<u64>) {
    hashes.sort_unstable();
    hashes.dedup();
}

/// The sampled ones of the shingles: hashes below 1/8 of the range, shortened to 32 bits. The low
/// 29 bits of the hash take no part.
pub fn sample(hashes: &[u64]) -> impl Iterator<Item = u32> {
    hashes
        .iter()
        .filter(|&&hash| is_sampled(hash))
        .map(|&hash| (hash >> (u64::BITS - SAMPLE_BITS - 32)) as u32)
}

/// The sampled ones of a shingle set that is sorted.
pub fn sampled(set: &[u64]) -> &[u64] {
    &set[..set.partition_point(|&hash| is_sampled(hash))]
}

fn is_sampled(hash: u64) -> bool {
    hash >> (u64::BITS - SAMPLE_BITS) == 0
}

/// The shingles in the order of the text.
fn shingles(words: &Words) -> impl Iterator<Item = &[u8]> {
    let count = words.len().clamp(1, SHINGLE_WORDS);
    words.windows(count)
}

/// The distinct shingles as text, in the order in which they first appear.
pub fn distinct(words: &Words) -> Vec<String> {
    let mut seen = hashbrown::HashSet::new();
    shingles(words)
        .filter(|shingle| seen.insert(*shingle))
        .map(|shingle| String::from_utf8_lossy(shingle).into_owned())
        .collect()
}
