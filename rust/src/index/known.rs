//! What a process knows of an index.

use std::sync::Arc;

use hashbrown::HashSet;

use super::postings::{Key, Recent};
use super::state::State;
use super::store::Store;
use super::vocabulary::Vocabulary;
use crate::error::Result;

/// What is known of the index without looking into the file.
#[derive(Default)]
pub struct Known {
    pub is_loaded: bool,
    pub state: State,
    /// The postings that are being made into a run, and those of the articles since.
    pub frozen: Arc<Recent>,
    pub recent: Recent,
    pub vocabulary: Vocabulary,
    pub removed: HashSet<u32>,
}

impl Known {
    /// The articles that have a key and are in no run, the last first.
    pub fn recent(&self, key: Key) -> impl Iterator<Item = u32> {
        self.recent.list(key).chain(self.frozen.list(key))
    }

    /// Whether the postings of a state are found by what is known, which may be of a later one.
    pub fn is_of(&self, state: &State) -> bool {
        let found_by = |it: &State| (it.layout, it.first_recent);
        self.state.generation >= state.generation
            && found_by(&self.state) == found_by(state)
            && self.state.runs == state.runs
    }

    /// Learns what was written since.
    pub fn catch_up(&mut self, store: &Store, state: &State) -> Result<()> {
        if !self.is_loaded || self.state.layout != state.layout {
            *self = Known::default();
        }
        // If what follows fails, all is learned anew.
        self.is_loaded = false;
        if self.state.counted_of != state.counted_of {
            self.vocabulary = store.meta("vocabulary")?;
        }
        if self.state.removed < state.removed {
            self.removed.extend(store.removed_after(self.state.removed)?);
        }
        if self.state.cut <= state.first_recent {
            self.frozen = Arc::default();
        }
        if self.state.next <= state.first_recent {
            self.recent = Recent::default();
        }
        let start = self.state.next.max(state.first_recent);
        if self.state.cut < state.cut {
            self.learn(store, start..state.cut)?;
            self.frozen = Arc::new(std::mem::take(&mut self.recent));
        }
        self.learn(store, start.max(state.cut)..state.next)?;
        self.is_loaded = true;
        self.state = state.clone();
        Ok(())
    }

    fn learn(&mut self, store: &Store, numbers: std::ops::Range<u32>) -> Result<()> {
        for number in numbers {
            if let Some(keys) = store.recent(number)? {
                self.recent.push(&keys, number);
            }
        }
        Ok(())
    }
}
