//! Rewrites by the rare stems that two articles share: names, figures, telling words.

use std::ops::Range;

use hashbrown::HashMap;
use rayon::prelude::*;

use super::stories::{InTime, NEIGHBOURS, Stories};
use crate::candidate::articles::Articles;
use crate::candidate::bucket::Bounded;
use crate::error::Result;
use crate::memory::sorted::Sorter;
use crate::progress::Progress;
use crate::text::story::Stem;

/// Rare stems that a pair shares.
pub const MIN_SHARED: u8 = 4;

/// Articles that one thread goes through at a time, and blocks gone through together.
const ARTICLES_AT_ONCE: usize = 1024;
const BLOCKS_AT_ONCE: usize = 64;

/// Places whose postings are read together.
const PLACES_AT_ONCE: usize = 16;

/// Bytes that a posting takes, those for sorting included.
const BYTES_A_POSTING: usize = 20;

/// Counts the rare stems that one article shares with others, by their places.
pub struct Tally {
    counts: Vec<u8>,
    touched: Vec<u32>,
}

impl Tally {
    pub fn new(places: usize) -> Tally {
        Tally { counts: vec![0; places], touched: Vec::new() }
    }

    pub fn add(&mut self, place: u32) {
        let count = &mut self.counts[place as usize];
        if *count == 0 {
            self.touched.push(place);
        }
        *count = count.saturating_add(1);
    }

    /// Calls `visit` with the places that share enough, and begins anew.
    pub fn drain(&mut self, mut visit: impl FnMut(u32) -> Result<()>) -> Result<()> {
        for place in self.touched.drain(..) {
            if std::mem::take(&mut self.counts[place as usize]) >= MIN_SHARED {
                visit(place)?;
            }
        }
        Ok(())
    }
}

/// Where the rare stems of a slice of time stand: (stem, place in time) in one number each, sorted,
/// with the places after the slice that are near, and for each place of it the indices of its own.
struct Postings {
    slice: Range<u32>,
    sorted: Vec<u64>,
    of_places: Vec<u32>,
    ends: Vec<usize>,
    /// How often a stem stands after the slice beyond what `sorted` has.
    beyond: HashMap<Stem, usize>,
}

impl Postings {
    fn of(
        articles: &Articles,
        stories: &Stories,
        in_time: &InTime,
        slice: Range<u32>,
    ) -> Result<Postings> {
        let mut sorted = Vec::new();
        gather(articles, stories, in_time, slice.clone(), |_| true, |found| sorted.extend(found))?;
        sorted.par_sort_unstable();
        let mut beyond = HashMap::new();
        let until = in_time.slice_near_until(&slice);
        if slice.end < until {
            let mut stems: Vec<Stem> = sorted.iter().map(|&it| (it >> 32) as Stem).collect();
            stems.dedup();
            let of_slice = |stem: Stem| stems.binary_search(&stem).is_ok();
            let mut after: Vec<u64> = Vec::new();
            let most = 2 * (sorted.len() + NEIGHBOURS * stems.len());
            gather(articles, stories, in_time, slice.end..until, of_slice, |found| {
                after.extend(found);
                // Without dates all that follows is near.
                if after.len() > most && !in_time.is_dated(slice.start) {
                    keep_neighbours(&mut after, &mut beyond);
                }
            })?;
            sorted.extend(after);
            sorted.par_sort_unstable();
        }
        let in_slice = |posting: u64| slice.contains(&(posting as u32));
        let index = |posting: u64| (posting as u32 - slice.start) as usize;
        let mut ends = vec![0; slice.len() + 1];
        let own = sorted.iter().copied().filter(|&posting| in_slice(posting));
        own.for_each(|posting| ends[index(posting) + 1] += 1);
        for place in 1..ends.len() {
            ends[place] += ends[place - 1];
        }
        let mut next = ends.clone();
        let mut of_places = vec![0; ends[slice.len()]];
        for (number, &posting) in (0..).zip(&sorted).filter(|&(_, &posting)| in_slice(posting)) {
            let next = &mut next[index(posting)];
            of_places[*next] = number;
            *next += 1;
        }
        Ok(Postings { slice, sorted, of_places, ends, beyond })
    }

    /// The postings of some places, one place after the other, with their indices. They lie far apart: read
    /// in one go, none is waited for alone.
    fn own(&self, places: Range<u32>, own: &mut Vec<(u32, u64)>) {
        let index = |place: u32| self.ends[(place - self.slice.start) as usize];
        let indices = &self.of_places[index(places.start)..index(places.end)];
        own.clear();
        own.extend(indices.iter().map(|&index| (index, self.sorted[index as usize])));
    }

    /// The postings of a stem after one of it and before the place `end`, and how many more there are.
    fn after(&self, (index, posting): (u32, u64), end: u32) -> (&[u64], usize) {
        let stem = posting >> 32;
        let beyond = self.beyond.get(&(stem as Stem)).copied().unwrap_or(0);
        (first_below(&self.sorted[index as usize + 1..], stem << 32 | end as u64), beyond)
    }
}

/// The numbers below one, of some that are sorted: mostly few, so that they are looked for from the
/// beginning on in longer and longer steps.
fn first_below(sorted: &[u64], least: u64) -> &[u64] {
    let (mut known, mut step) = (0, 8);
    while sorted.get(known + step).is_some_and(|&it| it < least) {
        known += step;
        step *= 2;
    }
    let rest = &sorted[known..sorted.len().min(known + step)];
    &sorted[..known + rest.partition_point(|&it| it < least)]
}

/// Gives `take`, a few blocks at a time, the postings of the rare stems that are `wanted` of the
/// articles at some places.
fn gather(
    articles: &Articles,
    stories: &Stories,
    in_time: &InTime,
    places: Range<u32>,
    wanted: impl Fn(Stem) -> bool + Sync,
    mut take: impl FnMut(Vec<u64>),
) -> Result<()> {
    for blocks in stories.blocks(articles).chunks(BLOCKS_AT_ONCE) {
        let of_block = |members: &&[u32]| {
            let mut postings = Vec::new();
            stories.visit(members, |article, telling, rare| {
                let place = in_time.places[article as usize];
                if places.contains(&place) {
                    let rare = telling[..rare].iter().filter(|&&stem| wanted(stem));
                    postings.extend(rare.map(|&stem| (stem as u64) << 32 | place as u64));
                }
            })?;
            Ok(postings)
        };
        let found: Vec<Vec<u64>> = blocks.par_iter().map(of_block).collect::<Result<_>>()?;
        found.into_iter().for_each(&mut take);
    }
    Ok(())
}

/// Keeps the first places of each stem, as many as are looked at, and counts the others.
fn keep_neighbours(postings: &mut Vec<u64>, beyond: &mut HashMap<Stem, usize>) {
    postings.par_sort_unstable();
    for list in std::mem::take(postings).chunk_by(|x, y| x >> 32 == y >> 32) {
        let (near, others) = list.split_at(list.len().min(NEIGHBOURS));
        postings.extend(near);
        if !others.is_empty() {
            *beyond.entry((list[0] >> 32) as Stem).or_default() += others.len();
        }
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
    let bytes = BYTES_A_POSTING * stories.rare_in_all();
    let slices = bytes.div_ceil(articles.corpus.memory.for_stage());
    let mut bounded = Bounded::default();
    for slice in in_time.slices(slices) {
        let postings = Postings::of(articles, stories, in_time, slice.clone())?;
        let starts: Vec<u32> = slice.clone().step_by(ARTICLES_AT_ONCE).collect();
        let left_out: Vec<Bounded> = starts
            .into_par_iter()
            .map_init(
                || Tally::new(in_time.articles.len()),
                |tally, start| {
                    let places = start..slice.end.min(start + ARTICLES_AT_ONCE as u32);
                    progress.add(places.len() as u64)?;
                    count_chunk(in_time, &postings, places, tally, pairs)
                },
            )
            .collect::<Result<_>>()?;
        left_out.iter().for_each(|it| bounded.add(it));
    }
    pairs.settle();
    Ok(bounded)
}

fn count_chunk(
    in_time: &InTime,
    postings: &Postings,
    places: Range<u32>,
    tally: &mut Tally,
    pairs: &Sorter<[u32; 2]>,
) -> Result<Bounded> {
    let mut pairs = pairs.local();
    let mut bounded = Bounded::default();
    let mut own = Vec::new();
    for start in places.clone().step_by(PLACES_AT_ONCE) {
        let some = start..places.end.min(start + PLACES_AT_ONCE as u32);
        postings.own(some.clone(), &mut own);
        for own in own.chunk_by(|x, y| x.1 as u32 == y.1 as u32) {
            let place = own[0].1 as u32;
            let end = in_time.near_until(place);
            for &posting in own {
                let (near, beyond) = postings.after(posting, end);
                let (looked_at, left_out) = near.split_at(near.len().min(NEIGHBOURS));
                looked_at.iter().for_each(|&other| tally.add(other as u32));
                bounded.count_left_out(left_out.len() + beyond);
            }
            tally.drain(|other| pairs.push([place, other]))?;
        }
    }
    pairs.finish()?;
    Ok(bounded)
}
