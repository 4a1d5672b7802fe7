//! Runs of postings: written once, and merged so that there are few.

use std::ops::Range;

use hashbrown::HashSet;
use rayon::ThreadPool;
use rayon::prelude::*;

use super::pages::Placed;
use super::postings::{self, Key, Page, Posting};
use super::state::{Run, State};
use super::store::Store;
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
    let mut draft = Draft::new(state, postings.len() as u64);
    while !draft.is_done() {
        draft
            .write(store, PAGES_AT_ONCE, Some(pool), |keys| Ok(between(postings, keys).to_vec()))?;
    }
    state.runs.push(draft.run);
    Ok(())
}

/// Whether there are more runs than there may be.
pub fn are_many(state: &State) -> bool {
    state.runs.len() > MOST
}

/// The first run that is not much longer than all behind it, with so many postings more.
pub fn first_short(state: &State, more: u64) -> Option<usize> {
    let size = |runs: &[Run]| runs.iter().map(|run| run.postings).sum::<u64>();
    (0..state.runs.len()).find(|&first| {
        state.runs[first].postings <= RATIO * (size(&state.runs[first + 1..]) + more)
    })
}

/// Makes one run of the first that is not much longer than all behind it, and those.
pub fn merge(
    store: &Store,
    state: &mut State,
    removed: &HashSet<u32>,
    pool: &ThreadPool,
) -> Result<()> {
    let Some(first) = first_short(state, 0) else { return Ok(()) };
    let old = state.runs.split_off(first);
    let mut draft = Draft::new(state, old.iter().map(|run| run.postings).sum());
    while !draft.is_done() {
        draft.write(store, PAGES_AT_ONCE, Some(pool), |keys| {
            let mut found = gather(store, &old, keys, removed, Some(pool))?;
            pool.install(|| found.par_sort_unstable());
            Ok(found)
        })?;
    }
    state.runs.push(draft.run);
    old.iter().try_for_each(|run| store.drop_run(run.number))
}

/// The postings of some runs in a range of keys, but for articles removed; those of each page sorted.
pub fn gather(
    store: &Store,
    runs: &[Run],
    keys: Range<Key>,
    removed: &HashSet<u32>,
    pool: Option<&ThreadPool>,
) -> Result<Vec<Posting>> {
    let mut pages = Vec::new();
    for run in runs {
        pages.extend(store.pages(run, &keys)?);
    }
    let salt = store.salt();
    let read = |(place, bytes): &Placed| {
        let mut found = Vec::new();
        Page::open(bytes, place ^ salt)?.read(keys.clone(), &mut found);
        found.retain(|it| !removed.contains(&it.1));
        Some(found)
    };
    let found: Option<Vec<Vec<Posting>>> = match pool {
        Some(pool) => pool.install(|| pages.par_iter().map(read).collect()),
        None => pages.iter().map(read).collect(),
    };
    Ok(found.ok_or_else(|| store.damaged("a page of postings"))?.concat())
}

/// Those of sorted postings that are in a range of keys.
pub fn between(postings: &[Posting], keys: Range<Key>) -> &[Posting] {
    let before = |key: Key| postings.partition_point(|it| it.0 < key);
    &postings[before(keys.start)..before(keys.end)]
}

/// A run that is being written.
pub struct Draft {
    pub run: Run,
    next_page: u64,
}

impl Draft {
    /// Of about so many postings.
    pub fn new(state: &mut State, postings: u64) -> Draft {
        let run = Run { number: state.next_run, pages: postings::pages_for(postings), postings: 0 };
        state.next_run += 1;
        Draft { run, next_page: 0 }
    }

    pub fn is_done(&self) -> bool {
        self.next_page == self.run.pages
    }

    pub fn pages_left(&self) -> u64 {
        self.run.pages - self.next_page
    }

    /// Writes so many more pages, of the postings that `gather` gives sorted by ranges of keys.
    pub fn write(
        &mut self,
        store: &Store,
        most: u64,
        pool: Option<&ThreadPool>,
        gather: impl FnOnce(Range<Key>) -> Result<Vec<Posting>>,
    ) -> Result<()> {
        let run = self.run;
        let pages = self.next_page..run.pages.min(self.next_page + most);
        let start = |page: u64| postings::first_key(page, run.pages);
        let found = gather(start(pages.start)..start(pages.end))?;
        let salt = store.salt();
        let encode = |page: u64| {
            let own = between(&found, start(page)..start(page + 1));
            let (shown, hidden) = postings::parted(own);
            let hides = !hidden.is_empty();
            let page_of = |own: &[Posting], hides: bool, place: u64| {
                (place, postings::encode(own, hides, place ^ salt))
            };
            let mut made = vec![page_of(&shown, hides, run.place(page))];
            if hides {
                made.push(page_of(&hidden, false, run.hidden_place(page)));
            }
            (made, shown.len() + hidden.len())
        };
        let made: Vec<(Vec<Placed>, usize)> = match pool {
            Some(pool) => pool.install(|| pages.clone().into_par_iter().map(encode).collect()),
            None => pages.clone().map(encode).collect(),
        };
        for (page, postings) in made {
            self.run.postings += postings as u64;
            store.put_pages(&page)?;
        }
        self.next_page = pages.end;
        Ok(())
    }
}
