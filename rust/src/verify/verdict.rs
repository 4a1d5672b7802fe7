//! What two texts are to each other, and the figures that say so.

use serde::{Deserialize, Serialize};

use super::sets::count_shared;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Relation {
    Exact,
    Syndicated,
    Excerpt,
    Rewritten,
    /// The same event, but each adds facts: never a duplicate.
    Related,
}

impl Relation {
    pub const ALL: [Relation; 5] = [
        Relation::Exact,
        Relation::Syndicated,
        Relation::Excerpt,
        Relation::Rewritten,
        Relation::Related,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Relation::Exact => "exact",
            Relation::Syndicated => "syndicated",
            Relation::Excerpt => "excerpt",
            Relation::Rewritten => "rewritten",
            Relation::Related => "related",
        }
    }

    pub fn named(name: &str) -> Option<Relation> {
        Relation::ALL.into_iter().find(|relation| relation.name() == name)
    }

    /// Whether of two articles only the shorter may be dropped; `alike` says whether they are alike
    /// in length.
    pub fn lets_only_the_shorter_go(self, alike: bool) -> bool {
        match self {
            Relation::Excerpt => true,
            Relation::Rewritten => !alike,
            _ => false,
        }
    }
}

/// Exact figures of two shingle sets.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Figures {
    pub shared: usize,
    /// |A ∩ B| / |A ∪ B|, the Jaccard index; 0 for two empty sets.
    pub similarity: f64,
    /// |A ∩ B| / min(|A|, |B|); 0 if either is empty.
    pub containment: f64,
}

impl Figures {
    pub fn of(a: &[u64], b: &[u64]) -> Figures {
        let shared = count_shared(a, b);
        let ratio = |of: usize| {
            if of == 0 { 0.0 } else { shared as f64 / of as f64 }
        };
        Figures {
            shared,
            similarity: ratio(a.len() + b.len() - shared),
            containment: ratio(a.len().min(b.len())),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Verdict {
    pub relation: Relation,
    pub score: f64,
    pub similarity: f64,
    pub containment: f64,
}

/// A verified pair.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Match {
    pub a: u32,
    pub b: u32,
    pub verdict: Verdict,
    /// The one that may be dropped for the other, where only one may: an excerpt, or the lesser of
    /// two rewrites.
    pub only: Option<u32>,
}

impl Match {
    pub fn other(&self, article: u32) -> u32 {
        if self.a == article { self.b } else { self.a }
    }
}

/// Which relations drop an article.
#[derive(Clone, Copy, Debug, Default)]
pub struct Drops(pub [bool; Relation::ALL.len()]);

impl Drops {
    pub fn has(&self, relation: Relation) -> bool {
        self.0[relation as usize]
    }
}
