//! The stems that stand in so many articles that they find nothing.

use hashbrown::{HashMap, HashSet};

use super::store::State;
use crate::candidate::vocabulary::most_if_telling;
use crate::corpus::Sketches;
use crate::error::Result;
use crate::story::Stem;

/// Fewer articles do not tell.
const LEAST: usize = 2000;

/// Whether to find them anew once there are so many articles more: when they are twice as many as
/// the last time. In between the answers do not change.
pub fn is_due(state: &State, more: usize) -> bool {
    let articles = state.next as usize + more;
    articles >= LEAST && articles >= 2 * state.frequent_of as usize
}

/// The frequent stems among some articles, one to each of `sketches`; None if these are too few.
pub fn among<'a>(
    sketches: impl ExactSizeIterator<Item = &'a Sketches>,
) -> Result<Option<HashSet<Stem>>> {
    let articles = sketches.len();
    if articles < LEAST {
        return Ok(None);
    }
    let mut counts: HashMap<Stem, u32> = HashMap::new();
    let mut buffer = Vec::new();
    for sketches in sketches {
        for &stem in sketches.stems.get(0, &mut buffer)? {
            *counts.entry(stem).or_default() += 1;
        }
    }
    let most = most_if_telling(articles);
    Ok(Some(counts.into_iter().filter(|it| it.1 > most).map(|(stem, _)| stem).collect()))
}
