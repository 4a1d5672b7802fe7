//! Runs of postings: written once, and merged so that there are few.

use std::ops::Range;

use hashbrown::HashSet;
use rayon::ThreadPool;
use rayon::prelude::*;

use super::postings::{self, Key, Page, Posting};
use super::store::{Run, State, Store};
use crate::error::Result;

/// A run is merged with those behind it once they are a fourth of it together.
const RATIO: u64 = 4;

/// Runs that there are at most, whatever their sizes, since each is looked into.
const MOST: usize = 16;

/// Pages that are made at a time.
const PAGES_AT_ONCE: u64 = 1024;

/// Puts sorted postings into a run of their own.
pub fn push(
    store: &Store,
    state: &mut State,
    postings: &[Posting],
    pool: &ThreadPool,
) -> Result<()> {
    let gather = |keys: Range<Key>| {
        let before = |key: Key| postings.partition_point(|it| it.0 < key);
        Ok(postings[before(keys.start)..before(keys.end)].to_vec())
    };
    write(store, state, postings.len() as u64, pool, gather)
}

/// Whether there are more runs than there may be.
pub fn are_many(state: &State) -> bool {
    state.runs.len() > MOST
}

/// Makes one run of the first that is not much longer than all behind it, and those.
pub fn merge(
    store: &Store,
    state: &mut State,
    removed: &HashSet<u32>,
    pool: &ThreadPool,
) -> Result<()> {
    let size = |runs: &[Run]| runs.iter().map(|run| run.postings).sum::<u64>();
    let is_short =
        |&first: &usize| state.runs[first].postings <= RATIO * size(&state.runs[first + 1..]);
    let Some(first) = (0..state.runs.len()).find(is_short) else { return Ok(()) };
    let old = state.runs.split_off(first);
    let count = size(&old);
    let gather = |keys: Range<Key>| {
        let mut pages = Vec::new();
        for run in &old {
            pages.extend(store.pages(run, &keys)?);
        }
        let read = |(place, bytes): &(u64, Vec<u8>)| {
            let mut found = Vec::new();
            Page::open(bytes, *place)?.read(keys.clone(), &mut found);
            found.retain(|it| !removed.contains(&it.1));
            Some(found)
        };
        let found: Option<Vec<Vec<Posting>>> =
            pool.install(|| pages.par_iter().map(read).collect());
        let mut found = found.ok_or_else(|| store.damaged("a page of postings"))?.concat();
        pool.install(|| found.par_sort_unstable());
        Ok(found)
    };
    write(store, state, count, pool, gather)?;
    old.iter().try_for_each(|run| store.drop_run(run))
}

/// Writes a run of about so many postings, which `gather` gives sorted by ranges of keys.
fn write(
    store: &Store,
    state: &mut State,
    count: u64,
    pool: &ThreadPool,
    gather: impl Fn(Range<Key>) -> Result<Vec<Posting>>,
) -> Result<()> {
    let mut run = Run { number: state.next_run, pages: postings::pages_for(count), postings: 0 };
    for first in (0..run.pages).step_by(PAGES_AT_ONCE as usize) {
        let last = run.pages.min(first + PAGES_AT_ONCE);
        let start = |page: u64| postings::first_key(page, run.pages);
        let mut found = gather(start(first)..start(last))?;
        postings::cap(&mut found);
        run.postings += found.len() as u64;
        let encode = |page: u64| {
            let before = |key: Key| found.partition_point(|it| it.0 < key);
            let own = &found[before(start(page))..before(start(page + 1))];
            (run.place(page), postings::encode(own, run.place(page)))
        };
        let pages: Vec<(u64, Vec<u8>)> =
            pool.install(|| (first..last).into_par_iter().map(encode).collect());
        store.put_pages(&pages)?;
    }
    state.next_run += 1;
    state.runs.push(run);
    Ok(())
}
