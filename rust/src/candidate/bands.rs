//! Candidates by locality-sensitive hashing: articles whose signatures agree in a whole band.

use hashbrown::HashMap;
use rayon::prelude::*;

use super::articles::{Articles, in_part, read_block, room_for_part};
use super::bucket::{self, Bounded, CROWD};
use super::buckets::{self, buckets};
use super::components::Components;
use crate::error::Result;
use crate::memory::lists::Lists;
use crate::memory::sorted::{Local, Sorter};
use crate::memory::temporary::TemporaryFile;
use crate::progress::Progress;
use crate::sketch::banding::{NUM_BANDS, ROWS_PER_BAND, bucket_key};
use crate::sketch::signature::agreements;

/// Slots of 128 that must agree before a pair is verified. At the `syndicated` threshold, Jaccard
/// 1/3, the mean is 42.7 with a deviation of 5.3, so that one pair in 50,000 is lost here.
const MIN_AGREEMENTS: usize = 21;

/// The same for a pair that met only in crowded buckets, where what is shared is common and only
/// a containment of .7 counts: for lengths alike Jaccard .54, 69 slots of 128.
const MIN_AGREEMENTS_IN_CROWD: usize = 40;

/// Slots of 128 that agree in articles which hold nearly the same text: a Jaccard index of .65. These
/// are one holder of a passage.
const SAME_TEXT: usize = 83;

/// Whether a pair that met in a bucket is verified, by the slots that agree.
pub fn may_be_alike(agreeing: usize) -> bool {
    agreeing >= MIN_AGREEMENTS
}

/// The same of an article and a hub of a crowded bucket.
pub fn may_be_alike_in_crowd(agreeing: usize) -> bool {
    agreeing >= MIN_AGREEMENTS_IN_CROWD
}

/// Whether two articles are one holder of what they share.
pub fn are_same_text(agreeing: usize) -> bool {
    agreeing >= SAME_TEXT
}

/// Pairs of the same text that a thread gathers before it joins them.
const JOINED_AT_ONCE: usize = 1 << 14;

/// The crowded buckets of one band, with their hubs.
type Crowded = HashMap<u64, Vec<u32>>;

/// Bands whose keys are gathered together: as many as a cache line of a signature holds, or fewer
/// where memory is short.
const BANDS_AT_ONCE: usize = 16 / ROWS_PER_BAND;

/// Finds pairs, and joins those of nearly the same text.
pub fn find(
    articles: &Articles,
    signatures: &Lists,
    pairs: &mut Sorter<[u32; 2]>,
    same_text: &Components,
    progress: &Progress,
) -> Result<Bounded> {
    let work = articles.members.len() as u64;
    let bands: Vec<usize> = (0..NUM_BANDS).collect();
    let mut bounded = Bounded::default();
    let mut crowded: Vec<Crowded> = Vec::with_capacity(NUM_BANDS);
    for bands in bands.chunks(BANDS_AT_ONCE * rayon::current_num_threads()) {
        let found: Vec<Vec<Band>> = bands
            .par_chunks(BANDS_AT_ONCE)
            .map(|bands| {
                progress.add(work * bands.len() as u64 / NUM_BANDS as u64)?;
                pair_bands(articles, signatures, bands, &crowded, pairs, same_text)
            })
            .collect::<Result<_>>()?;
        for band in found.into_iter().flatten() {
            bounded.add(&band.bounded);
            crowded.push(band.crowded);
        }
        pairs.settle();
    }
    if bounded.buckets > 0 {
        let hubs =
            |article, signature: &[u32]| crowded_hubs(signatures, &crowded, article, signature);
        bucket::visit_hubs(articles, signatures, hubs, pairs, |article, hub, agreeing| {
            if are_same_text(agreeing) {
                same_text.join(&[[article, hub]]);
            }
        })?;
    }
    Ok(bounded)
}

#[derive(Default)]
struct Band {
    crowded: Crowded,
    bounded: Bounded,
}

/// Pairs in some bands that follow one another; `before` are the first of all.
fn pair_bands(
    articles: &Articles,
    signatures: &Lists,
    bands: &[usize],
    before: &[Crowded],
    pairs: &Sorter<[u32; 2]>,
    same_text: &Components,
) -> Result<Vec<Band>> {
    let (at_once, parts) = articles.at_once(size_of::<u64>(), BANDS_AT_ONCE);
    // What is gone through again and again is cut out first, where it comes from a file.
    let mut rows = Lists::of_width(bands.len() * ROWS_PER_BAND);
    let again = signatures.is_spilled() && (at_once < bands.len() || parts > 1);
    let mut first = 0;
    if again {
        first = bands[0];
        let columns = first * ROWS_PER_BAND..(first + bands.len()) * ROWS_PER_BAND;
        let mut buffer = Vec::new();
        for members in articles.blocks(signatures) {
            let block = read_block(signatures, members, &mut buffer)?;
            for article in rows.count() as u32..=members[members.len() - 1] {
                let is_member = members.binary_search(&article).is_ok();
                rows.push_with(|values| match is_member {
                    true => values.extend_from_slice(&block.get(article)[columns.clone()]),
                    false => values.resize(values.len() + columns.len(), 0),
                });
            }
            rows.spill(|| TemporaryFile::unnamed(&articles.corpus.memory.folder))?;
        }
    }
    let read = if again { &rows } else { signatures };
    let mut pairing = Pairing {
        articles,
        signatures,
        before,
        first: bands[0],
        found: Vec::with_capacity(bands.len()),
        pairs: pairs.local(),
        same_text,
        same: Vec::new(),
        spare: Vec::new(),
    };
    let mut buffer = Vec::new();
    for bands in bands.chunks(at_once) {
        let known = pairing.found.len();
        pairing.found.resize_with(known + bands.len(), Band::default);
        for part in 0..parts {
            let mut keyed: Vec<Vec<u64>> =
                bands.iter().map(|_| room_for_part(articles.members.len(), parts)).collect();
            for members in articles.blocks(read) {
                let block = read_block(read, members, &mut buffer)?;
                for &article in members {
                    let signature = block.get(article);
                    for (&band, keyed) in bands.iter().zip(&mut keyed) {
                        let key = bucket_key(signature, band - first);
                        if parts == 1 || in_part(key, part, parts) {
                            keyed.push(short(key) << 32 | article as u64);
                        }
                    }
                }
            }
            for (&band, keyed) in bands.iter().zip(keyed) {
                pairing.pair_band(band, keyed)?;
            }
        }
    }
    let Pairing { found, pairs, same, .. } = pairing;
    pairs.finish()?;
    same_text.join(&same);
    Ok(found)
}

/// One thread's way through some bands.
struct Pairing<'a> {
    articles: &'a Articles<'a>,
    signatures: &'a Lists,
    /// The crowded buckets of the first of all bands.
    before: &'a [Crowded],
    /// The first band of this thread, and what was found in it and those after it.
    first: usize,
    found: Vec<Band>,
    pairs: Local<'a, 'a, [u32; 2]>,
    same_text: &'a Components,
    same: Vec<[u32; 2]>,
    spare: Vec<u64>,
}

impl Pairing<'_> {
    /// Sorts (short key, article) into buckets and pairs what meets in them for the first time.
    fn pair_band(&mut self, band: usize, mut keyed: Vec<u64>) -> Result<()> {
        let Pairing { articles, signatures, .. } = *self;
        buckets::sort(&mut keyed, &mut self.spare);
        let article = |keyed: &u64| *keyed as u32;
        // Of those with a key of their own that is short for several, some may not be crowded.
        let mut others = Vec::new();
        for bucket in buckets(&keyed).filter(|bucket| bucket.len() > CROWD) {
            let mut whole = Vec::with_capacity(bucket.len());
            bucket::visit_members(articles, signatures, bucket, article, |member, signature| {
                whole.push((bucket_key(signature, band), member));
            })?;
            whole.sort_unstable();
            for bucket in whole.chunk_by(|a, b| a.0 == b.0) {
                if bucket.len() <= CROWD {
                    others.push(bucket.iter().map(|it| it.1 as u64).collect::<Vec<u64>>());
                    continue;
                }
                let hubs = articles.hubs(bucket.iter().map(|&(_, article)| article));
                let Band { crowded, bounded } = &mut self.found[band - self.first];
                bounded.count(bucket.len(), hubs.len());
                crowded.insert(bucket[0].0, hubs);
            }
        }
        let small = buckets(&keyed).filter(|bucket| bucket.len() <= CROWD);
        bucket::visit_small(
            articles,
            signatures,
            small.chain(others.iter().map(Vec::as_slice)),
            article,
            band * ROWS_PER_BAND,
            |bucket, signatures| {
                let mut lists: [&[u32]; CROWD] = [&[]; CROWD];
                for (list, &article) in lists.iter_mut().zip(bucket) {
                    *list = signatures.get(article as u32);
                }
                for (index, &a) in bucket.iter().enumerate().skip(1) {
                    for (other, &b) in bucket[..index].iter().enumerate() {
                        let (x, y) = (lists[index], lists[other]);
                        let have_met = bucket_key(x, band) == bucket_key(y, band);
                        if !have_met || self.met_before(band, x, y) {
                            continue;
                        }
                        let (a, b) = (a as u32, b as u32);
                        let agreeing = agreements(x, y);
                        if may_be_alike(agreeing) {
                            self.pairs.push(articles.pair(a, b))?;
                        }
                        if are_same_text(agreeing) {
                            self.same.push([a, b]);
                        }
                    }
                }
                if self.same.len() >= JOINED_AT_ONCE {
                    self.same_text.join(&self.same);
                    self.same.clear();
                }
                Ok(())
            },
        )
    }

    /// Whether two articles were looked at in a band before: copies meet in most bands.
    fn met_before(&self, band: usize, x: &[u32], y: &[u32]) -> bool {
        let before = self.before.iter().enumerate();
        let own = (self.first..band).zip(self.found.iter().map(|band| &band.crowded));
        before.chain(own).any(|(band, crowded)| {
            let key = bucket_key(x, band);
            key == bucket_key(y, band) && !crowded.contains_key(&key)
        })
    }
}

/// Half of a key, of which two that differ are seldom the same.
fn short(key: u64) -> u64 {
    key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32
}

/// (slots agreeing, hub) for the hubs of the crowded buckets that an article is in.
fn crowded_hubs(
    signatures: &Lists,
    crowded: &[Crowded],
    article: u32,
    signature: &[u32],
) -> Result<Vec<(usize, u32)>> {
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
        if may_be_alike_in_crowd(agreeing) {
            alike.push((agreeing, hub));
        }
    }
    Ok(alike)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::rank::{KeepRule, Ranking};
    use crate::corpus::{Batch, Corpus, Location, Source};
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
        let source = corpus.add_source(Source::table("pairs"));
        let texts: Vec<String> =
            (0..PAIRS).flat_map(|number| [text(number, false), text(number, true)]).collect();
        let permutations = Permutations::new(NUM_PERM, 1, Instructions::available()[0]);
        let sketcher = Sketcher { permutations, stories: false };
        let (mut batch, mut scratch) = (Batch::default(), Scratch::default());
        for (row, text) in (1..).zip(&texts) {
            let location = Location { offset: 0, source, length: text.len() as u32, row };
            batch.push(location, None, None, None, text, &sketcher, &mut scratch);
        }
        corpus.append(batch).unwrap();
        let everyone: Vec<u32> = (0..2 * PAIRS).collect();
        let keep = Ranking::of(&corpus, KeepRule::First, &[]).ranks;
        let articles = Articles::new(&corpus, &everyone, &keep);
        let mut sorter = Sorter::new(&corpus.memory);
        let same_text = Components::new(corpus.len());
        let signatures = &corpus.sketches.signatures;
        find(&articles, signatures, &mut sorter, &same_text, &Progress::default()).unwrap();
        let mut pairs = Vec::new();
        let sorted = sorter.finish(|| unreachable!("all fits into memory")).unwrap();
        let mut take = |part: &[[u32; 2]]| {
            pairs.extend_from_slice(part);
            Ok(())
        };
        sorted.for_each_part(&mut take).unwrap();
        let found = pairs.iter().filter(|&&[a, b]| a == b + 1 && b % 2 == 0).count();
        assert!(found * 100 >= PAIRS as usize * 99, "{found} of {PAIRS}");
        assert_eq!(pairs.len(), found, "unrelated pairs");
    }

    /// How many buckets are crowded where so many articles have each of some keys in the first band.
    fn crowded_buckets(keys: &[(u64, u32)]) -> u64 {
        let mut corpus = Corpus::default();
        for &(key, articles) in keys {
            for _ in 0..articles {
                let own = corpus.sketches.lengths.len() as u32;
                corpus.sketches.lengths.push(100);
                corpus.sketches.signatures.push_with(|rows| {
                    rows.extend([(key >> 32) as u32, key as u32]);
                    rows.extend([own; NUM_PERM - ROWS_PER_BAND]);
                });
            }
        }
        let members: Vec<u32> = (0..corpus.sketches.lengths.len() as u32).collect();
        let keep_ranks = &members.clone();
        let articles = Articles { corpus: &corpus, members, keep_ranks };
        let mut sorter = Sorter::new(&corpus.memory);
        let same_text = Components::new(keep_ranks.len());
        let signatures = &corpus.sketches.signatures;
        find(&articles, signatures, &mut sorter, &same_text, &Progress::default()).unwrap().buckets
    }

    #[test]
    fn keys_that_are_short_for_the_same_make_buckets_of_their_own() {
        // Multiplied by the inverse of the factor of `short`, two numbers of one high half.
        let key = |low: u64| (7 << 32 | low).wrapping_mul(0xf1de_83e1_9937_733d);
        let (a, b) = (key(1), key(2));
        assert!(a != b && short(a) == short(b));
        assert_eq!(crowded_buckets(&[(a, 40), (b, 40)]), 0);
        assert_eq!(crowded_buckets(&[(a, 40), (b, 70)]), 1);
        assert_eq!(crowded_buckets(&[(a, 65), (b, 65)]), 2);
    }
}
