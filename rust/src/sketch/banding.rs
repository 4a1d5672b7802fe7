//! Locality-sensitive hashing: a signature cut into bands, equal bands meeting in a bucket.

/// Permutations of a surface signature.
pub const NUM_PERM: usize = 128;

/// Rows to a band. With 64 bands of 2 rows a pair at the `syndicated` threshold, Jaccard 1/3,
/// becomes a candidate with probability 1 - (1 - 1/9)^64 = .9995; 42 bands of 3 rows give .79.
pub const ROWS_PER_BAND: usize = 2;
pub const NUM_BANDS: usize = NUM_PERM / ROWS_PER_BAND;

/// The bucket of a signature in one band. Two rows of 32 bits are the key itself, so that only
/// articles equal in that band share a bucket.
pub fn bucket_key(signature: &[u32], band: usize) -> u64 {
    let rows = &signature[band * ROWS_PER_BAND..(band + 1) * ROWS_PER_BAND];
    (rows[0] as u64) << 32 | rows[1] as u64
}
