//! What is asked of the index: nothing of it changes.

use hashbrown::HashSet;

use super::Index;
use super::article::Article;
use super::content::sketch;
use super::file::beside;
use super::matching::{Found, Side};
use super::record::Record;
use super::shelf::{Shelved, find, find_all};
use super::state::State;
use super::store::Store;
use crate::error::Result;
use crate::progress::Progress;

/// An article stored.
pub struct Stored {
    pub id: String,
    pub date: i64,
    /// None in an index without texts.
    pub text: Option<String>,
    pub duplicate_of: Option<String>,
    /// When it was stored, in seconds.
    pub stored: i64,
}

/// The matches of an article, the best first, and whether it is stored itself.
pub struct Checked {
    pub is_known: bool,
    pub found: Vec<Found>,
}

pub struct Stats {
    pub articles: u64,
    pub removed: u64,
    pub runs: u64,
    pub postings: u64,
    pub bytes: u64,
}

impl Index {
    /// The matches of an article with those stored, the best first. One that is stored itself, with
    /// the same words, is answered by what became of it.
    pub fn check(&self, article: &Article, progress: &Progress) -> Result<Checked> {
        let sketches = sketch(article.text, &self.judge.sketcher);
        self.read(|store, known, state| {
            let shelf =
                Shelved { progress: Some(progress), ..Shelved::new(store, known, state.next) };
            if let Some((number, record)) = find(&shelf, article.id)?
                && self.sketch_of(&record.content)?.digests == sketches.digests
            {
                let own = HashSet::from([number]);
                let shelf = Shelved { hidden: &own, ..shelf };
                return Ok(Checked { is_known: true, found: self.stand(&shelf, number, &record)? });
            }
            let own = Side::of(article, shelf.next);
            let vocabulary = &known.vocabulary;
            let found = self.judge.matches(&shelf, vocabulary, shelf.next, own, &sketches)?;
            Ok(Checked { is_known: false, found })
        })
    }

    /// The article of an id, if it is stored.
    pub fn get(&self, id: &str) -> Result<Option<Stored>> {
        self.read(|store, known, state| {
            let found = find(&Shelved::new(store, known, state.next), id)?;
            found.map(|(_, record)| stored(store, record)).transpose()
        })
    }

    /// So many articles from a number on, each with its own, in their order.
    pub fn articles(&self, first: u32, most: usize) -> Result<Vec<(u32, Stored)>> {
        self.read(|store, _, _| {
            let read = |number| Ok((number, stored(store, store.there(number)?)?));
            store.numbers_from(first, most)?.into_iter().map(read).collect()
        })
    }

    /// The ids of the versions of the story that an article is of: the original and its duplicates.
    pub fn versions(&self, id: &str) -> Result<Vec<String>> {
        self.read(|store, known, state| {
            let Some((number, record)) = find(&Shelved::new(store, known, state.next), id)? else {
                return Ok(Vec::new());
            };
            let original = record.original.unwrap_or(number);
            let mut copies = Vec::new();
            for copy in store.copies(original)? {
                let Record { id, place, .. } = store.there(copy)?;
                copies.push((place, id));
            }
            copies.sort();
            let original = store.there(original)?.id;
            Ok(std::iter::once(original).chain(copies.into_iter().map(|it| it.1)).collect())
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

    /// Counts all changes that were ever made.
    pub fn generation(&self) -> Result<u64> {
        self.with_store(|store| Ok(store.meta::<State>("state")?.generation))
    }

    pub fn stats(&self) -> Result<Stats> {
        self.with_store(|store| {
            store.reading(|| {
                let state: State = store.meta("state")?;
                let size =
                    |end: &str| std::fs::metadata(beside(&self.path, end)).map_or(0, |it| it.len());
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
}

fn stored(store: &Store, record: Record) -> Result<Stored> {
    let text = record.content.open()?.text();
    let original = record.original.map(|number| store.there(number)).transpose()?;
    let Record { id, date, stored, .. } = record;
    Ok(Stored { id, date, text, duplicate_of: original.map(|it| it.id), stored })
}
