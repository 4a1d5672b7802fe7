//! The ingestion index: whether an article is new, and what it is a version of if not.
//!
//! An article is found by keys, see [`postings`]: those of the last articles are in memory, all
//! others in sorted runs on disk, which are merged so that there are few. What is found is verified
//! on the texts, just as in a pass.

pub mod adding;
mod article;
pub mod content;
mod known;
pub mod matching;
pub mod postings;
mod runs;
mod shelf;
pub mod store;
pub mod vocabulary;
mod writer;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use hashbrown::HashSet;
use rayon::ThreadPool;
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::sketch::sketches::Sketches;
use crate::threads::thread_pool;
pub use article::{Article, Options, refused};
use content::Content;
use known::Known;
pub use matching::Found;
use matching::Judge;
use postings::{Posting, keys_of};
use shelf::{Shelved, find, find_all};
use store::{Record, State, Store};
use vocabulary::Vocabulary;
use writer::Writer;

/// Articles that are gone through at a time when all postings are made anew.
const BULK: usize = 1 << 15;

/// An article stored.
pub struct Stored {
    pub id: String,
    pub date: i64,
    /// None in an index without texts.
    pub text: Option<String>,
    pub duplicate_of: Option<String>,
}

pub struct Stats {
    pub articles: u64,
    pub removed: u64,
    pub runs: u64,
    pub postings: u64,
    pub bytes: u64,
}

pub struct Index {
    path: PathBuf,
    pub options: Options,
    pub judge: Judge,
    writer: Option<Mutex<Writer>>,
    idle: Mutex<Vec<Store>>,
    known: RwLock<Known>,
    threads: usize,
    pool: OnceLock<ThreadPool>,
    process: u32,
}

impl Index {
    /// Opens an index, or makes one with these options where there is none. `threads` are those
    /// that work on many articles at once; 0 is one for each processor.
    pub fn open(path: &Path, options: Options, read_only: bool, threads: usize) -> Result<Index> {
        let none = || Error::Index(format!("there is no index {}", path.display()));
        if read_only && !path.exists() {
            return Err(none());
        }
        let writer = if read_only { None } else { Some(Writer::take(path)?) };
        let is_new = Store::is_empty(path)?;
        if is_new && read_only {
            return Err(none());
        }
        if is_new && path.exists() {
            // One that is being made has no changes yet.
            writer::check_complete(path, Writer::noted(path), 0)?;
        }
        if is_new && let Some(writer) = &writer {
            // What is noted there is of an index that was here before.
            writer.note(0)?;
        }
        let noted = Writer::noted(path);
        let store = if is_new { Store::create(path, &options)? } else { Store::open(path)? };
        let state: State = store.meta("state")?;
        writer::check_complete(path, noted, state.generation)?;
        let options: Options = store.meta("options")?;
        let judge = Judge::new(&options).ok_or_else(|| store.damaged("its options"))?;
        Ok(Index {
            path: path.to_path_buf(),
            options,
            judge,
            writer: writer.map(Mutex::new),
            idle: Mutex::new(vec![store]),
            known: RwLock::default(),
            threads,
            pool: OnceLock::new(),
            process: std::process::id(),
        })
    }

    /// The matches of an article with those stored, the best first.
    pub fn check(&self, article: &Article) -> Result<Vec<Found>> {
        let sketches = content::sketch(article.text, &self.judge.sketcher);
        self.read(|store, known, state| {
            let shelf = Shelved::new(store, known, state.next);
            self.judge.matches(&shelf, &known.vocabulary, shelf.next, article, &sketches)
        })
    }

    /// The article of an id, if it is stored.
    pub fn get(&self, id: &str) -> Result<Option<Stored>> {
        self.read(|store, known, state| {
            let Some((_, record)) = find(&Shelved::new(store, known, state.next), id)? else {
                return Ok(None);
            };
            let text = record.content.open()?.text();
            let Record { id, date, duplicate_of, .. } = record;
            Ok(Some(Stored { id, date, text, duplicate_of }))
        })
    }

    /// The digest of the words that are stored under each id, where there are any.
    pub fn words_of(&self, ids: &[&str]) -> Result<Vec<Option<u128>>> {
        self.read(|store, known, state| {
            let there = find_all(&Shelved::new(store, known, state.next), ids)?;
            let words = |record: Record| Ok(self.sketch_of(&record.content)?.digests[0]);
            there.into_iter().map(|it| it.map(|(_, record)| words(record)).transpose()).collect()
        })
    }

    /// Takes an article away; false when there is none of this id.
    pub fn remove(&self, id: &str) -> Result<bool> {
        self.write(|store, known, state| {
            let Some((number, _)) = find(&Shelved::new(store, known, state.next), id)? else {
                return Ok(false);
            };
            remove_all(store, state, &[number])?;
            Ok(true)
        })
    }

    /// Takes all articles away that were published before a time, and returns how many.
    pub fn expire(&self, before: i64) -> Result<u64> {
        self.write(|store, _, state| {
            let numbers = store.published_before(before)?;
            for &number in &numbers {
                if store.glance(number)?.is_none_or(|it| it.date >= before) {
                    return Err(store.damaged("a date"));
                }
            }
            remove_all(store, state, &numbers)?;
            Ok(numbers.len() as u64)
        })
    }

    /// Makes the index what it would be had the articles removed never come, and gives their space
    /// back.
    pub fn compact(&self) -> Result<()> {
        let writer = self.lock_writer()?;
        self.write_with(&writer, |store, _, state| {
            state.runs.drain(..).try_for_each(|run| store.drop_run(&run))?;
            // Others learn by it that the runs are new ones, even if there is none.
            state.next_run += 1;
            store.forget_removed()?;
            store.forget_recent()?;
            state.removed = 0;
            state.counted_of = 0;
            state.first_recent = state.next;
            let mut vocabulary = Vocabulary::default();
            let (mut first, mut articles) = (0, 0);
            loop {
                let numbers = store.numbers_from(first, BULK)?;
                let Some(&last) = numbers.last() else { break };
                articles += numbers.len() as u64;
                let record = |&number: &u32| {
                    store.record(number)?.ok_or_else(|| store.damaged("an article"))
                };
                let records: Vec<Record> = numbers.iter().map(record).collect::<Result<_>>()?;
                let sketched = self.map(&records, |_, it| self.sketch_of(&it.content))?;
                if last >= 2 * state.counted_of
                    && let Some(found) = Vocabulary::of(sketched.iter())?
                {
                    vocabulary = found;
                    state.counted_of = last + 1;
                }
                let mut postings: Vec<Posting> = Vec::new();
                for ((&number, record), sketches) in numbers.iter().zip(&records).zip(&sketched) {
                    let keys = keys_of(&record.id, sketches, &vocabulary)?;
                    postings.extend(keys.into_iter().map(|key| (key, number)));
                }
                self.pool()?.install(|| postings.par_sort_unstable());
                runs::push(store, state, &postings, self.pool()?)?;
                first = last + 1;
            }
            if articles != state.articles {
                return Err(store.damaged("the list of articles"));
            }
            runs::merge(store, state, &HashSet::new(), self.pool()?)?;
            store.put_meta("vocabulary", &vocabulary)
        })?;
        self.with_store(Store::shrink)
    }

    /// Counts all changes that were ever made.
    pub fn generation(&self) -> Result<u64> {
        self.with_store(|store| Ok(store.meta::<State>("state")?.generation))
    }

    pub fn stats(&self) -> Result<Stats> {
        self.with_store(|store| {
            store.reading(|| {
                let state: State = store.meta("state")?;
                let size = |end: &str| {
                    let mut path = self.path.as_os_str().to_owned();
                    path.push(end);
                    std::fs::metadata(path).map_or(0, |it| it.len())
                };
                Ok(Stats {
                    articles: state.articles,
                    removed: state.removed,
                    runs: state.runs.len() as u64,
                    postings: state.runs.iter().map(|run| run.postings).sum(),
                    bytes: size("") + size("-wal"),
                })
            })
        })
    }

    /// Runs `work` on one state of the index.
    fn read<T>(&self, work: impl Fn(&Store, &Known, &State) -> Result<T>) -> Result<T> {
        self.with_store(|store| {
            loop {
                let done = store.reading(|| {
                    let state = self.catch_up(store)?;
                    let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
                    let is_behind = !known.is_loaded || known.state.generation < state.generation;
                    if is_behind || known.state.next_run != state.next_run {
                        // Another thread failed to write, or knows of a later state, in which the
                        // runs are others.
                        return Ok(ControlFlow::Continue(()));
                    }
                    work(store, &known, &state).map(ControlFlow::Break)
                })?;
                if let ControlFlow::Break(done) = done {
                    return Ok(done);
                }
            }
        })
    }

    /// Runs `work`, which changes the index: all that it does is kept, or nothing if it fails.
    fn write<T>(&self, work: impl FnOnce(&Store, &Known, &mut State) -> Result<T>) -> Result<T> {
        let writer = self.lock_writer()?;
        self.write_with(&writer, work)
    }

    fn write_with<T>(
        &self,
        writer: &Writer,
        work: impl FnOnce(&Store, &Known, &mut State) -> Result<T>,
    ) -> Result<T> {
        self.with_store(|store| {
            let (done, state) = store.writing(|| {
                let mut state = self.catch_up(store)?;
                let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
                let done = work(store, &known, &mut state)?;
                state.generation += 1;
                store.put_meta("state", &state)?;
                Ok((done, state))
            })?;
            writer.note(state.generation)?;
            Ok(done)
        })
    }

    fn lock_writer(&self) -> Result<MutexGuard<'_, Writer>> {
        self.check_process()?;
        let writer = self
            .writer
            .as_ref()
            .ok_or_else(|| Error::Index(format!("{} was opened read-only", self.path.display())))?;
        Ok(writer.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Fails in a child, which SQLite's connections do not outlive a fork for, nor do threads.
    fn check_process(&self) -> Result<()> {
        if self.process == std::process::id() {
            return Ok(());
        }
        let path = self.path.display();
        Err(Error::Index(format!("{path} was opened before a fork; open it in the child")))
    }

    /// Runs `work` with a connection that no other thread uses.
    fn with_store<T>(&self, work: impl FnOnce(&Store) -> Result<T>) -> Result<T> {
        self.check_process()?;
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = idle().pop();
        let store = waiting.map_or_else(|| Store::open(&self.path), Ok)?;
        let done = work(&store);
        idle().push(store);
        done
    }

    /// Runs `work` on each item with its index, on all threads if there are several.
    fn map<T: Sync, U: Send>(
        &self,
        items: &[T],
        work: impl Fn(usize, &T) -> Result<U> + Sync + Send,
    ) -> Result<Vec<U>> {
        if items.len() < 2 {
            return items.iter().enumerate().map(|(index, item)| work(index, item)).collect();
        }
        let work = |(index, item)| work(index, item);
        self.pool()?.install(|| items.par_iter().enumerate().map(work).collect())
    }

    fn pool(&self) -> Result<&ThreadPool> {
        // An index that takes one article at a time needs none.
        if self.pool.get().is_none() {
            let _ = self.pool.set(thread_pool(self.threads)?);
        }
        Ok(self.pool.get().expect("set above"))
    }

    /// Learns what was written since by whomever, this process included, and returns the state.
    fn catch_up(&self, store: &Store) -> Result<State> {
        let state: State = store.meta("state")?;
        let is_current =
            |known: &Known| known.is_loaded && known.state.generation >= state.generation;
        if is_current(&self.known.read().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(state);
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if is_current(&known) {
            return Ok(state);
        }
        if !known.is_loaded || known.state.next_run != state.next_run {
            *known = Known::default();
            known.state.next = state.first_recent;
            if state.counted_of > 0 {
                known.vocabulary = store.meta("vocabulary")?;
            }
        }
        // If what follows fails, all is learned anew.
        known.is_loaded = false;
        if known.state.removed < state.removed {
            let since = store.removed_after(known.state.removed)?;
            known.removed.extend(since);
        }
        for number in known.state.next..state.next {
            if let Some(keys) = store.recent(number)? {
                known.recent.push(&keys, number);
            }
        }
        known.is_loaded = true;
        known.state = state.clone();
        Ok(state)
    }

    fn sketch_of(&self, content: &Content) -> Result<Sketches> {
        Ok(content.open()?.sketch(&self.judge.sketcher))
    }
}

fn remove_all(store: &Store, state: &mut State, numbers: &[u32]) -> Result<()> {
    for &number in numbers {
        state.removed += 1;
        state.articles -= 1;
        store.remove(number, state.removed)?;
    }
    Ok(())
}
