//! An index that is no file, as a pass over a dump works with it: by calls back to Python.

use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;

use super::index::{Index, dated};
use super::judge::Found;
use crate::error::{Error, Result};
use crate::index::{Article, Checked, Outcome};
use crate::pass::ingest::Storage;
use crate::progress::Progress;

/// An index of Python's: `_core.Index`, or what has the methods `check_rows`, `words_of` and
/// `add_rows`.
pub enum AnyIndex {
    File(Py<Index>),
    Elsewhere(Elsewhere),
}

impl AnyIndex {
    pub fn of(index: Bound<PyAny>) -> AnyIndex {
        match index.cast::<Index>() {
            Ok(file) => AnyIndex::File(file.clone().unbind()),
            Err(_) => {
                AnyIndex::Elsewhere(Elsewhere { index: index.unbind(), failure: Mutex::default() })
            }
        }
    }

    pub fn storage(&self) -> &dyn Storage {
        match self {
            AnyIndex::File(file) => &file.get().index,
            AnyIndex::Elsewhere(other) => other,
        }
    }

    /// What was found, or what a call back raised.
    pub fn finish<T>(&self, found: Result<T>) -> PyResult<T> {
        if let AnyIndex::Elsewhere(other) = self
            && let Some(failure) =
                other.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
        {
            return Err(failure);
        }
        Ok(found?)
    }
}

pub struct Elsewhere {
    index: Py<PyAny>,
    /// What the first call that failed raised.
    failure: Mutex<Option<PyErr>>,
}

impl Elsewhere {
    fn call<T>(&self, work: impl FnOnce(&Bound<PyAny>) -> PyResult<T>) -> Result<T> {
        Python::attach(|py| work(self.index.bind(py))).map_err(|error| {
            let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
            failure.get_or_insert(error);
            Error::Cancelled
        })
    }
}

fn found_of(rows: &[Py<Found>]) -> Vec<crate::index::Found> {
    rows.iter().map(|it| it.get().found.clone()).collect()
}

impl Storage for Elsewhere {
    fn check(&self, article: &Article, _: &Progress) -> Result<Checked> {
        let &Article { id, date, text } = article;
        let (is_known, rows): (bool, Vec<Py<Found>>) = self
            .call(|index| index.call_method1("check_rows", (id, text, dated(date)))?.extract())?;
        Ok(Checked { is_known, found: found_of(&rows) })
    }

    fn words_of(&self, ids: &[&str]) -> Result<Vec<Option<u128>>> {
        let words: Vec<Option<PyBackedBytes>> =
            self.call(|index| index.call_method1("words_of", (ids.to_vec(),))?.extract())?;
        let digest = |bytes: &PyBackedBytes| bytes.first_chunk().copied().map(u128::from_le_bytes);
        Ok(words.iter().map(|it| it.as_ref().and_then(digest)).collect())
    }

    fn add_all(&self, articles: &[Article], replace: bool, _: &Progress) -> Result<Vec<Outcome>> {
        let given: Vec<_> = articles.iter().map(|it| (it.id, it.text, dated(it.date))).collect();
        let rows: Vec<(String, Vec<Py<Found>>)> =
            self.call(|index| index.call_method1("add_rows", (given, replace))?.extract())?;
        let outcome = |(name, rows): (String, Vec<Py<Found>>)| {
            let found = found_of(&rows);
            match name.as_str() {
                "added" => Outcome::Added(found),
                "replaced" => Outcome::Replaced(found),
                "known" => Outcome::Known(found),
                _ => Outcome::Taken,
            }
        };
        Ok(rows.into_iter().map(outcome).collect())
    }
}
