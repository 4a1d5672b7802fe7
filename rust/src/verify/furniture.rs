//! Furniture: what different stories share word for word, as menus, appeals, templates.
//!
//! A passage that three stories hold or more is evidence of nothing. How many do is known of the
//! sampled shingles; articles that are nearly the same text are one story.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use super::prepared::Prepared;
use crate::text::shingle::{self, SHINGLE_WORDS};

/// From so many stories on, what they share is furniture.
pub const MANY: u32 = 3;

/// Words between two sampled shingles of furniture that are furniture too.
const MAX_BETWEEN: usize = 64;

/// How many stories hold a sampled shingle, of those that [`MANY`] hold; any other is held by
/// fewer.
#[derive(Default, Serialize, Deserialize)]
pub struct Holders(pub HashMap<u32, u32>);

impl Holders {
    /// Stories that hold a shingle; None if it is not sampled. Of one or two it is said that they
    /// are two.
    pub fn count(&self, hash: u64) -> Option<u32> {
        let sample = shingle::sample(&[hash]).next()?;
        Some(self.0.get(&sample).copied().unwrap_or(MANY - 1))
    }
}

/// What is known of a word.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Unknown,
    /// A sampled shingle begins there that few stories hold.
    Own,
    Furniture,
}

/// What is known of each word of a text.
pub fn mark_words(prepared: &Prepared, holders: &Holders) -> Vec<Mark> {
    let words = prepared.words.len();
    let mut marks = vec![Mark::Unknown; words];
    let mut last_furniture = None;
    for (place, &hash) in prepared.in_order.iter().enumerate() {
        match holders.count(hash) {
            Some(count) if count >= MANY => {
                let near = |before: &usize| place - before < MAX_BETWEEN;
                let from = last_furniture.replace(place).filter(near).unwrap_or(place);
                marks[from..words.min(place + SHINGLE_WORDS)].fill(Mark::Furniture);
            }
            Some(_) => {
                last_furniture = None;
                if marks[place] == Mark::Unknown {
                    marks[place] = Mark::Own;
                }
            }
            None => {}
        }
    }
    marks
}
