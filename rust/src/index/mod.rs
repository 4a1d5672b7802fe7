//! The ingestion index: whether an article is new, and what it is a version of if not.
//!
//! An article is found by keys, see [`postings`]: those of the last articles are in memory, all
//! others in sorted runs on disk, which are merged so that there are few. What is found is verified
//! on the texts, just as in a pass.

pub mod adding;
mod article;
mod articles;
mod asking;
mod bulk;
mod changing;
pub mod content;
mod file;
mod furniture;
mod known;
pub mod matching;
mod meeting;
mod merging;
mod pages;
pub mod postings;
pub mod record;
mod runs;
pub mod sealed;
mod shelf;
mod state;
mod store;
pub mod vocabulary;
mod writer;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::sketch::sketches::Sketches;
use crate::threads::thread_pool;
pub use adding::Outcome;
pub use article::{Article, Options, taken};
pub use asking::{Checked, Stats, Stored};
pub use bulk::Bulk;
use content::Content;
use file::{Stamp, beside};
use known::Known;
pub use matching::Found;
use matching::Judge;
use merging::Merging;
use state::State;
use store::Store;
use writer::Writer;

pub struct Index {
    path: PathBuf,
    /// The file when it was opened.
    file: Option<Stamp>,
    read_only: bool,
    pub options: Options,
    pub judge: Judge,
    writer: Mutex<Option<Held>>,
    is_closed: AtomicBool,
    idle: Mutex<Vec<Store>>,
    known: RwLock<Known>,
    threads: usize,
    pool: OnceLock<ThreadPool>,
    process: u32,
}

/// What the one that writes holds.
pub struct Held {
    writer: Writer,
    merging: Option<Merging>,
}

/// The right to write, for as long as it is there.
struct Lock<'a> {
    index: &'a Index,
    held: MutexGuard<'a, Option<Held>>,
}

impl Lock<'_> {
    fn get(&mut self) -> Result<&mut Held> {
        let Index { path, read_only, .. } = self.index;
        let path = path.display();
        self.held.as_mut().ok_or_else(|| {
            Error::Index(match read_only {
                true => format!("{path} was opened read-only"),
                false => format!("{path} is closed"),
            })
        })
    }
}

impl Index {
    /// Opens an index, or makes one with these options where there is none. `threads` are those that
    /// work on many articles at once; 0 is one for each processor.
    pub fn open(path: &Path, options: Options, read_only: bool, threads: usize) -> Result<Index> {
        let none = || Error::Index(format!("there is no index {}", path.display()));
        let path = &file::real_path(path)?;
        // Before the lock: nothing is left beside what is no index.
        let there = (!Store::is_empty(path)?).then(|| Store::open(path, read_only)).transpose()?;
        if there.is_none() && read_only {
            return Err(none());
        }
        if !read_only {
            file::check_one_name(path)?;
        }
        let writer = if read_only { None } else { Some(Writer::take(path)?) };
        let is_new = there.is_none() && Store::is_empty(path)?;
        if is_new && path.exists() {
            // One that is being made has no changes yet.
            writer::check_complete(path, Writer::noted(path), 0)?;
        }
        if is_new && let Some(writer) = &writer {
            // What is noted there is of an index that was here before.
            writer.note(0)?;
            Store::create(path, &options)?;
        }
        let noted = Writer::noted(path);
        let store = there.map_or_else(|| Store::open(path, read_only), Ok)?;
        let state: State = store.meta("state")?;
        writer::check_complete(path, noted, state.generation)?;
        let options: Options = store.meta("options")?;
        let judge = Judge::new(&options).ok_or_else(|| store.damaged("its options"))?;
        Ok(Index {
            path: path.to_path_buf(),
            file: Stamp::of(path),
            read_only,
            options,
            judge,
            writer: Mutex::new(writer.map(|writer| Held { writer, merging: None })),
            is_closed: AtomicBool::new(false),
            idle: Mutex::new(vec![store]),
            known: RwLock::default(),
            threads,
            pool: OnceLock::new(),
            process: std::process::id(),
        })
    }

    /// Lets go of the file and of the right to write; what works with it still comes to its end.
    pub fn close(&self) {
        if self.process != std::process::id() {
            return;
        }
        self.is_closed.store(true, Ordering::Relaxed);
        let held = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let stores = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        if held.as_ref().is_some_and(|it| it.writer.check_untouched().is_err()) {
            // Nothing of the old index gets into the file that is there now.
            stores.into_iter().for_each(Store::abandon);
            for ending in ["-wal", "-shm"] {
                let _ = std::fs::remove_file(beside(&self.path, ending));
            }
        }
    }

    /// Runs `work` on one state of the index.
    fn read<T>(&self, work: impl Fn(&Store, &Known, &State) -> Result<T>) -> Result<T> {
        self.with_store(|store| {
            loop {
                let before = self.read_known().state.generation;
                let done = store.reading(|| {
                    let state = self.catch_up(store)?;
                    if state.generation < before {
                        return Err(self.overwritten());
                    }
                    let known = self.read_known();
                    if !known.is_loaded || !known.is_of(&state) {
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
    fn write<T>(
        &self,
        work: impl FnOnce(&Store, &Known, &mut State, &mut Held) -> Result<T>,
    ) -> Result<T> {
        let mut held = self.lock()?;
        self.write_with(held.get()?, work)
    }

    fn write_with<T>(
        &self,
        held: &mut Held,
        work: impl FnOnce(&Store, &Known, &mut State, &mut Held) -> Result<T>,
    ) -> Result<T> {
        held.writer.check_untouched()?;
        self.with_store(|store| {
            let written = store.writing(|| {
                let mut state = self.catch_up(store)?;
                let known = self.read_known();
                let done = work(store, &known, &mut state, held)?;
                state.generation += 1;
                store.put_meta("state", &state)?;
                Ok((done, state))
            });
            if written.is_err() {
                held.merging = None;
            }
            held.writer.remember();
            let (done, state) = written?;
            held.writer.note(state.generation)?;
            Ok(done)
        })
    }

    fn lock(&self) -> Result<Lock<'_>> {
        self.check_process()?;
        let held = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Lock { index: self, held })
    }

    fn read_known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fails in a child, which SQLite's connections do not outlive a fork for, nor do threads.
    fn check_process(&self) -> Result<()> {
        let path = self.path.display();
        if self.process != std::process::id() {
            return Err(Error::Index(format!(
                "{path} was opened before a fork; open it in the child"
            )));
        }
        if self.is_closed.load(Ordering::Relaxed) {
            return Err(Error::Index(format!("{path} is closed")));
        }
        Ok(())
    }

    /// Runs `work` with a connection that no other thread uses.
    fn with_store<T>(&self, work: impl FnOnce(&Store) -> Result<T>) -> Result<T> {
        self.check_process()?;
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let check_file = || {
            let found = Stamp::of(&self.path);
            let is_same = self.file.zip(found).is_some_and(|(a, b)| a.is_same_file(&b));
            is_same.then_some(()).ok_or_else(|| {
                let path = self.path.display();
                Error::Index(format!("{path} was replaced while it was open; open it again"))
            })
        };
        check_file()?;
        let waiting = idle().pop().filter(Store::is_current);
        let store = waiting.map_or_else(|| Store::open(&self.path, self.read_only), Ok)?;
        let done = work(&store);
        if !self.is_closed.load(Ordering::Relaxed) {
            idle().push(store);
        }
        if done.is_err() {
            check_file()?;
        }
        done
    }

    fn overwritten(&self) -> Error {
        let path = self.path.display();
        Error::Index(format!("{path} was overwritten while it was open; open it again"))
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
        if is_current(&self.read_known()) {
            return Ok(state);
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if !is_current(&known) {
            known.catch_up(store, &state)?;
        }
        Ok(state)
    }

    fn sketch_of(&self, content: &Content) -> Result<Sketches> {
        Ok(content.open()?.sketch(&self.judge.sketcher))
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        self.close();
        // The connections of the parent are not a child's to close.
        let idle = self.idle.get_mut().unwrap_or_else(PoisonError::into_inner);
        idle.drain(..).for_each(std::mem::forget);
    }
}
