//! Articles replaced and taken away, and what becomes of their duplicates.

use hashbrown::HashSet;

use super::adding::Outcome;
use super::article::Article;
use super::known::Known;
use super::matching::{Side, original_of};
use super::record::Record;
use super::shelf::{Shelved, find};
use super::state::State;
use super::store::Store;
use super::{Held, Index};
use crate::error::Result;
use crate::progress::Progress;

impl Index {
    /// Takes an article away; false when there is none of this id.
    pub fn remove(&self, id: &str, progress: &Progress) -> Result<bool> {
        self.write(|store, known, state, _| {
            let Some((number, _)) = find(&Shelved::new(store, known, state.next), id)? else {
                return Ok(false);
            };
            self.take_away(store, known, state, &[number], progress)?;
            Ok(true)
        })
    }

    /// Takes all articles away that were published before a time, and with `undated` also those
    /// without a date that were stored before it. Returns how many.
    pub fn expire(&self, before: i64, undated: bool, progress: &Progress) -> Result<u64> {
        self.write(|store, known, state, _| {
            let mut numbers = store.published_before(before)?;
            for &number in &numbers {
                if store.glance(number)?.is_none_or(|it| it.date >= before) {
                    return Err(store.damaged("a date"));
                }
            }
            if undated {
                let undated = store.undated_before(before)?;
                for &number in &undated {
                    if store.there(number)?.stored >= before {
                        return Err(store.damaged("a date"));
                    }
                }
                numbers.extend(undated);
            }
            self.take_away(store, known, state, &numbers, progress)?;
            Ok(numbers.len() as u64)
        })
    }

    /// Puts an article in the place of one that is stored.
    pub fn replace(
        &self,
        store: &Store,
        article: &Article,
        number: u32,
        stored: &Record,
        held: &mut Held,
        progress: &Progress,
    ) -> Result<Outcome> {
        let mut fresh = vec![self.fresh(article, stored.place)?];
        self.remember(&fresh);
        let (found, state) = store.writing(|| {
            let mut state = self.catch_up(store)?;
            let known = self.read_known();
            let next = state.next;
            let mut hidden = HashSet::from([number]);
            let freed = free(store, &mut state, &[number], &mut hidden)?;
            let shelf = Shelved {
                hidden: &hidden,
                progress: Some(progress),
                ..Shelved::new(store, &known, next)
            };
            let own = Side::of(article, stored.place);
            let vocabulary = &known.vocabulary;
            let mut found =
                self.judge.matches(&shelf, vocabulary, next, own, &fresh[0].sketches)?;
            fresh[0].record.original = original_of(&found);
            self.store_fresh(store, &mut state, &fresh)?;
            let is_all = freed.is_empty();
            self.judge_anew(store, &known, state.next, freed, hidden, progress)?;
            if !is_all {
                // The answer that it gets when it is added again.
                let old = HashSet::from([number]);
                let shelf = Shelved { hidden: &old, ..Shelved::new(store, &known, next) };
                found = self.stand(&shelf, next, &fresh[0].record)?;
            }
            drop(known);
            self.go_on(store, &mut state, held, 1)?;
            store.put_meta("state", &state)?;
            Ok((found, state))
        })?;
        held.writer.note(state.generation)?;
        Ok(Outcome::Replaced(found))
    }

    fn take_away(
        &self,
        store: &Store,
        known: &Known,
        state: &mut State,
        numbers: &[u32],
        progress: &Progress,
    ) -> Result<()> {
        let mut hidden: HashSet<u32> = numbers.iter().copied().collect();
        let freed = free(store, state, numbers, &mut hidden)?;
        self.judge_anew(store, known, state.next, freed, hidden, progress)
    }

    /// Judges articles whose originals are gone, the best first: each is a duplicate of another that
    /// is stored, or stands for itself, and the next ones may be its duplicates. Until then they are
    /// hidden.
    fn judge_anew(
        &self,
        store: &Store,
        known: &Known,
        next: u32,
        freed: Vec<u32>,
        mut hidden: HashSet<u32>,
        progress: &Progress,
    ) -> Result<()> {
        let ranked = |number: u32| {
            let record = store.there(number)?;
            let rank = self.judge.rank(&Side::stored(&record)?);
            Ok((rank, number, record))
        };
        let mut freed: Vec<_> = freed.into_iter().map(ranked).collect::<Result<_>>()?;
        freed.sort_by_key(|it| (it.0, it.1));
        for (_, number, mut record) in freed {
            let sketches = self.sketch_of(&record.content)?;
            let own = Side::stored(&record)?;
            let shelf = Shelved {
                hidden: &hidden,
                progress: Some(progress),
                ..Shelved::new(store, known, next)
            };
            let found = self.judge.matches(&shelf, &known.vocabulary, next, own, &sketches)?;
            let before = record.original;
            record.original = original_of(&found);
            store.put_original(number, &record, before)?;
            hidden.remove(&number);
        }
        Ok(())
    }
}

/// Takes articles away, and returns those that were duplicates of them, which are hidden from now on.
fn free(
    store: &Store,
    state: &mut State,
    numbers: &[u32],
    hidden: &mut HashSet<u32>,
) -> Result<Vec<u32>> {
    let mut freed = Vec::new();
    for &number in numbers {
        freed.extend(store.copies(number)?.into_iter().filter(|copy| !hidden.contains(copy)));
    }
    for &number in numbers {
        state.removed += 1;
        state.articles -= 1;
        store.remove(number, &store.there(number)?, state.removed)?;
    }
    hidden.extend(&freed);
    Ok(freed)
}
