//! Where the articles of an index stand, for one that looks for matches.

use hashbrown::HashSet;

use super::known::Known;
use super::matching::Shelf;
use super::postings::{FIRST, Key, LAST, is_hidden, key_of_id};
use super::record::{Glance, Record};
use super::store::Store;
use crate::error::Result;
use crate::progress::Progress;
use crate::sketch::sketches::Sketches;

/// An article on its way into the index.
pub struct Fresh {
    pub sketches: Sketches,
    pub keys: Vec<Key>,
    pub glance: Glance,
    pub record: Record,
}

/// Articles of a list that are to be there, or else one looks at what a page hides.
const ENOUGH: usize = FIRST + 1;

/// The articles before one number, some of which may not be stored yet.
pub struct Shelved<'a> {
    pub store: &'a Store,
    pub known: &'a Known,
    pub next: u32,
    /// Those not stored yet, and the number of the first.
    pub fresh: (u32, &'a [Fresh]),
    /// Those that are not looked at.
    pub hidden: &'a HashSet<u32>,
    /// Of what is to stop when it is cancelled.
    pub progress: Option<&'a Progress>,
}

static NONE: std::sync::LazyLock<HashSet<u32>> = std::sync::LazyLock::new(HashSet::new);

impl<'a> Shelved<'a> {
    pub fn new(store: &'a Store, known: &'a Known, next: u32) -> Shelved<'a> {
        Shelved { store, known, next, fresh: (0, &[]), hidden: &NONE, progress: None }
    }

    fn is_there(&self, number: &u32) -> bool {
        let Known { removed, .. } = self.known;
        *number < self.next && !removed.contains(number) && !self.hidden.contains(number)
    }

    fn fresh(&self, number: u32) -> Option<&Fresh> {
        let (first, fresh) = self.fresh;
        fresh.get(number.checked_sub(first)? as usize)
    }

    /// What is known of each article that is there, on its way or stored.
    fn each<T>(
        &self,
        numbers: &[u32],
        of_fresh: impl Fn(&Fresh) -> T,
        stored: impl Fn(u32) -> Result<Option<T>>,
    ) -> Result<Vec<(u32, T)>> {
        let find = |&number| {
            let fresh = self.fresh(number).map(&of_fresh);
            let found = if fresh.is_some() { fresh } else { stored(number)? };
            Ok(found.map(|found| (number, found)))
        };
        numbers.iter().map(find).filter_map(Result::transpose).collect()
    }
}

impl Shelf for Shelved<'_> {
    fn go_on(&self) -> Result<()> {
        self.progress.map_or(Ok(()), |progress| progress.add(0))
    }

    fn lists(&self, keys: &[Key], most: usize) -> Result<Vec<Vec<u32>>> {
        let is_there = |number: &u32| self.is_there(number);
        // The last article first, until all are there.
        let of_recent = |&key| self.known.recent(key).filter(is_there).take(most).collect();
        let mut lists: Vec<Vec<u32>> = keys.iter().map(of_recent).collect();
        let mut unfinished: Vec<(usize, Key)> = keys.iter().copied().enumerate().collect();
        unfinished.sort_unstable_by_key(|&(_, key)| key);
        let mut of_run: Vec<Vec<u32>> = vec![Vec::new(); keys.len()];
        for run in self.known.state.runs.iter().rev() {
            unfinished.retain(|&(index, _)| lists[index].len() < most);
            self.store.list(run, &unfinished, false, &mut of_run)?;
            let mut short: Vec<(usize, Key)> = Vec::new();
            for &(index, key) in &unfinished {
                let list = &mut of_run[index];
                let is_full = list.len() == FIRST + LAST;
                list.retain(is_there);
                if is_full && list.len() < ENOUGH && is_hidden(key) {
                    short.push((index, key));
                }
            }
            self.store.list(run, &short, true, &mut of_run)?;
            for &(index, _) in &short {
                let list = &mut of_run[index];
                list.retain(is_there);
                list.sort_unstable();
                if list.len() > FIRST + LAST {
                    list.drain(FIRST..list.len() - LAST);
                }
            }
            for &(index, _) in &unfinished {
                lists[index].extend(of_run[index].drain(..).rev());
            }
        }
        lists.iter_mut().for_each(|list| list.reverse());
        Ok(lists)
    }

    fn glances(&self, numbers: &[u32]) -> Result<Vec<(u32, Glance)>> {
        self.each(numbers, |fresh| fresh.glance.clone(), |number| self.store.glance(number))
    }

    fn records(&self, numbers: &[u32]) -> Result<Vec<(u32, Record)>> {
        self.each(numbers, |fresh| fresh.record.clone(), |number| self.store.record(number))
    }
}

/// The article of each id, with its number.
pub fn find_all(shelf: &impl Shelf, ids: &[&str]) -> Result<Vec<Option<(u32, Record)>>> {
    let keys: Vec<Key> = ids.iter().map(|id| key_of_id(id)).collect();
    let lists = shelf.lists(&keys, usize::MAX)?;
    let find = |(id, list): (&&str, Vec<u32>)| {
        let there = shelf.records(&list)?;
        Ok(there.into_iter().find(|(_, record)| record.id == *id))
    };
    ids.iter().zip(lists).map(find).collect()
}

pub fn find(shelf: &impl Shelf, id: &str) -> Result<Option<(u32, Record)>> {
    Ok(find_all(shelf, &[id])?.pop().flatten())
}
