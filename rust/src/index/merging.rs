//! The postings of the last articles become a run, and runs are merged, a step with each article that
//! is added: so none of them waits for it.

use std::sync::Arc;

use super::content::Content;
use super::known::Known;
use super::postings::{Posting, RECENT, Recent};
use super::runs::{self, Draft};
use super::state::{Run, State};
use super::store::Store;
use super::vocabulary::{self, Counting};
use crate::error::Result;
use crate::sketch::sketches::Sketches;

/// What a step does: each takes some milliseconds.
const SORTED: usize = 1 << 16;
const COUNTED: u32 = 32;
const PAGES: u64 = 32;
const UNLISTED: u32 = 128;
const DROPPED: u32 = 64;

/// Articles in which all steps are to be done, before the next ones are due.
const ARTICLES: u64 = RECENT as u64 / 2;

/// A run on its way. Until it is done nothing of it counts; what is left of it when the process ends
/// is garbage.
pub struct Merging {
    frozen: Arc<Recent>,
    /// Parts of the postings, each sorted.
    sorted: Vec<Vec<Posting>>,
    /// The stems of the articles, if they are to be counted, up to one.
    counting: Option<(Counting, u32)>,
    old: Vec<Run>,
    draft: Draft,
    steps_an_article: u64,
}

impl Merging {
    fn start(state: &mut State, frozen: Arc<Recent>) -> Merging {
        let count = frozen.postings().len() as u64;
        let first = runs::first_short(state, count).unwrap_or(state.runs.len());
        let old = state.runs[first..].to_vec();
        let draft = Draft::new(state, old.iter().map(|run| run.postings).sum::<u64>() + count);
        state.doomed.push(draft.run.number);
        let counting = vocabulary::is_due(state.counted_of, state.cut)
            .then(|| (Counting::default(), state.cut.saturating_sub(RECENT)));
        let old_pages: u64 = old.iter().map(|run| run.pages).sum();
        let steps = count / SORTED as u64
            + counting.as_ref().map_or(0, |_| RECENT / COUNTED) as u64
            + draft.pages_left() / PAGES
            + (RECENT / UNLISTED) as u64
            + old_pages / DROPPED as u64;
        let steps_an_article = steps / ARTICLES + 1;
        Merging { frozen, sorted: Vec::new(), counting, old, draft, steps_an_article }
    }

    /// True when it is done.
    fn step(
        &mut self,
        store: &Store,
        state: &mut State,
        known: &Known,
        sketch: &impl Fn(&Content) -> Result<Sketches>,
    ) -> Result<bool> {
        let start = self.sorted.len() * SORTED;
        let postings = self.frozen.postings();
        if start < postings.len() {
            let mut part = postings[start..postings.len().min(start + SORTED)].to_vec();
            part.sort_unstable();
            self.sorted.push(part);
        } else if let Some((counting, next)) = &mut self.counting
            && *next < state.cut
        {
            let last = state.cut.min(*next + COUNTED);
            for number in *next..last {
                if let Some(record) = store.record(number)? {
                    counting.add(&sketch(&record.content)?)?;
                }
            }
            *next = last;
        } else if !self.draft.is_done() {
            let Merging { sorted, old, draft, .. } = self;
            draft.write(store, PAGES, None, |keys| {
                let mut found = runs::gather(store, old, keys.clone(), &known.removed, None)?;
                for part in sorted {
                    let own = runs::between(part, keys.clone()).iter();
                    found.extend(own.filter(|it| !known.removed.contains(&it.1)));
                }
                found.sort_unstable();
                Ok(found)
            })?;
        } else {
            self.finish(store, state)?;
            return Ok(true);
        }
        Ok(false)
    }

    fn finish(&mut self, store: &Store, state: &mut State) -> Result<()> {
        let Merging { old, draft, .. } = self;
        state.runs.truncate(state.runs.len() - old.len());
        state.runs.push(draft.run);
        state.doomed.retain(|number| *number != draft.run.number);
        state.doomed.extend(old.iter().map(|run| run.number));
        state.first_recent = state.cut;
        if let Some((counting, _)) = self.counting.take()
            && let Some(found) = counting.finish()
        {
            store.put_meta("vocabulary", &found)?;
            state.counted_of = state.cut;
        }
        Ok(())
    }
}

/// Does what is due after so many articles were stored, in steps.
pub fn go_on(
    store: &Store,
    state: &mut State,
    known: &Known,
    merging: &mut Option<Merging>,
    articles: u64,
    sketch: &impl Fn(&Content) -> Result<Sketches>,
) -> Result<()> {
    if state.cut <= state.first_recent {
        if state.next - state.first_recent >= RECENT {
            state.cut = state.next;
        }
    } else if merging.is_none() && known.state.cut == state.cut {
        *merging = Some(Merging::start(state, known.frozen.clone()));
    }
    let is_late = state.next - state.cut >= RECENT;
    let steps = merging.as_ref().map_or(1, |it| it.steps_an_article) * articles;
    for _ in 0..if is_late && merging.is_some() { u64::MAX } else { steps } {
        let went_on = match merging {
            Some(it) => {
                let is_done = it.step(store, state, known, sketch)?;
                *merging = merging.take().filter(|_| !is_done);
                true
            }
            None => !is_late && clear_away(store, state)?,
        };
        if !went_on {
            break;
        }
    }
    Ok(())
}

/// Drops some of what does not count any more; false when there is nothing.
fn clear_away(store: &Store, state: &mut State) -> Result<bool> {
    if state.first_listed < state.first_recent {
        let end = state.first_recent.min(state.first_listed + UNLISTED);
        store.forget_recent(state.first_listed..end)?;
        state.first_listed = end;
    } else if let Some(&run) = state.doomed.first() {
        if !store.drop_pages(run, DROPPED)? {
            state.doomed.remove(0);
        }
    } else {
        return Ok(false);
    }
    Ok(true)
}
