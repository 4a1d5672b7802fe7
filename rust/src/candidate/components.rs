//! What hangs together by pairs.

use std::sync::{Mutex, PoisonError};

/// Articles joined by pairs, from all threads and in any order.
pub struct Components(Mutex<Vec<u32>>);

impl Components {
    /// So many articles, each by itself.
    pub fn new(articles: usize) -> Components {
        Components(Mutex::new((0..articles as u32).collect()))
    }

    pub fn join(&self, pairs: &[[u32; 2]]) {
        let mut parents = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for &[a, b] in pairs {
            let (a, b) = (root(&mut parents, a), root(&mut parents, b));
            parents[a.max(b) as usize] = a.min(b);
        }
    }

    /// For each article the first of those that it hangs together with.
    pub fn roots(self) -> Vec<u32> {
        let mut parents = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        for article in 0..parents.len() {
            // Parents come first: that of the parent is its root already.
            parents[article] = parents[parents[article] as usize];
        }
        parents
    }
}

/// The root of an article's tree, which is made flatter on the way (path halving).
fn root(parents: &mut [u32], mut article: u32) -> u32 {
    while parents[article as usize] != article {
        parents[article as usize] = parents[parents[article as usize] as usize];
        article = parents[article as usize];
    }
    article
}
