//! What an article meets by its keys, among those stored.

use hashbrown::{HashMap, HashSet};

use super::furniture::count_holders;
use super::matching::Shelf;
use super::postings::{
    ENOUGH_SAMPLES, FIRST, Key, LAST, key_of_sample, key_of_stem, key_of_words, keys_of_bands,
};
use super::vocabulary::Vocabulary;
use crate::candidate::bucket::CROWD;
use crate::candidate::story::rare_stems::MIN_SHARED as MIN_STEMS;
use crate::error::Result;
use crate::sketch::sketches::Sketches;
use crate::verify::furniture::{Holders, MANY};

/// Articles that a rare stem is looked up for, the last ones, and those that all stems together are.
const NEIGHBOURS: usize = 64;
const MOST_MET: usize = 1024;

/// What an article has in common with one that is stored.
#[derive(Default)]
pub struct Met {
    pub words: bool,
    pub bands: u32,
    pub samples: usize,
    /// Whether enough of them.
    pub stems: bool,
}

/// The articles that one meets by its keys, those that hold each sampled shingle, and how many stories
/// these are.
#[derive(Default)]
pub struct Meetings {
    pub met: HashMap<u32, Met>,
    lists: HashMap<u32, Vec<u32>>,
    pub holders: Holders,
}

impl Meetings {
    /// Learns how many stories hold the sampled shingles of others; false if that says nothing more.
    pub fn learn<'a>(
        &mut self,
        shelf: &impl Shelf,
        of_others: impl Iterator<Item = &'a [u32]> + Clone,
    ) -> Result<bool> {
        let Meetings { lists, holders, .. } = self;
        let is_new = |sample: &&u32| !lists.contains_key(*sample);
        let new: HashSet<u32> = of_others.clone().flatten().filter(is_new).copied().collect();
        let mut new: Vec<u32> = new.into_iter().collect();
        new.sort_unstable();
        let keys: Vec<Key> = new.iter().copied().map(key_of_sample).collect();
        let found = shelf.lists(&keys, usize::MAX)?;
        // What few hold is no furniture.
        let may_be_more = found.iter().any(|list| list.len() as u32 >= MANY);
        lists.extend(new.into_iter().zip(found));
        if !may_be_more {
            return Ok(false);
        }
        let mut is_more = false;
        for samples in of_others {
            for (sample, count) in count_holders(shelf, samples, lists)? {
                let known = holders.0.entry(sample).or_default();
                is_more |= *known < count;
                *known = count.max(*known);
            }
        }
        Ok(is_more)
    }
}

/// What meets an article by its keys.
pub fn meet(
    shelf: &impl Shelf,
    vocabulary: &Vocabulary,
    articles: u32,
    sketches: &Sketches,
) -> Result<Meetings> {
    let mut meetings = Meetings::default();
    let Meetings { met, lists: of_samples, holders } = &mut meetings;
    if sketches.lengths[0] == 0 {
        return Ok(meetings);
    }
    // In one go: the digest, the bands, the samples.
    let mut keys = vec![key_of_words(sketches.digests[0])];
    let mut buffer = Vec::new();
    let mut samples: &[u32] = &[];
    if sketches.may_be_alike(0) {
        samples = sketches.samples.get(0, &mut buffer)?;
        if samples.len() < ENOUGH_SAMPLES {
            keys.extend(keys_of_bands(sketches.signatures.get(0, &mut Vec::new())?));
        }
    }
    let first_sample = keys.len();
    keys.extend(samples.iter().copied().map(key_of_sample));
    let lists = shelf.lists(&keys, usize::MAX)?;
    for (index, list) in lists.into_iter().enumerate() {
        if index >= first_sample {
            hubs(&list).for_each(|number| met.entry(number).or_default().samples += 1);
            of_samples.insert(samples[index - first_sample], list);
        } else if index > 0 {
            hubs(&list).for_each(|number| met.entry(number).or_default().bands += 1);
        } else {
            // Of many copies no more than a run keeps.
            ends(&list, LAST).for_each(|number| met.entry(number).or_default().words = true);
        }
    }
    holders.0 = count_holders(shelf, samples, of_samples)?;
    if sketches.may_be_alike(0) {
        for number in met_by_stems(shelf, vocabulary, articles, sketches)? {
            met.entry(number).or_default().stems = true;
        }
    }
    Ok(meetings)
}

/// The articles that share enough of the rarest stems of one.
fn met_by_stems(
    shelf: &impl Shelf,
    vocabulary: &Vocabulary,
    articles: u32,
    sketches: &Sketches,
) -> Result<Vec<u32>> {
    let mut buffer = Vec::new();
    let stems = sketches.stems.get(0, &mut buffer)?.iter();
    let telling = stems.filter(|stem| !vocabulary.is_frequent(**stem));
    let mut counted: Vec<(usize, u32)> =
        telling.map(|&stem| (vocabulary.estimate(stem, articles), stem)).collect();
    // The rarest say most.
    counted.sort_unstable();
    let mut expected = 0;
    let looked_up = counted.iter().take_while(|&&(count, _)| {
        expected += count.min(NEIGHBOURS);
        expected <= MOST_MET
    });
    let keys: Vec<Key> = looked_up.map(|&(_, stem)| key_of_stem(stem)).collect();
    let mut lists = shelf.lists(&keys, NEIGHBOURS)?;
    lists.sort_by_key(Vec::len);
    let mut numbers: Vec<u32> = Vec::new();
    for list in lists {
        let last = &list[list.len().saturating_sub(NEIGHBOURS)..];
        if numbers.len() + last.len() > MOST_MET {
            break;
        }
        numbers.extend(last);
    }
    numbers.sort_unstable();
    let often = numbers.chunk_by(|x, y| x == y).filter(|it| it.len() >= MIN_STEMS as usize);
    Ok(often.map(|meeting| meeting[0]).collect())
}

/// The articles of a list that are looked at: of a crowded one the first and as many of the last.
fn hubs(list: &[u32]) -> impl Iterator<Item = u32> {
    let last = if list.len() > CROWD { FIRST } else { list.len() };
    ends(list, last)
}

/// The first articles of a list, and so many of the last.
fn ends(list: &[u32], last: usize) -> impl Iterator<Item = u32> {
    let first = FIRST.min(list.len());
    let last = list.len().saturating_sub(last).max(first);
    list[..first].iter().chain(&list[last..]).copied()
}
