//! What a process knows of an index.

use hashbrown::HashSet;

use super::postings::Recent;
use super::store::State;
use super::vocabulary::Vocabulary;

/// What is known of the index without looking into the file.
#[derive(Default)]
pub struct Known {
    pub is_loaded: bool,
    pub state: State,
    pub recent: Recent,
    pub vocabulary: Vocabulary,
    pub removed: HashSet<u32>,
}
