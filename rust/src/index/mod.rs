//! The ingestion index: whether an article is new, and what it is a version of if not.
//!
//! An article is found by keys, see [`postings`]: those of the last articles are in memory, all
//! others in sorted runs on disk, which are merged so that there are few. What is found is verified
//! on the texts, just as in a pass.

mod frequent;
mod matching;
pub mod postings;
mod runs;
mod store;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};

use hashbrown::HashSet;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::banding::NUM_PERM;
use crate::cluster::Drops;
use crate::corpus::{Scratch, Sketcher, Sketches};
use crate::error::{Error, Result};
use crate::pipeline::{SEED, thread_pool};
use crate::rank::KeepRule;
use crate::signature::{Instructions, Permutations};
use crate::story::Stem;
use crate::verify::rewrite::Bars;
use crate::verify::{Relation, Verdict};
use postings::{Posting, Recent, key_of_id, keys_of};
use store::{Record, State, Store, WriterLock};

/// Articles whose postings are in memory, at most.
const RECENT: u32 = 4096;

/// Articles that are gone through at a time when all postings are made anew.
const BULK: usize = 1 << 15;

#[derive(Clone, Serialize, Deserialize)]
pub struct Options {
    pub keep: String,
    /// Names of the relations whose duplicates are dropped.
    pub drop: Vec<String>,
    pub rewrites: bool,
    pub related: bool,
    pub window: Option<u64>,
    pub min_score: f64,
}

/// An article given.
pub struct Article<'a> {
    pub id: &'a str,
    /// In seconds, or [`crate::corpus::NO_DATE`].
    pub date: i64,
    pub text: &'a str,
}

/// An article stored.
pub struct Stored {
    pub id: String,
    pub date: i64,
    pub text: String,
    pub duplicate_of: Option<String>,
}

/// A stored article that a given one is a version of.
pub struct Found {
    pub id: String,
    pub verdict: Verdict,
    /// Whether the given article would be dropped for it.
    pub drops: bool,
}

pub struct Stats {
    pub articles: u64,
    pub removed: u64,
    pub runs: u64,
    pub postings: u64,
    pub bytes: u64,
}

/// What is known of the index without looking into the file.
#[derive(Default)]
struct Known {
    state: State,
    recent: Recent,
    frequent: HashSet<Stem>,
    removed: HashSet<u32>,
}

pub struct Index {
    path: PathBuf,
    pub options: Options,
    pub keep: KeepRule,
    drops: Drops,
    bars: Option<Bars>,
    sketcher: Sketcher,
    writer: Option<Mutex<WriterLock>>,
    idle: Mutex<Vec<Store>>,
    known: RwLock<Known>,
    process: u32,
}

impl Index {
    /// Opens an index, or makes one with these options where there is none.
    pub fn open(path: &Path, options: Options, read_only: bool) -> Result<Index> {
        let writer = if read_only { None } else { Some(Mutex::new(WriterLock::take(path)?)) };
        let is_new = Store::is_empty(path)?;
        if is_new && read_only {
            return Err(Error::Index(format!("there is no index {}", path.display())));
        }
        let store = if is_new { Store::create(path, &options)? } else { Store::open(path)? };
        let options: Options = store.get("options")?;
        let wrong = |what: &str| store.damaged(what);
        let mut drops = Drops::default();
        for name in &options.drop {
            drops.0[Relation::named(name).ok_or_else(|| wrong("its options"))? as usize] = true;
        }
        let keep = KeepRule::named(&options.keep).ok_or_else(|| wrong("its options"))?;
        let Options { min_score, related, rewrites, .. } = options;
        let permutations = Permutations::new(NUM_PERM, SEED, Instructions::available()[0]);
        Ok(Index {
            path: path.to_path_buf(),
            keep,
            drops,
            bars: rewrites.then_some(Bars { min_score, related }),
            sketcher: Sketcher { permutations, stories: rewrites },
            options,
            writer,
            idle: Mutex::new(vec![store]),
            known: RwLock::default(),
            process: std::process::id(),
        })
    }

    /// The matches of an article with those stored, the best first.
    pub fn check(&self, article: &Article) -> Result<Vec<Found>> {
        let sketches = self.sketch(article.text);
        self.read(|store, known, state| self.matches(store, known, state.next, article, &sketches))
    }

    /// Stores an article, and returns the match that it is a duplicate for, if any.
    pub fn add(&self, article: &Article) -> Result<Option<Found>> {
        let sketches = self.sketch(article.text);
        self.write(|store, known, state| {
            self.check_new(store, known, article.id)?;
            let found = self.matches(store, known, state.next, article, &sketches)?;
            let duplicate = found.into_iter().find(|found| found.drops);
            let of = duplicate.as_ref().map(|it| it.id.clone());
            let record = record_of(article, compress(article.text), of);
            store.put_record(state.next, &record, sketches.stems.get(0, &mut Vec::new())?)?;
            state.next += 1;
            state.articles += 1;
            if state.next - state.first_recent >= RECENT {
                let mut postings = known.recent.sorted();
                let keys = keys_of(article.id, &sketches, &known.frequent)?;
                postings.extend(keys.into_iter().map(|key| (key, state.next - 1)));
                postings.sort_unstable();
                runs::push(store, state, postings, &known.removed)?;
                self.refresh_frequent(store, state)?;
            }
            Ok(duplicate)
        })
    }

    /// Stores articles, all or none, without comparing them: in far less time.
    pub fn add_many(&self, articles: &[Article], threads: usize) -> Result<()> {
        thread_pool(threads)?.install(|| self.add_bulk(articles))
    }

    fn add_bulk(&self, articles: &[Article]) -> Result<()> {
        let sketch = |article: &Article| (self.sketch(article.text), compress(article.text));
        let sketched: Vec<(Sketches, Vec<u8>)> = articles.par_iter().map(sketch).collect();
        self.write(|store, known, state| {
            let mut ids = HashSet::new();
            for article in articles {
                self.check_new(store, known, article.id)?;
                if !ids.insert(article.id) {
                    return Err(repeated(article.id));
                }
            }
            let mut frequent = None;
            if frequent::is_due(state, articles.len()) {
                frequent = frequent::among(sketched.iter().map(|it| &it.0))?;
            }
            if let Some(frequent) = &frequent {
                store.put("frequent", frequent)?;
                state.frequent_of = state.next + articles.len() as u32;
            }
            let frequent = frequent.as_ref().unwrap_or(&known.frequent);
            let first = state.next;
            let postings_of = |index: usize| {
                let id = articles[index].id;
                let keys = keys_of(id, &sketched[index].0, frequent)?;
                Ok(keys.into_iter().map(|key| (key, first + index as u32)).collect())
            };
            let postings: Vec<Vec<Posting>> =
                (0..articles.len()).into_par_iter().map(postings_of).collect::<Result<_>>()?;
            let mut postings = postings.concat();
            postings.extend(known.recent.sorted());
            postings.par_sort_unstable();
            let mut buffer = Vec::new();
            for (article, (sketches, text)) in articles.iter().zip(&sketched) {
                let record = record_of(article, text.clone(), None);
                store.put_record(state.next, &record, sketches.stems.get(0, &mut buffer)?)?;
                state.next += 1;
                state.articles += 1;
            }
            runs::push(store, state, postings, &known.removed)
        })
    }

    /// The article of an id, if it is stored.
    pub fn get(&self, id: &str) -> Result<Option<Stored>> {
        self.read(|store, known, _| {
            let Some((_, record)) = self.find(store, known, id)? else { return Ok(None) };
            let text = decompress(store, &record)?;
            let Record { id, date, duplicate_of, .. } = record;
            Ok(Some(Stored { id, date, text, duplicate_of }))
        })
    }

    /// Takes an article away; false when there is none of this id.
    pub fn remove(&self, id: &str) -> Result<bool> {
        self.write(|store, known, state| {
            let Some((number, _)) = self.find(store, known, id)? else { return Ok(false) };
            remove_all(store, state, &[number])?;
            Ok(true)
        })
    }

    /// Takes all articles away that were published before a time, and returns how many.
    pub fn expire(&self, before: i64) -> Result<u64> {
        self.write(|store, _, state| {
            let numbers = store.published_before(before)?;
            remove_all(store, state, &numbers)?;
            Ok(numbers.len() as u64)
        })
    }

    /// Makes the index what it would be had the articles removed never come, and gives their space
    /// back.
    pub fn compact(&self, threads: usize) -> Result<()> {
        let pool = thread_pool(threads)?;
        self.write(|store, _, state| {
            state.runs.drain(..).try_for_each(|run| store.drop_run(&run))?;
            store.forget_removed()?;
            state.removed = 0;
            state.frequent_of = 0;
            let mut frequent = HashSet::new();
            let mut first = 0;
            loop {
                let numbers = store.numbers_from(first, BULK)?;
                let Some(&last) = numbers.last() else { break };
                let records: Vec<(String, String)> =
                    numbers.iter().map(|&it| self.id_and_text(store, it)).collect::<Result<_>>()?;
                let sketch = |(_, text): &(String, String)| self.sketch(text);
                let sketched: Vec<Sketches> =
                    pool.install(|| records.par_iter().map(sketch).collect());
                if last >= 2 * state.frequent_of
                    && let Some(found) = frequent::among(sketched.iter())?
                {
                    frequent = found;
                    state.frequent_of = last + 1;
                }
                let mut postings: Vec<Posting> = Vec::new();
                for ((&number, (id, _)), sketches) in numbers.iter().zip(&records).zip(&sketched) {
                    let keys = keys_of(id, sketches, &frequent)?;
                    postings.extend(keys.into_iter().map(|key| (key, number)));
                }
                pool.install(|| postings.par_sort_unstable());
                runs::push(store, state, postings, &HashSet::new())?;
                first = last + 1;
            }
            state.first_recent = state.next;
            store.put("frequent", &frequent)
        })?;
        self.with_store(Store::shrink)
    }

    fn id_and_text(&self, store: &Store, number: u32) -> Result<(String, String)> {
        let record = store.record(number)?.ok_or_else(|| store.damaged("an article"))?;
        let text = decompress(store, &record)?;
        Ok((record.id, text))
    }

    /// Counts all changes that were ever made.
    pub fn generation(&self) -> Result<u64> {
        self.with_store(|store| Ok(store.get::<State>("state")?.generation))
    }

    pub fn stats(&self) -> Result<Stats> {
        self.with_store(|store| {
            store.reading(|| {
                let state: State = store.get("state")?;
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

    fn sketch(&self, text: &str) -> Sketches {
        let mut sketches = Sketches::default();
        sketches.push(text, &self.sketcher, &mut Scratch::default());
        sketches
    }

    /// Runs `work` on one state of the index.
    fn read<T>(&self, work: impl Fn(&Store, &Known, &State) -> Result<T>) -> Result<T> {
        self.with_store(|store| {
            loop {
                let done = store.reading(|| {
                    let state: State = store.get("state")?;
                    self.catch_up(store, &state)?;
                    let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
                    // Another thread may know of a later state, in which the runs are others.
                    let is_same = known.state.runs == state.runs;
                    is_same.then(|| work(store, &known, &state)).transpose()
                })?;
                if let Some(done) = done {
                    return Ok(done);
                }
            }
        })
    }

    /// Runs `work`, which changes the index: all that it does is kept, or nothing if it fails.
    fn write<T>(&self, work: impl FnOnce(&Store, &Known, &mut State) -> Result<T>) -> Result<T> {
        let writer = self
            .writer
            .as_ref()
            .ok_or_else(|| Error::Index(format!("{} was opened read-only", self.path.display())))?;
        let _one_at_a_time = writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.with_store(|store| {
            store.writing(|| {
                let mut state: State = store.get("state")?;
                self.catch_up(store, &state)?;
                let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
                let done = work(store, &known, &mut state)?;
                state.generation += 1;
                store.put("state", &state)?;
                Ok(done)
            })
        })
    }

    /// Runs `work` with a connection that no other thread uses.
    fn with_store<T>(&self, work: impl FnOnce(&Store) -> Result<T>) -> Result<T> {
        // SQLite's connections do not outlive a fork.
        if self.process != std::process::id() {
            let path = self.path.display();
            return Err(Error::Index(format!(
                "{path} was opened before a fork; open it in the child"
            )));
        }
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = idle().pop();
        let store = waiting.map_or_else(|| Store::open(&self.path), Ok)?;
        let done = work(&store);
        idle().push(store);
        done
    }

    /// Learns what was written since by whomever, this process included.
    fn catch_up(&self, store: &Store, state: &State) -> Result<()> {
        let is_known = |known: &Known| known.state.generation >= state.generation;
        if is_known(&self.known.read().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(());
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if is_known(&known) {
            return Ok(());
        }
        if known.state.runs != state.runs {
            *known = Known::default();
            known.state.next = state.first_recent;
            if state.frequent_of > 0 {
                known.frequent = store.get("frequent")?;
            }
        }
        if known.state.removed < state.removed {
            let since = store.removed_after(known.state.removed)?;
            known.removed.extend(since);
        }
        for number in known.state.next..state.next {
            let Some(record) = store.record(number)? else { continue };
            let sketches = self.sketch(&decompress(store, &record)?);
            let Known { recent, frequent, .. } = &mut *known;
            recent.push(&keys_of(&record.id, &sketches, frequent)?, number);
            known.state.next = number + 1;
        }
        known.state = state.clone();
        Ok(())
    }

    fn check_new(&self, store: &Store, known: &Known, id: &str) -> Result<()> {
        match self.find(store, known, id)? {
            Some(_) => Err(repeated(id)),
            None => Ok(()),
        }
    }

    /// The article of an id.
    fn find(&self, store: &Store, known: &Known, id: &str) -> Result<Option<(u32, Record)>> {
        for number in self.list(store, known, u32::MAX, key_of_id(id), usize::MAX)? {
            if let Some(record) = store.record(number)?.filter(|record| record.id == id) {
                return Ok(Some((number, record)));
            }
        }
        Ok(None)
    }

    /// The last articles that have a key, at least `most` where there are, in the order in which they
    /// came.
    fn list(
        &self,
        store: &Store,
        known: &Known,
        next: u32,
        key: postings::Key,
        most: usize,
    ) -> Result<Vec<u32>> {
        let is_there = |number: &u32| *number < next && !known.removed.contains(number);
        let mut recent: Vec<u32> = known.recent.list(key).filter(is_there).take(most).collect();
        recent.reverse();
        if recent.len() == most {
            return Ok(recent);
        }
        let mut found = Vec::new();
        known.state.runs.iter().try_for_each(|run| store.list(run, key, &mut found))?;
        if !known.removed.is_empty() {
            found.retain(|number| !known.removed.contains(number));
        }
        found.extend(recent);
        Ok(found)
    }

    /// Finds out anew which stems are frequent, when it is time to.
    fn refresh_frequent(&self, store: &Store, state: &mut State) -> Result<()> {
        if !frequent::is_due(state, 0) {
            return Ok(());
        }
        let recent = store.numbers_from(state.next - RECENT, RECENT as usize)?;
        let sketch = |&number| Ok(self.sketch(&self.id_and_text(store, number)?.1));
        let sketched: Vec<Sketches> = recent.iter().map(sketch).collect::<Result<_>>()?;
        if let Some(frequent) = frequent::among(sketched.iter())? {
            store.put("frequent", &frequent)?;
            state.frequent_of = state.next;
        }
        Ok(())
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

fn record_of(article: &Article, text: Vec<u8>, duplicate_of: Option<String>) -> Record {
    Record { id: article.id.to_owned(), date: article.date, duplicate_of, text }
}

/// Level of compression: a third of what is read, in some 20 µs an article.
const LEVEL: i32 = 3;

fn compress(text: &str) -> Vec<u8> {
    zstd::encode_all(text.as_bytes(), LEVEL).expect("memory to memory")
}

fn decompress(store: &Store, record: &Record) -> Result<String> {
    let text = zstd::decode_all(&record.text[..]).ok().and_then(|it| String::from_utf8(it).ok());
    text.ok_or_else(|| store.damaged("a text"))
}

fn repeated(id: &str) -> Error {
    Error::Index(format!("the id {id:?} is in the index; remove it first to replace it"))
}
