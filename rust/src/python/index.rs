//! The index, in Python.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;

use super::errors::StorageError;
use super::texts::figures;
use crate::corpus::NO_DATE;
use crate::index::{self, Article, Found, Options};
use crate::text::date;

/// The id of the one stored and what a given article, a, has in common with it, b.
pub type Line = (String, &'static str, f64, f64, f64, Option<&'static str>, f64, f64);

/// The date in seconds, the text if it is kept, and the article that it is a duplicate of.
type Stored = (Option<i64>, Option<String>, Option<String>);

pub fn line(found: &Found) -> Line {
    let (relation, score, covered_a, covered_b, may_go, similarity, containment) =
        figures(&found.verdict, found.may_go());
    (found.id.clone(), relation, score, covered_a, covered_b, may_go, similarity, containment)
}

pub fn seconds(date: Option<&str>) -> i64 {
    date.and_then(date::parse).unwrap_or(NO_DATE)
}

pub fn dated(seconds: i64) -> Option<i64> {
    Some(seconds).filter(|&seconds| seconds != NO_DATE)
}

#[pyclass(frozen, module = "dedup._core")]
pub struct Index {
    pub index: index::Index,
}

#[pymethods]
impl Index {
    #[new]
    #[pyo3(signature = (
        path, *, keep, drop, rewrites, related, window, min_score, min_covered, texts, threads, read_only
    ))]
    #[allow(clippy::too_many_arguments, reason = "keywords in Python")]
    fn new(
        py: Python,
        path: PathBuf,
        keep: String,
        drop: Vec<String>,
        rewrites: bool,
        related: bool,
        window: Option<u64>,
        min_score: f64,
        min_covered: f64,
        texts: bool,
        threads: usize,
        read_only: bool,
    ) -> PyResult<Index> {
        let options =
            Options { keep, drop, rewrites, related, window, min_score, min_covered, texts };
        let open = || index::Index::open(&path, options, read_only, threads);
        py.detach(|| Ok(Index { index: open()? }))
    }

    /// The options that the index was made with, in the order of the arguments.
    fn options(&self) -> (String, Vec<String>, bool, bool, Option<u64>, f64, f64, bool) {
        let Options { keep, drop, rewrites, related, window, min_score, min_covered, texts } =
            self.index.options.clone();
        (keep, drop, rewrites, related, window, min_score, min_covered, texts)
    }

    #[pyo3(signature = (id, text, date=None))]
    fn check(&self, py: Python, id: &str, text: &str, date: Option<&str>) -> PyResult<Vec<Line>> {
        let article = Article { id, text, date: seconds(date) };
        py.detach(|| Ok(self.index.check(&article)?.iter().map(line).collect()))
    }

    #[pyo3(signature = (id, text, date=None))]
    fn add(&self, py: Python, id: &str, text: &str, date: Option<&str>) -> PyResult<Option<Line>> {
        let article = Article { id, text, date: seconds(date) };
        py.detach(|| Ok(self.index.add(&article)?.as_ref().map(line)))
    }

    fn add_many(
        &self,
        py: Python,
        ids: Vec<PyBackedStr>,
        texts: Vec<PyBackedStr>,
        dates: Vec<Option<PyBackedStr>>,
    ) -> PyResult<()> {
        let articles: Vec<Article> = ids
            .iter()
            .zip(&texts)
            .zip(&dates)
            .map(|((id, text), date)| Article { id, text, date: seconds(date.as_deref()) })
            .collect();
        py.detach(|| Ok(self.index.add_many(&articles)?))
    }

    /// Called after all of `add_many`.
    fn settle(&self, py: Python) -> PyResult<()> {
        py.detach(|| Ok(self.index.settle()?))
    }

    fn get(&self, py: Python, id: &str) -> PyResult<Option<Stored>> {
        let found = py.detach(|| self.index.get(id))?;
        Ok(found.map(|it| (dated(it.date), it.text, it.duplicate_of)))
    }

    fn remove(&self, py: Python, id: &str) -> PyResult<bool> {
        py.detach(|| Ok(self.index.remove(id)?))
    }

    fn expire(&self, py: Python, before: &str) -> PyResult<u64> {
        let time = date::parse(before)
            .ok_or_else(|| StorageError::new_err(format!("{before:?} is no date")))?;
        py.detach(|| Ok(self.index.expire(time)?))
    }

    fn compact(&self, py: Python) -> PyResult<()> {
        py.detach(|| Ok(self.index.compact()?))
    }

    fn generation(&self, py: Python) -> PyResult<u64> {
        py.detach(|| Ok(self.index.generation()?))
    }

    fn stats(&self, py: Python) -> PyResult<Vec<(&'static str, u64)>> {
        let stats = py.detach(|| self.index.stats())?;
        Ok(vec![
            ("articles", stats.articles),
            ("removed", stats.removed),
            ("runs", stats.runs),
            ("postings", stats.postings),
            ("bytes", stats.bytes),
        ])
    }
}
