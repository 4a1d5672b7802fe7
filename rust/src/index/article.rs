//! What an index is given: articles, and how it judges them.

use serde::{Deserialize, Serialize};

use crate::error::Error;

#[derive(Clone, Serialize, Deserialize)]
pub struct Options {
    pub keep: String,
    /// Names of the relations whose duplicates are dropped.
    pub drop: Vec<String>,
    pub rewrites: bool,
    pub related: bool,
    pub window: Option<u64>,
    pub min_score: f64,
    pub min_covered: f64,
    /// Whether texts are kept, or only what verification reads of them.
    pub texts: bool,
}

/// An article given.
pub struct Article<'a> {
    pub id: &'a str,
    /// In seconds, or [`crate::corpus::NO_DATE`].
    pub date: i64,
    pub text: &'a str,
}

pub fn taken(id: &str) -> Error {
    Error::Taken(format!(
        "the id {id:?} is in the index with another text; replace it, or remove it"
    ))
}
