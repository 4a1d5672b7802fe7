//! Articles on their way into the index, one after the other.

use std::sync::{PoisonError, RwLock};

use hashbrown::HashSet;

use super::article::{Article, taken};
use super::content::{Content, sketch};
use super::known::Known;
use super::matching::{Found, Side, original_of};
use super::postings::keys_of;
use super::record::{Glance, Record};
use super::shelf::{Fresh, Shelved, find_all};
use super::state::State;
use super::store::Store;
use super::{Held, Index, merging};
use crate::corpus::NO_DATE;
use crate::error::Result;
use crate::progress::Progress;

/// Articles stored in one go, at most.
const AT_ONCE: usize = 1024;

/// What became of an article, with its matches, the best first.
pub enum Outcome {
    Added(Vec<Found>),
    /// Another version of it was stored.
    Replaced(Vec<Found>),
    /// It was stored, with these words.
    Known(Vec<Found>),
    /// Its id is that of other words.
    Taken,
    /// It is a version of what is stored, and was not to be stored then.
    Seen(Vec<Found>),
}

impl Outcome {
    pub fn found(self) -> Option<Vec<Found>> {
        match self {
            Outcome::Added(found)
            | Outcome::Replaced(found)
            | Outcome::Known(found)
            | Outcome::Seen(found) => Some(found),
            Outcome::Taken => None,
        }
    }
}

/// Where an article stands before it is added.
enum Standing {
    New,
    Known(u32, Record),
    Replacing(u32, Record),
    Taken,
}

/// Forgets what is known, articles that were not stored among it, unless all went well.
struct Forgetting<'a>(Option<&'a RwLock<Known>>);

impl Drop for Forgetting<'_> {
    fn drop(&mut self) {
        if let Some(known) = self.0 {
            *known.write().unwrap_or_else(PoisonError::into_inner) = Known::default();
        }
    }
}

impl Index {
    /// Stores an article; one that is there with the same words stays as it is, and so does the
    /// answer. With `replace` it takes the place of what its id has.
    pub fn add(&self, article: &Article, replace: bool, progress: &Progress) -> Result<Outcome> {
        self.add_one(article, replace, self.lock()?.get()?, progress)
    }

    fn add_one(
        &self,
        article: &Article,
        replace: bool,
        held: &mut Held,
        progress: &Progress,
    ) -> Result<Outcome> {
        match self.add_held(std::slice::from_ref(article), replace, held, progress)?.pop() {
            Some(Outcome::Taken) | None => Err(taken(article.id)),
            Some(outcome) => Ok(outcome),
        }
    }

    /// Stores an article if none of those stored is a version of it.
    pub fn add_if_new(&self, article: &Article, progress: &Progress) -> Result<Outcome> {
        let mut held = self.lock()?;
        let held = held.get()?;
        if self.get(article.id)?.is_none() {
            let found = self.check(article, progress)?.found;
            if found.iter().any(Found::is_version) {
                return Ok(Outcome::Seen(found));
            }
        }
        self.add_one(article, false, held, progress)
    }

    /// As if [`Index::add`] were called for one after the other, committed some at a time. The id of
    /// one that is taken is no error.
    pub fn add_all(
        &self,
        articles: &[Article],
        replace: bool,
        progress: &Progress,
    ) -> Result<Vec<Outcome>> {
        let mut held = self.lock()?;
        self.add_held(articles, replace, held.get()?, progress)
    }

    fn add_held(
        &self,
        articles: &[Article],
        replace: bool,
        held: &mut Held,
        progress: &Progress,
    ) -> Result<Vec<Outcome>> {
        let mut outcomes = Vec::with_capacity(articles.len());
        while outcomes.len() < articles.len() {
            let rest = &articles[outcomes.len()..];
            let mut forgetting = Forgetting(Some(&self.known));
            held.writer.check_untouched()?;
            let added =
                self.with_store(|store| self.add_some(store, rest, replace, held, progress));
            if added.is_err() {
                // What it has written is gone.
                held.merging = None;
            }
            held.writer.remember();
            outcomes.extend(added?);
            forgetting.0 = None;
        }
        Ok(outcomes)
    }

    /// Adds the first articles: of different ids, and up to one that replaces another.
    fn add_some(
        &self,
        store: &Store,
        articles: &[Article],
        replace: bool,
        held: &mut Held,
        progress: &Progress,
    ) -> Result<Vec<Outcome>> {
        let mut state = store.reading(|| self.catch_up(store))?;
        let articles = &articles[..articles.len().min(AT_ONCE).min(first_repeated(articles))];
        let ids: Vec<&str> = articles.iter().map(|it| it.id).collect();
        let there = self
            .read(|store, known, state| find_all(&Shelved::new(store, known, state.next), &ids))?;
        let mut standings = Vec::with_capacity(articles.len());
        for (article, there) in articles.iter().zip(there) {
            standings.push(self.standing(article, there, replace)?);
        }
        let is_replacing = |it: &Standing| matches!(it, Standing::Replacing(..));
        let until = standings.iter().position(is_replacing).unwrap_or(standings.len());
        if until == 0
            && let Standing::Replacing(number, record) = standings.swap_remove(0)
        {
            return Ok(vec![self.replace(store, &articles[0], number, &record, held, progress)?]);
        }
        standings.truncate(until);
        let new: Vec<&Article> = articles
            .iter()
            .zip(&standings)
            .filter(|it| matches!(it.1, Standing::New))
            .map(|it| it.0)
            .collect();
        let first = state.next;
        let mut fresh =
            self.map(&new, |index, article| self.fresh(article, first + index as u32))?;
        self.remember(&fresh);
        let matches = self.map(&new, |index, article| {
            self.read(|store, known, _| {
                let next = first + index as u32;
                let shelf = Shelved {
                    fresh: (first, &fresh),
                    progress: Some(progress),
                    ..Shelved::new(store, known, next)
                };
                let own = Side::of(article, next);
                self.judge.matches(&shelf, &known.vocabulary, next, own, &fresh[index].sketches)
            })
        })?;
        let mut is_duplicate: Vec<bool> = Vec::with_capacity(new.len());
        let mut outcomes = Vec::with_capacity(articles.len());
        let mut of_new = fresh.iter_mut().zip(matches);
        for standing in standings {
            match standing {
                Standing::Taken | Standing::Replacing(..) => outcomes.push(Outcome::Taken),
                Standing::Known(number, record) => {
                    let found = self.read(|store, known, _| {
                        let shelf = Shelved::new(store, known, number);
                        self.stand(&shelf, number, &record)
                    })?;
                    outcomes.push(Outcome::Known(found));
                }
                Standing::New => {
                    let Some((own, mut found)) = of_new.next() else { break };
                    // Those of this batch were not known to be duplicates when they were compared.
                    for it in found.iter_mut().filter(|it| it.number >= first) {
                        let stays = !is_duplicate[(it.number - first) as usize];
                        it.drops &= stays;
                        it.late &= stays;
                    }
                    own.record.original = original_of(&found);
                    is_duplicate.push(own.record.original.is_some());
                    outcomes.push(Outcome::Added(found));
                }
            }
        }
        if !fresh.is_empty() {
            store.writing(|| {
                self.store_fresh(store, &mut state, &fresh)?;
                self.go_on(store, &mut state, held, fresh.len())?;
                store.put_meta("state", &state)
            })?;
            held.writer.note(state.generation)?;
        }
        Ok(outcomes)
    }

    fn standing(
        &self,
        article: &Article,
        there: Option<(u32, Record)>,
        replace: bool,
    ) -> Result<Standing> {
        let Some((number, record)) = there else { return Ok(Standing::New) };
        let is_same = sketch(article.text, &self.judge.sketcher).digests
            == self.sketch_of(&record.content)?.digests;
        let is_redated = article.date != NO_DATE && article.date != record.date;
        Ok(match (is_same, replace) {
            (true, true) if is_redated => Standing::Replacing(number, record),
            (true, _) => Standing::Known(number, record),
            (false, true) => Standing::Replacing(number, record),
            (false, false) => Standing::Taken,
        })
    }

    pub fn fresh(&self, article: &Article, place: u32) -> Result<Fresh> {
        let sketches = sketch(article.text, &self.judge.sketcher);
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let keys = keys_of(article.id, &sketches, &known.vocabulary)?;
        let glance = Glance::of(article.date, sketches.stems.get(0, &mut Vec::new())?);
        let record = Record::of(article, place, self.options.texts);
        Ok(Fresh { keys, glance, record, sketches })
    }

    /// Lets articles be found before they are stored, by those that come after them.
    pub fn remember(&self, fresh: &[Fresh]) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for fresh in fresh {
            let number = known.state.next;
            known.recent.push(&fresh.keys, number);
            known.state.next += 1;
        }
    }

    pub fn store_fresh(&self, store: &Store, state: &mut State, fresh: &[Fresh]) -> Result<()> {
        for Fresh { keys, glance, record, .. } in fresh {
            store.put(state.next, record, glance)?;
            store.put_recent(state.next, keys)?;
            state.next += 1;
            state.articles += 1;
        }
        state.generation += 1;
        Ok(())
    }

    pub fn go_on(
        &self,
        store: &Store,
        state: &mut State,
        held: &mut Held,
        articles: usize,
    ) -> Result<()> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let sketch = |content: &Content| self.sketch_of(content);
        merging::go_on(store, state, &known, &mut held.merging, articles as u64, &sketch)
    }

    /// How a stored article matches those on a shelf, by what became of it when it was stored.
    pub fn stand(&self, shelf: &Shelved, number: u32, record: &Record) -> Result<Vec<Found>> {
        let sketches = self.sketch_of(&record.content)?;
        let vocabulary = &shelf.known.vocabulary;
        self.judge.stand(shelf, vocabulary, shelf.next, number, record, &sketches)
    }
}

/// How many articles there are before one whose id was given before.
fn first_repeated(articles: &[Article]) -> usize {
    let mut ids = HashSet::new();
    articles.iter().position(|it| !ids.insert(it.id)).unwrap_or(articles.len())
}
