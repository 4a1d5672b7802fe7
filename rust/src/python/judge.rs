//! What an index whose articles stand elsewhere is made of, in Python: the answers are worked out
//! here, and what is stored is asked for by calls back.

use std::cell::Cell;

use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::PyBytes;
use rayon::prelude::*;

use super::index::{Line, dated, line, seconds};
use crate::error::{Error, Result};
use crate::index::content::sketch;
use crate::index::matching::{self, Shelf, Side};
use crate::index::postings::{FIRST, Key, LAST, Posting, RECENT, keys_of};
use crate::index::record::{Glance, Record};
use crate::index::sealed::{seal_value, unseal_value};
use crate::index::vocabulary::{self, is_due};
use crate::index::{Article, Options, taken};
use crate::sketch::sketches::Sketches;
use crate::threads::thread_pool;

/// An article stored, by its number: what stands at its place.
type Sealed = (u32, PyBackedBytes);

#[pyclass(frozen, module = "dedup._core")]
pub struct Judge {
    judge: matching::Judge,
    keeps_text: bool,
    threads: usize,
}

#[pymethods]
impl Judge {
    #[new]
    #[pyo3(signature = (
        *, keep, drop, rewrites, related, window, min_score, min_covered, texts, threads
    ))]
    #[allow(clippy::too_many_arguments, reason = "keywords in Python")]
    fn new(
        keep: String,
        drop: Vec<String>,
        rewrites: bool,
        related: bool,
        window: Option<u64>,
        min_score: f64,
        min_covered: f64,
        texts: bool,
        threads: usize,
    ) -> PyResult<Judge> {
        let options =
            Options { keep, drop, rewrites, related, window, min_score, min_covered, texts };
        let judge = matching::Judge::new(&options).ok_or_else(|| damaged("its options"))?;
        Ok(Judge { judge, keeps_text: texts, threads })
    }

    #[pyo3(signature = (id, text, date=None))]
    fn sketch(&self, py: Python, id: &str, text: &str, date: Option<i64>) -> Sketched {
        py.detach(|| self.sketch_one(id, text, date))
    }

    fn sketch_many(
        &self,
        py: Python,
        ids: Vec<PyBackedStr>,
        texts: Vec<PyBackedStr>,
        dates: Vec<Option<i64>>,
    ) -> PyResult<Vec<Sketched>> {
        py.detach(|| {
            let sketch = |((id, text), date): ((&PyBackedStr, &PyBackedStr), &Option<i64>)| {
                self.sketch_one(id, text, *date)
            };
            let articles = ids.par_iter().zip(&texts).zip(&dates);
            Ok(thread_pool(self.threads)?.install(|| articles.map(sketch).collect()))
        })
    }

    /// Reads articles that are stored.
    fn open(&self, py: Python, records: Vec<Sealed>) -> PyResult<Vec<Sketched>> {
        let open = |(number, bytes): &Sealed| {
            let record = read_record(*number, bytes)?;
            let sketches = record.content.open()?.sketch(&self.judge.sketcher);
            Ok(Sketched { text: None, record, sketches })
        };
        py.detach(|| {
            if let [record] = &records[..] {
                return Ok(vec![open(record)?]);
            }
            let opened: Result<_> =
                thread_pool(self.threads)?.install(|| records.par_iter().map(open).collect());
            Ok(opened?)
        })
    }

    /// The matches of an article with those on a shelf of so many, the best first.
    fn matches(
        &self,
        py: Python,
        shelf: Py<PyAny>,
        vocabulary: &Vocabulary,
        articles: u32,
        article: &Sketched,
        place: u32,
    ) -> PyResult<Vec<Found>> {
        ask(py, shelf, |shelf| {
            let own = article.side(place)?;
            self.judge.matches(shelf, &vocabulary.vocabulary, articles, own, &article.sketches)
        })
    }

    /// The matches of an article that is stored by a number, by what became of it when it was.
    fn stand(
        &self,
        py: Python,
        shelf: Py<PyAny>,
        vocabulary: &Vocabulary,
        articles: u32,
        number: u32,
        article: &Sketched,
    ) -> PyResult<Vec<Found>> {
        ask(py, shelf, |shelf| {
            let Sketched { record, sketches, .. } = article;
            self.judge.stand(shelf, &vocabulary.vocabulary, articles, number, record, sketches)
        })
    }

    /// What articles are kept by, the least first.
    fn rank(&self, article: &Sketched) -> PyResult<(i64, u32)> {
        Ok(self.judge.rank(&article.side(article.record.place)?))
    }

    /// The postings of articles numbered from `first` on, by key, as PostgreSQL's binary COPY takes
    /// them: rows of (int8, int4).
    fn postings<'py>(
        &self,
        py: Python<'py>,
        articles: Vec<Py<Sketched>>,
        vocabulary: &Vocabulary,
        first: u32,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let keys = |(place, article): (usize, &Py<Sketched>)| {
            let number = first + place as u32;
            let keys = article.get().keys(vocabulary)?;
            Ok(keys.into_iter().map(|key| (key, number)).collect::<Vec<Posting>>())
        };
        let work = || {
            let postings: Result<Vec<_>> = articles.par_iter().enumerate().map(keys).collect();
            let mut postings = postings?.concat();
            postings.par_sort_unstable();
            let rows: Vec<[u8; ROW]> = postings.into_iter().map(copied).collect();
            Ok([COPY, rows.as_flattened(), &END].concat())
        };
        let rows: Result<Vec<u8>> = py.detach(|| thread_pool(self.threads)?.install(work));
        Ok(PyBytes::new(py, &rows?))
    }
}

impl Judge {
    fn sketch_one(&self, id: &str, text: &str, date: Option<i64>) -> Sketched {
        let article = Article { id, text, date: seconds(date) };
        Sketched {
            text: Some(text.to_owned()),
            record: Record::of(&article, 0, self.keeps_text),
            sketches: sketch(text, &self.judge.sketcher),
        }
    }
}

/// A stored article that a given one is a version of.
#[pyclass(frozen, module = "dedup._core")]
pub struct Found {
    pub found: matching::Found,
}

#[pymethods]
impl Found {
    #[getter]
    fn number(&self) -> u32 {
        self.found.number
    }

    #[getter]
    fn drops(&self) -> bool {
        self.found.drops
    }

    #[getter]
    fn is_version(&self) -> bool {
        self.found.is_version()
    }

    #[getter]
    fn line(&self) -> Line {
        line(&self.found)
    }
}

/// Matches of several shelves, the best first.
#[pyfunction]
pub fn best_first(mut found: Vec<Py<Found>>) -> Vec<Py<Found>> {
    found.sort_by(|a, b| matching::best_first(&a.get().found, &b.get().found));
    found
}

/// What is most worth saying of an article by its matches, the best first.
#[pyfunction]
pub fn telling(found: Vec<Py<Found>>) -> Option<Line> {
    let found: Vec<matching::Found> = found.iter().map(|it| it.get().found.clone()).collect();
    matching::telling(&found).map(line)
}

/// What binary COPY begins and ends with.
const COPY: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const END: [u8; 2] = (-1_i16).to_be_bytes();

/// Bytes of a row: the number of its fields, and each after its length.
const ROW: usize = 2 + (4 + 8) + (4 + 4);

fn copied((key, article): Posting) -> [u8; ROW] {
    let mut row = [0; ROW];
    row[1] = 2;
    row[5] = 8;
    row[6..14].copy_from_slice(&key.to_be_bytes());
    row[17] = 4;
    row[18..].copy_from_slice(&article.to_be_bytes());
    row
}

/// An article and all that is made of it.
#[pyclass(frozen, module = "dedup._core")]
pub struct Sketched {
    /// None of one that is stored: its record has what is kept of it.
    text: Option<String>,
    record: Record,
    sketches: Sketches,
}

impl Sketched {
    fn side(&self, place: u32) -> Result<Side> {
        let Some(text) = &self.text else { return Side::stored(&self.record) };
        let Record { id, date, .. } = &self.record;
        Ok(Side::of(&Article { id, date: *date, text }, place))
    }
}

#[pymethods]
impl Sketched {
    #[getter]
    fn id(&self) -> &str {
        &self.record.id
    }

    #[getter]
    fn date(&self) -> Option<i64> {
        dated(self.record.date)
    }

    #[getter]
    fn stored(&self) -> i64 {
        self.record.stored
    }

    #[getter]
    fn place(&self) -> u32 {
        self.record.place
    }

    #[getter]
    fn original(&self) -> Option<u32> {
        self.record.original
    }

    /// What tells its words from others.
    #[getter]
    fn words<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.sketches.digests[0].to_le_bytes())
    }

    #[getter]
    fn text(&self) -> PyResult<Option<String>> {
        Ok(self.record.content.open()?.text())
    }

    fn keys(&self, vocabulary: &Vocabulary) -> Result<Vec<Key>> {
        let mut keys = keys_of(&self.record.id, &self.sketches, &vocabulary.vocabulary)?;
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }

    fn glance<'py>(&self, py: Python<'py>, number: u32) -> PyResult<Bound<'py, PyBytes>> {
        let stems = self.sketches.stems.get(0, &mut Vec::new())?.to_vec();
        Ok(PyBytes::new(py, &Glance::of(self.record.date, &stems).seal(number as u64)))
    }

    #[pyo3(signature = (number, place, original=None))]
    fn data<'py>(
        &self,
        py: Python<'py>,
        number: u32,
        place: u32,
        original: Option<u32>,
    ) -> Bound<'py, PyBytes> {
        let record = Record { original, place, ..self.record.clone() };
        PyBytes::new(py, &seal_value(&record, number as u64))
    }

    fn has_words_of(&self, other: &Sketched) -> bool {
        self.sketches.digests == other.sketches.digests
    }

    /// Raises IdError.
    fn refuse(&self) -> PyResult<()> {
        Err(taken(&self.record.id).into())
    }
}

#[pyclass(frozen, module = "dedup._core")]
pub struct Vocabulary {
    vocabulary: vocabulary::Vocabulary,
}

#[pymethods]
impl Vocabulary {
    /// Articles that are counted, the last ones.
    #[classattr]
    const MOST: u32 = RECENT;

    #[new]
    #[pyo3(signature = (data=None))]
    fn new(data: Option<&[u8]>) -> PyResult<Vocabulary> {
        let Some(data) = data else { return Ok(Vocabulary { vocabulary: Default::default() }) };
        let vocabulary = unseal_value(data, 0).ok_or_else(|| damaged("vocabulary"))?;
        Ok(Vocabulary { vocabulary })
    }

    /// None for too few articles.
    #[staticmethod]
    fn of(py: Python, articles: Vec<Py<Sketched>>) -> PyResult<Option<Vocabulary>> {
        let sketches = articles.iter().map(|it| &it.get().sketches);
        let found = py.detach(|| vocabulary::Vocabulary::of(sketches))?;
        Ok(found.map(|vocabulary| Vocabulary { vocabulary }))
    }

    /// Whether to count anew.
    #[staticmethod]
    fn is_due(counted_of: u32, articles: u32) -> bool {
        is_due(counted_of, articles)
    }

    fn data<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &seal_value(&self.vocabulary, 0))
    }
}

/// What is found by a shelf in Python; raises what it raises.
fn ask(
    py: Python,
    shelf: Py<PyAny>,
    work: impl FnOnce(&Elsewhere) -> Result<Vec<matching::Found>> + Send,
) -> PyResult<Vec<Found>> {
    let (found, failure) = py.detach(|| {
        let shelf = Elsewhere { shelf, failure: Cell::default() };
        let found = work(&shelf);
        (found, shelf.failure.into_inner())
    });
    if let Some(failure) = failure {
        return Err(failure);
    }
    Ok(found?.into_iter().map(|found| Found { found }).collect())
}

/// A shelf in Python.
struct Elsewhere {
    shelf: Py<PyAny>,
    /// What a call raised.
    failure: Cell<Option<PyErr>>,
}

impl Elsewhere {
    fn call<T>(&self, work: impl FnOnce(&Bound<PyAny>) -> PyResult<T>) -> Result<T> {
        Python::attach(|py| work(self.shelf.bind(py))).map_err(|error| {
            self.failure.set(Some(error));
            Error::Cancelled
        })
    }

    fn sealed(&self, method: &str, numbers: &[u32]) -> Result<Vec<Sealed>> {
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        self.call(|shelf| shelf.call_method1(method, (numbers,))?.extract())
    }
}

impl Shelf for Elsewhere {
    fn go_on(&self) -> Result<()> {
        self.call(|shelf| shelf.py().check_signals())
    }

    fn lists(&self, keys: &[Key], most: usize) -> Result<Vec<Vec<u32>>> {
        let mut lists = vec![Vec::new(); keys.len()];
        if keys.is_empty() {
            return Ok(lists);
        }
        // Of a list as long as it may be those suffice that a run keeps.
        let (first, last) = if most == usize::MAX { (FIRST, LAST) } else { (0, most) };
        let found: Vec<(usize, u32)> =
            self.call(|shelf| shelf.call_method1("lists", (keys, first, last))?.extract())?;
        for (index, number) in found {
            lists[index].push(number);
        }
        for list in &mut lists {
            list.sort_unstable();
            list.dedup();
        }
        Ok(lists)
    }

    fn glances(&self, numbers: &[u32]) -> Result<Vec<(u32, Glance)>> {
        let read = |(number, bytes): &Sealed| {
            let glance =
                Glance::unseal(bytes, *number as u64).ok_or_else(|| damaged("an article"))?;
            Ok((*number, glance))
        };
        self.sealed("glances", numbers)?.iter().map(read).collect()
    }

    fn records(&self, numbers: &[u32]) -> Result<Vec<(u32, Record)>> {
        let read = |(number, bytes): &Sealed| Ok((*number, read_record(*number, bytes)?));
        self.sealed("records", numbers)?.iter().map(read).collect()
    }
}

fn read_record(number: u32, bytes: &[u8]) -> Result<Record> {
    unseal_value(bytes, number as u64).ok_or_else(|| damaged("an article"))
}

fn damaged(what: &str) -> Error {
    Error::Index(format!(
        "the index is damaged: {what}; make it anew from its articles, or take a copy of it"
    ))
}
