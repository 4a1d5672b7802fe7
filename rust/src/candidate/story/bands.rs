//! Rewrites by locality-sensitive hashing over the story shingles.

use hashbrown::HashSet;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::stories::{InTime, Stories};
use crate::candidate::articles::{Articles, in_part, read_block, room_for_part};
use crate::candidate::bucket::{self, Bounded, CROWD};
use crate::candidate::buckets::{self, buckets};
use crate::error::Result;
use crate::memory::lists::Lists;
use crate::memory::sorted::Sorter;
use crate::memory::temporary::TemporaryFile;
use crate::progress::Progress;
use crate::sketch::signature::{Instructions, Permutations};
use crate::text::story::Stem;

/// Bands and rows: a pair with a Jaccard index of .3 becomes a candidate with probability .89, one
/// with .1, as two articles on one topic may have, with .08.
pub const BANDS: usize = 80;
const ROWS: usize = 3;

/// Bands whose signatures are made in one go through the stems.
pub const BANDS_AT_ONCE: usize = 10;

/// The keys of an article without stems that tell something.
const NO_STORY: u32 = u32::MAX;

/// Articles that follow one in time in a crowded bucket and are compared with it; in any other all
/// are.
const NEIGHBOURS: usize = 4;

/// Articles that follow one in time in a bucket of so many and are compared with it.
pub fn neighbours(members: usize) -> usize {
    if members > CROWD { NEIGHBOURS } else { CROWD }
}

/// What signs the stems of stories for a group of bands.
pub struct Signer {
    permutations: Permutations,
    hashes: Vec<u64>,
    mixed: Vec<u32>,
    signature: Vec<u32>,
}

impl Signer {
    pub fn new(group: usize) -> Signer {
        let fastest = Instructions::available()[0];
        let permutations = Permutations::new(BANDS_AT_ONCE * ROWS, group as u32, fastest);
        Signer { permutations, hashes: Vec::new(), mixed: Vec::new(), signature: Vec::new() }
    }

    /// The keys of the buckets of a story that has stems which tell something.
    pub fn keys(&mut self, telling: &[Stem]) -> impl Iterator<Item = u32> {
        let Signer { permutations, hashes, mixed, signature } = self;
        hashes.clear();
        hashes.extend(telling.iter().map(|&stem| stem as u64));
        signature.clear();
        permutations.sign(hashes, mixed, signature);
        signature.as_chunks::<ROWS>().0.iter().map(|rows| key(rows) as u32)
    }
}

/// Finds pairs of places in `in_time`, the earlier first. Returns what was not looked at.
pub fn find(
    articles: &Articles,
    stories: &Stories,
    in_time: &InTime,
    pairs: &mut Sorter<[u32; 2]>,
    progress: &Progress,
) -> Result<Bounded> {
    let groups: Vec<usize> = (0..BANDS / BANDS_AT_ONCE).collect();
    let mut bounded = Bounded::default();
    for groups in groups.chunks(rayon::current_num_threads()) {
        let left_out: Vec<Bounded> = groups
            .par_iter()
            .map(|&group| {
                progress.add((in_time.articles.len() * BANDS_AT_ONCE / BANDS) as u64)?;
                pair_group(articles, stories, in_time, group, pairs)
            })
            .collect::<Result<_>>()?;
        left_out.iter().for_each(|it| bounded.add(it));
        pairs.settle();
    }
    Ok(bounded)
}

/// Pairs in a group of bands: those whose signatures are made together.
fn pair_group(
    articles: &Articles,
    stories: &Stories,
    in_time: &InTime,
    group: usize,
    pairs: &Sorter<[u32; 2]>,
) -> Result<Bounded> {
    let keys = keys_of_group(articles, stories, group)?;
    let (at_once, parts) = articles.at_once(size_of::<u64>(), BANDS_AT_ONCE);
    let mut pairs = pairs.local();
    let mut bounded = Bounded::default();
    // The keys of the crowded buckets of each band.
    let mut crowded: Vec<HashSet<u32>> = vec![HashSet::new(); BANDS_AT_ONCE];
    let (mut buffer, mut spare) = (Vec::new(), Vec::new());
    let bands: Vec<usize> = (0..BANDS_AT_ONCE).collect();
    for bands in bands.chunks(at_once) {
        for part in 0..parts {
            let mut keyed: Vec<Vec<u64>> =
                bands.iter().map(|_| room_for_part(in_time.articles.len(), parts)).collect();
            for members in articles.blocks(&keys) {
                let block = read_block(&keys, members, &mut buffer)?;
                for &article in members {
                    let keys = block.get(article);
                    if keys == [NO_STORY; BANDS_AT_ONCE] {
                        continue;
                    }
                    let place = in_time.places[article as usize] as u64;
                    for (&band, keyed) in bands.iter().zip(&mut keyed) {
                        let key = keys[band] as u64;
                        if parts == 1 || in_part(key, part, parts) {
                            keyed.push(key << 32 | place);
                        }
                    }
                }
            }
            for (&band, mut keyed) in bands.iter().zip(keyed) {
                buckets::sort(&mut keyed, &mut spare);
                for bucket in buckets(&keyed).filter(|bucket| bucket.len() > CROWD) {
                    crowded[band].insert((bucket[0] >> 32) as u32);
                    // Few are looked at, who may have met before or not.
                    let most = neighbours(bucket.len());
                    let left_out = in_time.visit_near(bucket, most, |x, y| {
                        pairs.push([bucket[x] as u32, bucket[y] as u32])
                    })?;
                    bounded.count_left_out(left_out);
                }
                let small = buckets(&keyed).filter(|bucket| bucket.len() <= CROWD);
                let article = |keyed: &u64| in_time.articles[*keyed as u32 as usize];
                bucket::visit_small(articles, &keys, small, article, band, |bucket, keys| {
                    let mut lists: [&[u32]; CROWD] = [&[]; CROWD];
                    for (list, member) in lists.iter_mut().zip(bucket) {
                        *list = keys.get(article(member));
                    }
                    let met_before = |x: usize, y: usize| {
                        (0..band).any(|band| {
                            let key = lists[x][band];
                            key == lists[y][band] && !crowded[band].contains(&key)
                        })
                    };
                    in_time.visit_near(bucket, neighbours(bucket.len()), |x, y| {
                        if met_before(x, y) {
                            return Ok(());
                        }
                        pairs.push([bucket[x] as u32, bucket[y] as u32])
                    })?;
                    Ok(())
                })?;
            }
        }
    }
    pairs.finish()?;
    Ok(bounded)
}

/// For each article the keys of its buckets in a group of bands, [`NO_STORY`] where it has none.
fn keys_of_group(articles: &Articles, stories: &Stories, group: usize) -> Result<Lists> {
    let mut signer = Signer::new(group);
    let corpus = articles.corpus;
    let mut keys = Lists::of_width(BANDS_AT_ONCE);
    for members in stories.blocks(articles) {
        stories.visit(members, |article, telling, _| {
            while keys.count() < article as usize {
                keys.push(&[NO_STORY; BANDS_AT_ONCE]);
            }
            if telling.is_empty() {
                keys.push(&[NO_STORY; BANDS_AT_ONCE]);
                return;
            }
            keys.push_with(|keys| keys.extend(signer.keys(telling)));
        })?;
        if corpus.is_spilled() {
            keys.spill(|| TemporaryFile::unnamed(&corpus.memory.folder))?;
        }
    }
    Ok(keys)
}

/// 32 bits of the bucket that three rows fall into.
fn key(rows: &[u32; ROWS]) -> u64 {
    xxh3_64(rows.map(u32::to_le_bytes).as_flattened()) >> 32
}
