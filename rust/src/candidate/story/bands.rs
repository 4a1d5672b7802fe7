//! Rewrites by locality-sensitive hashing over the story shingles.

use std::ops::Range;

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::stories::{InTime, Stories};
use crate::candidate::articles::Articles;
use crate::candidate::bucket::{Bounded, CROWD};
use crate::error::Result;
use crate::progress::Progress;
use crate::sketch::signature::{Instructions, Permutations};

/// Bands and rows: a pair with a Jaccard index of .3 becomes a candidate with probability .89, one
/// with .1, as two articles on one topic may have, with .08.
const BANDS: usize = 80;
const ROWS: usize = 3;

/// Bands whose signatures are made in one go through the stems.
const BANDS_AT_ONCE: usize = 10;

/// Articles that follow one in time in a crowded bucket and are compared with it; in any other all
/// are.
const NEIGHBOURS: usize = 4;

/// Pairs of places in `in_time`, the earlier first, and the pairs that were not looked at.
pub fn find(
    articles: &Articles,
    stories: &Stories,
    in_time: &InTime,
    progress: &Progress,
) -> Result<(Vec<(u32, u32)>, Bounded)> {
    let at_once = articles.at_once(size_of::<u64>(), BANDS_AT_ONCE);
    let starts = |group| (0..BANDS_AT_ONCE).step_by(at_once).map(move |first| (group, first));
    let groups: Vec<(usize, usize)> = (0..BANDS / BANDS_AT_ONCE).flat_map(starts).collect();
    let mut pairs = Vec::new();
    let mut bounded = Bounded::default();
    for groups in groups.chunks(rayon::current_num_threads()) {
        let found: Vec<(Vec<(u32, u32)>, Bounded)> = groups
            .par_iter()
            .map(|&(group, first)| {
                let bands = first..BANDS_AT_ONCE.min(first + at_once);
                progress.add((in_time.articles.len() * bands.len() / BANDS) as u64)?;
                pair_bands(articles, stories, in_time, group, bands)
            })
            .collect::<Result<_>>()?;
        for (found, left_out) in found {
            pairs.extend(found);
            bounded.add(&left_out);
        }
        // Many meet in several bands.
        pairs.par_sort_unstable();
        pairs.dedup();
    }
    Ok((pairs, bounded))
}

/// Pairs in some bands of a group: those whose signatures are made together.
fn pair_bands(
    articles: &Articles,
    stories: &Stories,
    in_time: &InTime,
    group: usize,
    bands: Range<usize>,
) -> Result<(Vec<(u32, u32)>, Bounded)> {
    let fastest = Instructions::available()[0];
    let permutations = Permutations::new(BANDS_AT_ONCE * ROWS, group as u32, fastest);
    // The key of a bucket and a place in one number each: sorting takes most of the time.
    let mut keyed: Vec<Vec<u64>> =
        bands.clone().map(|_| Vec::with_capacity(in_time.articles.len())).collect();
    let (mut mixed, mut signature) = (Vec::new(), Vec::new());
    let mut hashes: Vec<u64> = Vec::new();
    for members in articles.blocks() {
        stories.visit(members, |article, telling, _| {
            if telling.is_empty() {
                return;
            }
            hashes.clear();
            hashes.extend(telling.iter().map(|&stem| stem as u64));
            signature.clear();
            permutations.sign(&hashes, &mut mixed, &mut signature);
            let place = in_time.places[article as usize] as u64;
            let rows = &signature.as_chunks::<ROWS>().0[bands.clone()];
            for (rows, keyed) in rows.iter().zip(&mut keyed) {
                keyed.push(key(rows) << 32 | place);
            }
        })?;
    }
    let mut pairs = Vec::new();
    let mut bounded = Bounded::default();
    for mut keyed in keyed {
        keyed.sort_unstable();
        for bucket in keyed.chunk_by(|x, y| x >> 32 == y >> 32).filter(|bucket| bucket.len() > 1) {
            let most = if bucket.len() > CROWD { NEIGHBOURS } else { CROWD };
            let mut left_out = 0;
            for (at, &member) in bucket.iter().enumerate() {
                let place = member as u32;
                let end = in_time.near_until(place);
                let after = &bucket[at + 1..];
                let near = after.partition_point(|&other| (other as u32) < end);
                let compared = near.min(most);
                left_out += near - compared;
                pairs.extend(after[..compared].iter().map(|&other| (place, other as u32)));
            }
            bounded.count_left_out(left_out);
        }
    }
    Ok((pairs, bounded))
}

/// 32 bits of the bucket that three rows fall into.
fn key(rows: &[u32; ROWS]) -> u64 {
    xxh3_64(rows.map(u32::to_le_bytes).as_flattened()) >> 32
}
