//! Candidates by locality-sensitive hashing: articles whose signatures agree in a whole band.

use hashbrown::HashMap;
use rayon::prelude::*;

use super::bucket::{self, Bounded, CROWD};
use super::{Articles, Pair};
use crate::banding::{NUM_BANDS, bucket_key};
use crate::error::Result;
use crate::progress::Progress;
use crate::signature::agreements;

/// Slots of 128 that must agree before a pair is verified. At the `syndicated` threshold, Jaccard
/// 1/3, the mean is 42.7 with a deviation of 5.3, so that one pair in 50,000 is lost here.
const MIN_AGREEMENTS: usize = 21;

/// The same for a pair that met only in crowded buckets, where what is shared is common and only
/// a containment of .7 counts: for lengths alike Jaccard .54, 69 slots of 128.
const MIN_AGREEMENTS_IN_CROWD: usize = 40;

/// The crowded buckets of one band, with their hubs.
type Crowded = HashMap<u64, Vec<u32>>;

pub fn find(articles: &Articles, progress: &Progress) -> Result<(Vec<Pair>, Bounded)> {
    let work = articles.members.len() as u64;
    let bands: Vec<Band> = (0..NUM_BANDS)
        .into_par_iter()
        .map(|band| {
            progress.add(work / NUM_BANDS as u64)?;
            Ok(pair_band(articles, band))
        })
        .collect::<Result<_>>()?;
    let mut bounded = Bounded::default();
    let mut pairs = Vec::new();
    let mut crowded = Vec::with_capacity(NUM_BANDS);
    for band in bands {
        bounded.add(&band.bounded);
        pairs.extend(band.pairs);
        crowded.push(band.crowded);
    }
    if bounded.buckets > 0 {
        pairs.par_extend(articles.members.par_iter().flat_map_iter(|&article| {
            let hubs = crowded_hubs(articles, &crowded, article);
            bucket::best_hubs(articles, hubs)
                .into_iter()
                .map(move |hub| articles.pair(article, hub))
        }));
    }
    Ok((pairs, bounded))
}

struct Band {
    pairs: Vec<Pair>,
    crowded: Crowded,
    bounded: Bounded,
}

fn pair_band(articles: &Articles, band: usize) -> Band {
    let sketches = &articles.corpus.sketches;
    let mut keyed: Vec<(u64, u32)> = articles
        .members
        .iter()
        .map(|&article| (bucket_key(sketches.signature(article), band), article))
        .collect();
    keyed.sort_unstable();
    let mut found =
        Band { pairs: Vec::new(), crowded: Crowded::new(), bounded: Bounded::default() };
    for bucket in keyed.chunk_by(|a, b| a.0 == b.0) {
        if bucket.len() > CROWD {
            let hubs = bucket::hubs(articles, bucket.iter().map(|&(_, article)| article));
            found.bounded.count(bucket.len(), hubs.len());
            found.crowded.insert(bucket[0].0, hubs);
            continue;
        }
        for (index, &(_, a)) in bucket.iter().enumerate() {
            for &(_, b) in &bucket[..index] {
                if agreements(sketches.signature(a), sketches.signature(b)) >= MIN_AGREEMENTS {
                    found.pairs.push(articles.pair(a, b));
                }
            }
        }
    }
    found
}

/// (slots agreeing, hub) for the hubs of the crowded buckets that an article is in.
fn crowded_hubs(articles: &Articles, crowded: &[Crowded], article: u32) -> Vec<(usize, u32)> {
    let sketches = &articles.corpus.sketches;
    let signature = sketches.signature(article);
    let mut hubs: Vec<u32> = crowded
        .iter()
        .enumerate()
        .filter_map(|(band, buckets)| buckets.get(&bucket_key(signature, band)))
        .flatten()
        .copied()
        .filter(|&hub| hub != article)
        .collect();
    hubs.sort_unstable();
    hubs.dedup();
    hubs.into_iter()
        .map(|hub| (agreements(signature, sketches.signature(hub)), hub))
        .filter(|&(agreeing, _)| agreeing >= MIN_AGREEMENTS_IN_CROWD)
        .collect()
}
