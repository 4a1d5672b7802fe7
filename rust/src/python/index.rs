//! The index, in Python.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;

use super::interrupt::stepwise;
use super::texts::figures;
use crate::corpus::NO_DATE;
use crate::index::matching::telling;
use crate::index::{self, Article, Found, Options, Outcome};

/// The id of the one stored, what a given article, a, has in common with it, b, and whether a would go
/// for it but for the keep rule.
pub type Line = (String, &'static str, f64, f64, f64, Option<&'static str>, f64, f64, bool);

/// The number, id, date in seconds, the text if it is kept, the article that it is a duplicate of, and
/// the time that it was stored.
type Stored = (String, Option<i64>, Option<String>, Option<String>, i64);

pub fn line(found: &Found) -> Line {
    let (relation, score, covered_a, covered_b, may_go, similarity, containment) =
        figures(&found.verdict, found.may_go());
    let id = found.id.clone();
    (id, relation, score, covered_a, covered_b, may_go, similarity, containment, found.late)
}

pub fn seconds(date: Option<i64>) -> i64 {
    date.unwrap_or(NO_DATE)
}

pub fn dated(seconds: i64) -> Option<i64> {
    Some(seconds).filter(|&seconds| seconds != NO_DATE)
}

fn stored(it: index::Stored) -> Stored {
    (it.id, dated(it.date), it.text, it.duplicate_of, it.stored)
}

/// What became of an article, and the match that says most of it.
fn answer(outcome: Outcome) -> (&'static str, Option<Line>) {
    let name = match outcome {
        Outcome::Added(_) => "added",
        Outcome::Replaced(_) => "replaced",
        Outcome::Known(_) => "known",
        Outcome::Seen(_) => "seen",
        Outcome::Taken => "taken",
    };
    (name, outcome.found().and_then(|found| telling(&found).map(line)))
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
    fn check(&self, py: Python, id: &str, text: &str, date: Option<i64>) -> PyResult<Vec<Line>> {
        let article = Article { id, text, date: seconds(date) };
        stepwise(py, |progress| {
            Ok(self.index.check(&article, progress)?.found.iter().map(line).collect())
        })
    }

    #[pyo3(signature = (id, text, date=None, *, replace=false))]
    fn add(
        &self,
        py: Python,
        id: &str,
        text: &str,
        date: Option<i64>,
        replace: bool,
    ) -> PyResult<(&'static str, Option<Line>)> {
        let article = Article { id, text, date: seconds(date) };
        stepwise(py, |progress| Ok(answer(self.index.add(&article, replace, progress)?)))
    }

    #[pyo3(signature = (id, text, date=None))]
    fn add_if_new(
        &self,
        py: Python,
        id: &str,
        text: &str,
        date: Option<i64>,
    ) -> PyResult<(&'static str, Option<Line>)> {
        let article = Article { id, text, date: seconds(date) };
        stepwise(py, |progress| Ok(answer(self.index.add_if_new(&article, progress)?)))
    }

    fn add_many(
        &self,
        py: Python,
        ids: Vec<PyBackedStr>,
        texts: Vec<PyBackedStr>,
        dates: Vec<Option<i64>>,
    ) -> PyResult<(u64, u64, Vec<usize>)> {
        let articles: Vec<Article> = ids
            .iter()
            .zip(&texts)
            .zip(&dates)
            .map(|((id, text), &date)| Article { id, text, date: seconds(date) })
            .collect();
        let bulk = py.detach(|| self.index.add_many(&articles))?;
        Ok((bulk.stored, bulk.known, bulk.taken))
    }

    /// Called after all of `add_many`.
    fn settle(&self, py: Python) -> PyResult<()> {
        py.detach(|| Ok(self.index.settle()?))
    }

    fn get(&self, py: Python, id: &str) -> PyResult<Option<Stored>> {
        Ok(py.detach(|| self.index.get(id))?.map(stored))
    }

    fn articles(&self, py: Python, first: u32, most: usize) -> PyResult<Vec<(u32, Stored)>> {
        let found = py.detach(|| self.index.articles(first, most))?;
        Ok(found.into_iter().map(|(number, it)| (number, stored(it))).collect())
    }

    fn versions(&self, py: Python, id: &str) -> PyResult<Vec<String>> {
        py.detach(|| Ok(self.index.versions(id)?))
    }

    fn remove(&self, py: Python, id: &str) -> PyResult<bool> {
        stepwise(py, |progress| self.index.remove(id, progress))
    }

    fn expire(&self, py: Python, before: i64, undated: bool) -> PyResult<u64> {
        stepwise(py, |progress| self.index.expire(before, undated, progress))
    }

    fn close(&self, py: Python) {
        py.detach(|| self.index.close());
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
