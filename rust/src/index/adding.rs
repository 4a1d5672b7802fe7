//! Articles on their way into the index.

use std::sync::{PoisonError, RwLock};

use hashbrown::{HashMap, HashSet};
use rayon::slice::ParallelSliceMut;

use super::article::{Article, refused};
use super::content::sketch;
use super::known::Known;
use super::matching::Found;
use super::postings::{Posting, RECENT, keys_of};
use super::shelf::{Fresh, Shelved, find, find_all};
use super::store::{Glance, Record, State, Store};
use super::vocabulary::{self, Vocabulary};
use super::writer::Writer;
use super::{Index, runs};
use crate::error::Result;

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
    /// Stores an article, and returns the match that it is a duplicate for, if any. One that is there
    /// with the same words stays as it is, and so does the answer.
    pub fn add(&self, article: &Article) -> Result<Option<Found>> {
        let found = self.add_all(std::slice::from_ref(article))?.pop().flatten();
        let found = found.ok_or_else(|| refused(article.id))?;
        Ok(found.into_iter().find(|found| found.drops))
    }

    /// As if [`Index::add`] were called for one after the other, committed some thousand at a time.
    /// Returns what each matches, the best first, or None if its id is that of other words; the
    /// first that drops it is the one that it is a duplicate for.
    pub fn add_all(&self, articles: &[Article]) -> Result<Vec<Option<Vec<Found>>>> {
        let writer = self.lock_writer()?;
        let mut outcomes = Vec::with_capacity(articles.len());
        while outcomes.len() < articles.len() {
            let rest = &articles[outcomes.len()..];
            let mut forgetting = Forgetting(Some(&self.known));
            outcomes.extend(self.with_store(|store| self.add_some(store, rest, &writer))?);
            forgetting.0 = None;
        }
        Ok(outcomes)
    }

    /// Adds the first articles, those that fit into memory beside the last ones.
    fn add_some(
        &self,
        store: &Store,
        articles: &[Article],
        writer: &Writer,
    ) -> Result<Vec<Option<Vec<Found>>>> {
        let mut state = store.reading(|| self.catch_up(store))?;
        let room = (RECENT - (state.next - state.first_recent)) as usize;
        let articles = &articles[..articles.len().min(room).min(first_repeated(articles))];
        let ids: Vec<&str> = articles.iter().map(|it| it.id).collect();
        let there = self
            .read(|store, known, state| find_all(&Shelved::new(store, known, state.next), &ids))?;
        let new: Vec<&Article> =
            articles.iter().zip(&there).filter(|it| it.1.is_none()).map(|it| it.0).collect();
        let mut fresh = self.map(&new, |_, article| self.fresh(article))?;
        self.remember(&fresh);
        let first = state.next;
        let matches = self.map(&new, |index, article| {
            self.read(|store, known, _| {
                let next = first + index as u32;
                let shelf = Shelved { fresh: (first, &fresh), ..Shelved::new(store, known, next) };
                self.judge.matches(
                    &shelf,
                    &known.vocabulary,
                    shelf.next,
                    article,
                    &fresh[index].sketches,
                )
            })
        })?;
        let mut is_duplicate = vec![false; new.len()];
        let mut outcomes = Vec::with_capacity(articles.len());
        let (mut matches, mut of_new) = (matches.into_iter(), fresh.iter_mut());
        for (article, there) in articles.iter().zip(there) {
            if let Some((number, record)) = there {
                outcomes.push(self.add_again(article, number, &record)?);
                continue;
            }
            let (Some(mut found), Some(own)) = (matches.next(), of_new.next()) else { break };
            // Those of this batch were not known to be duplicates when they were compared.
            let is_gone =
                |it: &Found| it.number >= first && is_duplicate[(it.number - first) as usize];
            found.iter_mut().filter(|it| is_gone(it)).for_each(|it| it.drops = false);
            own.record.duplicate_of = found.iter().find(|it| it.drops).map(|it| it.id.clone());
            is_duplicate[new.len() - 1 - of_new.len()] = own.record.duplicate_of.is_some();
            outcomes.push(Some(found));
        }
        if !fresh.is_empty() {
            store.writing(|| self.store_fresh(store, &mut state, &fresh))?;
            writer.note(state.generation)?;
        }
        Ok(outcomes)
    }

    fn fresh(&self, article: &Article) -> Result<Fresh> {
        let sketches = sketch(article.text, &self.judge.sketcher);
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let keys = keys_of(article.id, &sketches, &known.vocabulary)?;
        let glance = Glance::of(article.date, sketches.stems.get(0, &mut Vec::new())?);
        Ok(Fresh { keys, glance, record: Record::of(article, self.options.texts), sketches })
    }

    /// Lets articles be found before they are stored, by those that come after them.
    fn remember(&self, fresh: &[Fresh]) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for fresh in fresh {
            let number = known.state.next;
            known.recent.push(&fresh.keys, number);
            known.state.next += 1;
        }
    }

    fn store_fresh(&self, store: &Store, state: &mut State, fresh: &[Fresh]) -> Result<()> {
        for Fresh { keys, glance, record, .. } in fresh {
            store.put(state.next, record, glance)?;
            store.put_recent(state.next, keys)?;
            state.next += 1;
            state.articles += 1;
        }
        if state.next - state.first_recent >= RECENT {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            self.push(store, state, &known.recent.sorted())?;
            runs::merge(store, state, &known.removed, self.pool()?)?;
            if vocabulary::is_due(state.counted_of, state.next) {
                self.count_anew(store, state)?;
            }
        }
        state.generation += 1;
        store.put_meta("state", state)
    }

    /// The answer that an article got when it came, unless its words are others.
    fn add_again(
        &self,
        article: &Article,
        number: u32,
        stored: &Record,
    ) -> Result<Option<Vec<Found>>> {
        let sketches = sketch(article.text, &self.judge.sketcher);
        self.read(|store, known, _| {
            if self.sketch_of(&stored.content)?.digests != sketches.digests {
                return Ok(None);
            }
            let shelf = Shelved::new(store, known, number);
            let vocabulary = &known.vocabulary;
            let mut found = self.judge.matches(&shelf, vocabulary, number, article, &sketches)?;
            let Some(of) = &stored.duplicate_of else {
                found.iter_mut().for_each(|it| it.drops = false);
                return Ok(Some(found));
            };
            found.iter_mut().for_each(|it| it.drops = it.id == *of);
            if !found.iter().any(|it| it.drops)
                && let Some(original) = find(&shelf, of)?
            {
                // By now too many others share what led to it.
                let holders = self.judge.holders(&shelf, vocabulary, number, &sketches)?;
                let mut again = self.judge.compare(article, vec![original], &holders)?;
                again.iter_mut().for_each(|it| it.drops = true);
                found.splice(0..0, again);
            }
            Ok(Some(found))
        })
    }

    /// Stores articles, all or none, without comparing them: in far less time. Those that are there
    /// with the same words stay as they are.
    pub fn add_many(&self, articles: &[Article]) -> Result<()> {
        let sketch = |_, article: &Article| {
            let record = Record::of(article, self.options.texts);
            Ok((sketch(article.text, &self.judge.sketcher), record))
        };
        self.check_process()?;
        let sketched = self.map(articles, sketch)?;
        let ids: Vec<&str> = articles.iter().map(|it| it.id).collect();
        self.write(|store, known, state| {
            let there = find_all(&Shelved::new(store, known, state.next), &ids)?;
            let mut new: Vec<usize> = Vec::with_capacity(articles.len());
            let mut seen: HashMap<&str, usize> = HashMap::with_capacity(articles.len());
            for (index, there) in there.iter().enumerate() {
                let earlier = seen.insert(ids[index], index);
                let digests = match (there, earlier) {
                    (Some((_, record)), _) => self.sketch_of(&record.content)?.digests,
                    (None, Some(earlier)) => sketched[earlier].0.digests.clone(),
                    (None, None) => {
                        new.push(index);
                        continue;
                    }
                };
                if digests != sketched[index].0.digests {
                    return Err(refused(ids[index]));
                }
            }
            if new.is_empty() {
                return Ok(());
            }
            let counted;
            let mut vocabulary = &known.vocabulary;
            if vocabulary::is_due(state.counted_of, state.next + new.len() as u32)
                && let Some(found) = Vocabulary::of(sketched.iter().map(|it| &it.0))?
            {
                store.put_meta("vocabulary", &found)?;
                state.counted_of = state.next + new.len() as u32;
                counted = found;
                vocabulary = &counted;
            }
            let first = state.next;
            let postings_of = |place: usize, &index: &usize| {
                let keys = keys_of(ids[index], &sketched[index].0, vocabulary)?;
                Ok(keys.into_iter().map(|key| (key, first + place as u32)).collect::<Vec<_>>())
            };
            let mut postings: Vec<Posting> = self.map(&new, postings_of)?.concat();
            postings.extend(known.recent.sorted());
            self.pool()?.install(|| postings.par_sort_unstable());
            for &index in &new {
                let (sketches, record) = &sketched[index];
                let glance = Glance::of(record.date, sketches.stems.get(0, &mut Vec::new())?);
                store.put(state.next, record, &glance)?;
                state.next += 1;
                state.articles += 1;
            }
            self.push(store, state, &postings)?;
            if runs::are_many(state) {
                runs::merge(store, state, &known.removed, self.pool()?)?;
            }
            Ok(())
        })
    }

    /// Merges the runs that [`Index::add_many`] left.
    pub fn settle(&self) -> Result<()> {
        self.write(|store, known, state| runs::merge(store, state, &known.removed, self.pool()?))
    }

    /// Puts postings into a run, those of the last articles among them.
    fn push(&self, store: &Store, state: &mut State, postings: &[Posting]) -> Result<()> {
        runs::push(store, state, postings, self.pool()?)?;
        state.first_recent = state.next;
        store.forget_recent()
    }

    /// Counts the stems of the last articles.
    fn count_anew(&self, store: &Store, state: &mut State) -> Result<()> {
        let mut records = Vec::new();
        for number in store.numbers_from(state.next.saturating_sub(RECENT), RECENT as usize)? {
            records.extend(store.record(number)?);
        }
        let sketched = self.map(&records, |_, it| self.sketch_of(&it.content))?;
        if let Some(vocabulary) = Vocabulary::of(sketched.iter())? {
            store.put_meta("vocabulary", &vocabulary)?;
            state.counted_of = state.next;
        }
        Ok(())
    }
}

/// How many articles there are before one whose id was given before.
fn first_repeated(articles: &[Article]) -> usize {
    let mut ids = HashSet::new();
    articles.iter().position(|it| !ids.insert(it.id)).unwrap_or(articles.len())
}
