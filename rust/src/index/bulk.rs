//! Articles stored in bulk, and all of the index laid out anew.

use hashbrown::{HashMap, HashSet};
use rayon::slice::ParallelSliceMut;

use super::article::Article;
use super::content::sketch;
use super::postings::{Posting, keys_of};
use super::record::{Glance, Record};
use super::shelf::{Shelved, find_all};
use super::state::State;
use super::store::Store;
use super::vocabulary::{self, Vocabulary};
use super::{Held, Index, runs};
use crate::error::Result;

/// Articles that are gone through at a time when all postings are made anew.
const BULK: usize = 1 << 15;

/// What became of articles that were stored in bulk.
pub struct Bulk {
    pub stored: u64,
    /// Those that were there before, with the same words.
    pub known: u64,
    /// The places of those whose ids are those of other words, which are not stored.
    pub taken: Vec<usize>,
}

impl Index {
    /// Stores articles without comparing them: in far less time. Those that are there with the same
    /// words stay as they are.
    pub fn add_many(&self, articles: &[Article]) -> Result<Bulk> {
        let sketch = |_, article: &Article| {
            let record = Record::of(article, 0, self.options.texts);
            Ok((sketch(article.text, &self.judge.sketcher), record))
        };
        self.check_process()?;
        let mut sketched = self.map(articles, sketch)?;
        let ids: Vec<&str> = articles.iter().map(|it| it.id).collect();
        self.write(|store, known, state, held| {
            let there = find_all(&Shelved::new(store, known, state.next), &ids)?;
            let mut new: Vec<usize> = Vec::with_capacity(articles.len());
            let mut seen: HashMap<&str, usize> = HashMap::with_capacity(articles.len());
            let mut bulk = Bulk { stored: 0, known: 0, taken: Vec::new() };
            for (index, there) in there.iter().enumerate() {
                let digests = match (there, seen.get(ids[index])) {
                    (Some((_, record)), _) => self.sketch_of(&record.content)?.digests,
                    (None, Some(&earlier)) => sketched[earlier].0.digests.clone(),
                    (None, None) => {
                        seen.insert(ids[index], index);
                        new.push(index);
                        continue;
                    }
                };
                if digests == sketched[index].0.digests {
                    bulk.known += 1;
                } else {
                    bulk.taken.push(index);
                }
            }
            if new.is_empty() {
                return Ok(bulk);
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
            // A run that is being made of the last articles is not needed any more.
            held.merging = None;
            postings.extend(known.frozen.postings().iter().chain(known.recent.postings()));
            self.pool()?.install(|| postings.par_sort_unstable());
            for &index in &new {
                let (sketches, record) = &mut sketched[index];
                record.place = state.next;
                let glance = Glance::of(record.date, sketches.stems.get(0, &mut Vec::new())?);
                store.put(state.next, record, &glance)?;
                state.next += 1;
                state.articles += 1;
            }
            bulk.stored = new.len() as u64;
            runs::push(store, state, &postings, self.pool()?)?;
            forget_recent(store, state)?;
            if runs::are_many(state) {
                runs::merge(store, state, &known.removed, self.pool()?)?;
            }
            Ok(bulk)
        })
    }

    /// Merges the runs that [`Index::add_many`] left.
    pub fn settle(&self) -> Result<()> {
        self.write(|store, known, state, held| {
            // It may be one of theirs that is being merged.
            held.merging = None;
            runs::merge(store, state, &known.removed, self.pool()?)
        })
    }

    /// Makes the index what it would be had the articles removed never come, and gives their space
    /// back.
    pub fn compact(&self) -> Result<()> {
        let mut held = self.lock()?;
        let held = held.get()?;
        self.write_with(held, |store, _, state, held| self.lay_out(store, state, held))?;
        self.with_store(Store::shrink)?;
        held.writer.remember();
        Ok(())
    }

    fn lay_out(&self, store: &Store, state: &mut State, held: &mut Held) -> Result<()> {
        held.merging = None;
        state.runs.drain(..).try_for_each(|run| store.drop_run(run.number))?;
        state.doomed.drain(..).try_for_each(|run| store.drop_run(run))?;
        // Others learn by it that the numbers removed are forgotten.
        state.layout += 1;
        store.forget_removed()?;
        forget_recent(store, state)?;
        state.removed = 0;
        state.counted_of = 0;
        let mut vocabulary = Vocabulary::default();
        let (mut first, mut articles) = (0, 0);
        loop {
            let numbers = store.numbers_from(first, BULK)?;
            let Some(&last) = numbers.last() else { break };
            articles += numbers.len() as u64;
            let records: Vec<Record> =
                numbers.iter().map(|&number| store.there(number)).collect::<Result<_>>()?;
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
    }
}

/// Drops the list of recent postings, which are in runs by now.
fn forget_recent(store: &Store, state: &mut State) -> Result<()> {
    store.forget_recent(state.first_listed..state.next)?;
    state.first_recent = state.next;
    state.cut = state.next;
    state.first_listed = state.next;
    Ok(())
}
