//! Rewrites by the rare stems that two articles share: names, figures, telling words.

use hashbrown::HashMap;
use rayon::prelude::*;

use super::bucket::Bounded;
use super::stories::Stories;
use crate::error::Result;
use crate::progress::Progress;
use crate::story::Stem;

/// Stems in a larger share of the articles are not rare.
const RARE: f64 = 0.005;

/// Rare stems that a pair shares.
const MIN_SHARED: u8 = 4;

/// Articles that follow one in time in the list of a stem and are compared with it.
const NEIGHBOURS: usize = 256;

/// Articles that one thread goes through at a time.
const ARTICLES_AT_ONCE: usize = 1024;

/// The places that each rare stem is found at, in the order of time.
struct Lists {
    places: Vec<u64>,
    ranges: HashMap<Stem, (usize, usize)>,
}

impl Lists {
    fn of(stories: &Stories, in_time: &[u32]) -> Lists {
        let vocabulary = &stories.vocabulary;
        let is_rare = |stem: Stem| vocabulary.count(stem) > 1 && vocabulary.share(stem) <= RARE;
        let mut places: Vec<u64> = in_time
            .par_iter()
            .enumerate()
            .flat_map_iter(|(place, &article)| {
                let rare = stories.stems(article).iter().filter(|&&stem| is_rare(stem));
                rare.map(move |&stem| (stem as u64) << 32 | place as u64)
            })
            .collect();
        places.par_sort_unstable();
        let mut ranges = HashMap::new();
        let mut start = 0;
        for list in places.chunk_by(|x, y| x >> 32 == y >> 32) {
            ranges.insert((list[0] >> 32) as Stem, (start, start + list.len()));
            start += list.len();
        }
        Lists { places, ranges }
    }

    fn list(&self, stem: Stem) -> &[u64] {
        self.ranges.get(&stem).map_or(&[], |&(start, end)| &self.places[start..end])
    }
}

/// Pairs of places in `in_time`, the earlier first, and the pairs that were not looked at.
pub fn find(
    stories: &Stories,
    in_time: &[u32],
    progress: &Progress,
) -> Result<(Vec<(u32, u32)>, Bounded)> {
    let lists = Lists::of(stories, in_time);
    let starts: Vec<usize> = (0..in_time.len()).step_by(ARTICLES_AT_ONCE).collect();
    let chunks: Vec<(Vec<(u32, u32)>, Bounded)> = starts
        .into_par_iter()
        .map_init(
            || (vec![0; in_time.len()], Vec::new()),
            |(counts, touched), start| {
                let places = start..in_time.len().min(start + ARTICLES_AT_ONCE);
                progress.add(places.len() as u64)?;
                Ok(count_chunk(stories, in_time, &lists, places, counts, touched))
            },
        )
        .collect::<Result<_>>()?;
    let mut pairs = Vec::new();
    let mut bounded = Bounded::default();
    for (found, left_out) in chunks {
        pairs.extend(found);
        bounded.add(&left_out);
    }
    Ok((pairs, bounded))
}

/// `counts` has a zero for each place, and has them again afterwards.
fn count_chunk(
    stories: &Stories,
    in_time: &[u32],
    lists: &Lists,
    places: std::ops::Range<usize>,
    counts: &mut [u8],
    touched: &mut Vec<u32>,
) -> (Vec<(u32, u32)>, Bounded) {
    let mut pairs = Vec::new();
    let mut bounded = Bounded::default();
    for place in places {
        for &stem in stories.stems(in_time[place]) {
            let list = lists.list(stem);
            let Ok(at) = list.binary_search(&((stem as u64) << 32 | place as u64)) else {
                continue;
            };
            let article = |at: usize| in_time[list[at] as u32 as usize];
            let near = stories.near_after(article, list.len(), at);
            let compared = near.min(NEIGHBOURS);
            bounded.count_left_out(near - compared);
            for &other in &list[at + 1..][..compared] {
                let count = &mut counts[other as u32 as usize];
                if *count == 0 {
                    touched.push(other as u32);
                }
                *count = count.saturating_add(1);
            }
        }
        for other in touched.drain(..) {
            if std::mem::take(&mut counts[other as usize]) >= MIN_SHARED {
                pairs.push((place as u32, other));
            }
        }
    }
    (pairs, bounded)
}
