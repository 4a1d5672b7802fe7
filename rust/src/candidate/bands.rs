//! Candidates by locality-sensitive hashing: articles whose signatures agree in a whole band.

use hashbrown::HashMap;
use rayon::prelude::*;

use super::articles::{Articles, read_block};
use super::bucket::{self, Bounded, CROWD};
use crate::corpus::Pair;
use crate::error::Result;
use crate::progress::Progress;
use crate::sketch::banding::{NUM_BANDS, ROWS_PER_BAND, bucket_key};
use crate::sketch::signature::agreements;

/// Slots of 128 that must agree before a pair is verified. At the `syndicated` threshold, Jaccard
/// 1/3, the mean is 42.7 with a deviation of 5.3, so that one pair in 50,000 is lost here.
const MIN_AGREEMENTS: usize = 21;

/// The same for a pair that met only in crowded buckets, where what is shared is common and only
/// a containment of .7 counts: for lengths alike Jaccard .54, 69 slots of 128.
const MIN_AGREEMENTS_IN_CROWD: usize = 40;

/// The crowded buckets of one band, with their hubs.
type Crowded = HashMap<u64, Vec<u32>>;

/// Bands whose keys are gathered together: as many as a cache line of a signature holds, or fewer
/// where memory is short.
const BANDS_AT_ONCE: usize = 16 / ROWS_PER_BAND;

pub fn find(articles: &Articles, progress: &Progress) -> Result<(Vec<Pair>, Bounded)> {
    let work = articles.members.len() as u64;
    let bands: Vec<usize> = (0..NUM_BANDS).collect();
    let at_once = articles.at_once(size_of::<Keyed>(), BANDS_AT_ONCE);
    let mut bounded = Bounded::default();
    let mut pairs = Vec::new();
    let mut crowded = Vec::with_capacity(NUM_BANDS);
    for bands in bands.chunks(at_once * rayon::current_num_threads()) {
        let found: Vec<Vec<Band>> = bands
            .par_chunks(at_once)
            .map(|bands| {
                progress.add(work * bands.len() as u64 / NUM_BANDS as u64)?;
                pair_bands(articles, bands)
            })
            .collect::<Result<_>>()?;
        for band in found.into_iter().flatten() {
            bounded.add(&band.bounded);
            pairs.extend(band.pairs);
            crowded.push(band.crowded);
        }
        // Copies meet in most bands.
        pairs.par_sort_unstable();
        pairs.dedup();
    }
    if bounded.buckets > 0 {
        let signatures = &articles.corpus.sketches.signatures;
        pairs.extend(bucket::pair_with_hubs(articles, signatures, |article, signature| {
            crowded_hubs(articles, &crowded, article, signature)
        })?);
    }
    Ok((pairs, bounded))
}

struct Band {
    pairs: Vec<Pair>,
    crowded: Crowded,
    bounded: Bounded,
}

/// The key of a bucket and an article.
type Keyed = (u64, u32);

fn pair_bands(articles: &Articles, bands: &[usize]) -> Result<Vec<Band>> {
    let mut keyed: Vec<Vec<Keyed>> =
        bands.iter().map(|_| Vec::with_capacity(articles.members.len())).collect();
    let mut buffer = Vec::new();
    for members in articles.blocks() {
        let block = read_block(&articles.corpus.sketches.signatures, members, &mut buffer)?;
        for &article in members {
            let signature = block.get(article);
            for (&band, keyed) in bands.iter().zip(&mut keyed) {
                keyed.push((bucket_key(signature, band), article));
            }
        }
    }
    keyed.into_iter().map(|keyed| pair_band(articles, keyed)).collect()
}

/// Sorts (key, article) into buckets and pairs what meets in them.
fn pair_band(articles: &Articles, mut keyed: Vec<Keyed>) -> Result<Band> {
    let signatures = &articles.corpus.sketches.signatures;
    let (mut buffer_a, mut buffer_b) = (Vec::new(), Vec::new());
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
        for (index, &(_, a)) in bucket.iter().enumerate().skip(1) {
            let signature = signatures.get(a, &mut buffer_a)?;
            for &(_, b) in &bucket[..index] {
                if agreements(signature, signatures.get(b, &mut buffer_b)?) >= MIN_AGREEMENTS {
                    found.pairs.push(articles.pair(a, b));
                }
            }
        }
    }
    Ok(found)
}

/// (slots agreeing, hub) for the hubs of the crowded buckets that an article is in.
fn crowded_hubs(
    articles: &Articles,
    crowded: &[Crowded],
    article: u32,
    signature: &[u32],
) -> Result<Vec<(usize, u32)>> {
    let signatures = &articles.corpus.sketches.signatures;
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
    let mut alike = Vec::new();
    let mut buffer = Vec::new();
    for hub in hubs {
        let agreeing = agreements(signature, signatures.get(hub, &mut buffer)?);
        if agreeing >= MIN_AGREEMENTS_IN_CROWD {
            alike.push((agreeing, hub));
        }
    }
    Ok(alike)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::compression::Compression;
    use crate::corpus::rank::{KeepRule, Ranking};
    use crate::corpus::{Batch, Corpus, Kind, Location, Source};
    use crate::sketch::banding::NUM_PERM;
    use crate::sketch::signature::{Instructions, Permutations};
    use crate::sketch::sketches::{Scratch, Sketcher};

    const PAIRS: u32 = 400;

    /// A text of 320 words of its own, every tenth replaced in the edited version. Half of the
    /// shingles of each are shared, which makes a Jaccard index of 1/3.
    fn text(number: u32, edited: bool) -> String {
        let word = |place| if edited && place % 10 == 0 { "edited" } else { "word" };
        (0..320).map(|place| format!("{}{number}x{place} ", word(place))).collect()
    }

    #[test]
    fn bands_alone_find_99_in_100_at_the_syndicated_threshold() {
        let mut corpus = Corpus::default();
        let source =
            corpus.add_source(Source::new("pairs".as_ref(), "pairs", Kind::Table { rows: 0 }));
        let texts: Vec<String> =
            (0..PAIRS).flat_map(|number| [text(number, false), text(number, true)]).collect();
        let permutations = Permutations::new(NUM_PERM, 1, Instructions::available()[0]);
        let sketcher = Sketcher { permutations, stories: false };
        let (mut batch, mut scratch) = (Batch::default(), Scratch::default());
        for (row, text) in (1..).zip(&texts) {
            let location = Location { offset: 0, source, length: text.len() as u32, row };
            batch.push(location, None, None, text, &sketcher, &mut scratch);
        }
        corpus.append(batch).unwrap();
        let everyone: Vec<u32> = (0..2 * PAIRS).collect();
        let ranks = |rule| Ranking::of(&corpus, rule).ranks;
        let (keep, length) = (ranks(KeepRule::First), ranks(KeepRule::Longest));
        let articles = Articles::new(&corpus, &everyone, &keep, &length);
        let (mut pairs, _) = find(&articles, &Progress::default()).unwrap();
        pairs.sort_unstable();
        pairs.dedup();
        let found = pairs.iter().filter(|&&(a, b)| a == b + 1 && b % 2 == 0).count();
        assert!(found * 100 >= PAIRS as usize * 99, "{found} of {PAIRS}");
        assert_eq!(pairs.len(), found, "unrelated pairs");
    }
}
