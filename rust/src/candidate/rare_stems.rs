//! Rewrites by the rare stems that two articles share: names, figures, telling words.

use rayon::prelude::*;

use super::bucket::Bounded;
use super::stories::{InTime, Stories};
use crate::error::Result;
use crate::progress::Progress;

/// Rare stems that a pair shares.
const MIN_SHARED: u8 = 4;

/// Articles that follow one in time in the list of a stem and are compared with it.
const NEIGHBOURS: usize = 256;

/// Articles that one thread goes through at a time.
const ARTICLES_AT_ONCE: usize = 1024;

/// Where the rare stems stand: (stem, place in time) in one number each, sorted, and for each place
/// the indices of its own.
struct Postings {
    sorted: Vec<u64>,
    of_places: Vec<u32>,
    ends: Vec<usize>,
}

impl Postings {
    fn of(stories: &Stories, in_time: &[u32]) -> Postings {
        let mut sorted: Vec<u64> = in_time
            .par_iter()
            .enumerate()
            .flat_map_iter(|(place, &article)| {
                let rare = stories.rare_stems(article);
                rare.map(move |stem| (stem as u64) << 32 | place as u64)
            })
            .collect();
        sorted.par_sort_unstable();
        let mut ends = vec![0; in_time.len() + 1];
        sorted.iter().for_each(|&posting| ends[posting as u32 as usize + 1] += 1);
        for place in 1..ends.len() {
            ends[place] += ends[place - 1];
        }
        let mut next = ends.clone();
        let mut of_places = vec![0; sorted.len()];
        for (index, &posting) in (0..).zip(&sorted) {
            let next = &mut next[posting as u32 as usize];
            of_places[*next] = index;
            *next += 1;
        }
        Postings { sorted, of_places, ends }
    }

    /// The places after this one in the list of each of its rare stems.
    fn lists_after(&self, place: usize) -> impl Iterator<Item = impl Iterator<Item = u32>> {
        self.of_places[self.ends[place]..self.ends[place + 1]].iter().map(|&index| {
            let stem = self.sorted[index as usize] >> 32;
            let after = self.sorted[index as usize + 1..].iter();
            after.take_while(move |&&posting| posting >> 32 == stem).map(|&posting| posting as u32)
        })
    }
}

/// Pairs of places in `in_time`, the earlier first, and the pairs that were not looked at.
pub fn find(
    stories: &Stories,
    in_time: &InTime,
    progress: &Progress,
) -> Result<(Vec<(u32, u32)>, Bounded)> {
    let postings = Postings::of(stories, &in_time.articles);
    let starts: Vec<usize> = (0..in_time.articles.len()).step_by(ARTICLES_AT_ONCE).collect();
    let chunks: Vec<(Vec<(u32, u32)>, Bounded)> = starts
        .into_par_iter()
        .map_init(
            || (vec![0; in_time.articles.len()], Vec::new()),
            |(counts, touched), start| {
                let places = start..in_time.articles.len().min(start + ARTICLES_AT_ONCE);
                progress.add(places.len() as u64)?;
                Ok(count_chunk(in_time, &postings, places, counts, touched))
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
    in_time: &InTime,
    postings: &Postings,
    places: std::ops::Range<usize>,
    counts: &mut [u8],
    touched: &mut Vec<u32>,
) -> (Vec<(u32, u32)>, Bounded) {
    let mut pairs = Vec::new();
    let mut bounded = Bounded::default();
    for place in places {
        let end = in_time.near_until(place as u32);
        for list in postings.lists_after(place) {
            let mut near = list.take_while(|&other| other < end);
            for other in near.by_ref().take(NEIGHBOURS) {
                let count = &mut counts[other as usize];
                if *count == 0 {
                    touched.push(other);
                }
                *count = count.saturating_add(1);
            }
            bounded.count_left_out(near.count());
        }
        for other in touched.drain(..) {
            if std::mem::take(&mut counts[other as usize]) >= MIN_SHARED {
                pairs.push((place as u32, other));
            }
        }
    }
    (pairs, bounded)
}
