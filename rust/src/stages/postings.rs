//! Members → postings: what of an article goes to the buckets where others are met.

use hashbrown::HashMap;

use super::{Outbox, Rules, halves};
use crate::candidate::story::bands::{BANDS, BANDS_AT_ONCE, Signer};
use crate::candidate::story::vocabulary::{most_if_rare, most_if_telling};
use crate::sketch::banding::{NUM_BANDS, ROWS_PER_BAND};
use crate::text::story::Stem;

/// Rows: key of a band in two numbers, band, article, words.
pub type BandPosting = [u32; 5];
/// Sampled shingle, article, words, size of the sample.
pub type SamplePosting = [u32; 4];
/// Key of a band, band, article, place in time, date.
pub type StoryPosting = [u32; 6];
/// Stem, article, place in time, date.
pub type StemPosting = [u32; 5];

/// An article that may match otherwise than exactly, as it is in a pass.
pub struct Member<'a> {
    pub number: u32,
    /// Its place in the order of time.
    pub place: u32,
    pub date: i64,
    pub words: u32,
    pub signature: &'a [u32],
    pub samples: &'a [u32],
    pub stems: &'a [Stem],
}

/// Counts the articles that each stem is in.
#[derive(Default)]
pub struct StemCounts(HashMap<Stem, u32>);

impl StemCounts {
    pub fn add(&mut self, stems: &[Stem]) {
        stems.iter().for_each(|&stem| *self.0.entry(stem).or_default() += 1);
    }

    /// The counts, by bucket.
    pub fn take(&mut self, buckets: usize) -> Vec<(u32, Vec<u8>)> {
        let mut outbox = Outbox::new(buckets);
        for (stem, count) in self.0.drain() {
            outbox.push(stem as u64, [stem, count]);
        }
        outbox.take()
    }
}

/// Of all stems counted in one bucket those that are not rare among so many articles, and whether they are
/// common: there are never many.
pub fn frequent_stems(counts: &[[u32; 2]], articles: usize) -> Vec<(Stem, bool)> {
    let mut sums: HashMap<Stem, u32> = HashMap::new();
    counts.iter().for_each(|&[stem, count]| *sums.entry(stem).or_default() += count);
    let (most, most_rare) = (most_if_telling(articles), most_if_rare(articles));
    let frequent = sums.into_iter().filter(|it| it.1 > most_rare.min(most));
    let mut found: Vec<(Stem, bool)> = frequent.map(|(stem, count)| (stem, count > most)).collect();
    found.sort_unstable();
    found
}

/// What articles are looked up by, on their way to the buckets.
pub struct Postings {
    rules: Rules,
    /// Stems that are not rare, and whether they are common.
    frequent: HashMap<Stem, bool>,
    signers: Vec<Signer>,
    telling: Vec<Stem>,
    pub bands: Outbox<BandPosting>,
    pub samples: Outbox<SamplePosting>,
    pub stories: Outbox<StoryPosting>,
    pub stems: Outbox<StemPosting>,
}

impl Postings {
    pub fn new(rules: Rules, frequent: HashMap<Stem, bool>, buckets: usize) -> Postings {
        let signers = (0..BANDS / BANDS_AT_ONCE).map(Signer::new).collect();
        Postings {
            rules,
            frequent,
            signers,
            telling: Vec::new(),
            bands: Outbox::new(buckets),
            samples: Outbox::new(buckets),
            stories: Outbox::new(buckets),
            stems: Outbox::new(buckets),
        }
    }

    pub fn push(&mut self, member: &Member) {
        let &Member { number, place, words, .. } = member;
        let rows = member.signature.as_chunks::<ROWS_PER_BAND>().0.iter();
        for (band, &[x, y]) in (0..NUM_BANDS as u32).zip(rows) {
            let key = (x as u64) << 32 | y as u64;
            self.bands.push(key.wrapping_add(band as u64), [x, y, band, number, words]);
        }
        let size = member.samples.len() as u32;
        for &shingle in member.samples {
            self.samples.push(shingle as u64, [shingle, number, words, size]);
        }
        if !self.rules.rewrites {
            return;
        }
        let [low, high] = halves(member.date);
        self.telling.clear();
        for &stem in member.stems {
            let frequent = self.frequent.get(&stem);
            if frequent != Some(&true) {
                self.telling.push(stem);
            }
            if frequent.is_none() {
                self.stems.push(stem as u64, [stem, number, place, low, high]);
            }
        }
        if self.telling.is_empty() {
            return;
        }
        let keys = self.signers.iter_mut().flat_map(|signer| signer.keys(&self.telling));
        for (band, key) in (0..).zip(keys) {
            let common = (band as u64) << 32 | key as u64;
            self.stories.push(common, [key, band, number, place, low, high]);
        }
    }

    /// Bytes that wait to be taken.
    pub fn bytes(&self) -> usize {
        self.bands.bytes() + self.samples.bytes() + self.stories.bytes() + self.stems.bytes()
    }
}
