//! A pass, in Python.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBytes, PyDict};

use super::errors::{DedupError, InputError, unknown};
use super::storage::AnyIndex;
use super::texts::figures;
use crate::corpus::dates::Counted;
use crate::corpus::encoding::Encoding;
use crate::corpus::rank::{KeepRule, Ranking};
use crate::corpus::record::{Fields, Form};
use crate::corpus::texts::Texts;
use crate::corpus::{Kind, NO_DATE, Source};
use crate::dump::read::layout::Format;
use crate::dump::read::records::Choice;
use crate::dump::read::table::{self, Row};
use crate::dump::write;
use crate::pass::cluster::cluster;
use crate::pass::stories::Version;
use crate::pass::{self, Found};
use crate::progress::Progress;
use crate::text::date::{self, Order};
use crate::verify::features::Features;
use crate::verify::{Bars, Drops, Match, MayGo, Relation, Verdict};

pub type MatchLine = (String, String, &'static str, f64, f64, f64, Option<&'static str>, f64, f64);
pub type DuplicateLine = (String, String, &'static str, f64, f64, f64, f64);
/// The fields used, the delimiter and the encoding.
/// In the order text, id, date, source.
type LayoutLine = ([Vec<(String, u64)>; 4], Option<String>, &'static str);
/// The id, the date and the source.
type Byline = (String, Option<String>, Option<String>);
type StoryLine = (String, Vec<(String, &'static str, f64, f64, f64, f64, bool)>);

#[pyclass(frozen, module = "dedup._core")]
pub struct Pass {
    state: Mutex<State>,
    progress: Arc<Progress>,
}

struct State {
    pass: pass::Pass,
    found: Option<Found>,
}

impl State {
    fn found(&self) -> PyResult<&Found> {
        self.found.as_ref().ok_or_else(|| DedupError::new_err("find() has not been called"))
    }

    fn id(&self, found: &Found, article: u32) -> String {
        self.pass.corpus.id(article, &found.stored).to_owned()
    }
}

impl Pass {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Pass {
    #[new]
    #[pyo3(signature = (
        *, drop, keep=None, rewrites=true, related=false, window=None, min_score=0.7, min_covered=0.85,
        date_order=None, threads=0, memory=None, unique_ids=false, prefer_source=None,
        spool_dir=None
    ))]
    #[allow(clippy::too_many_arguments, reason = "keywords in Python")]
    fn new(
        drop: Vec<String>,
        keep: Option<&str>,
        rewrites: bool,
        related: bool,
        window: Option<u64>,
        min_score: f64,
        min_covered: f64,
        date_order: Option<&str>,
        threads: usize,
        memory: Option<u64>,
        unique_ids: bool,
        prefer_source: Option<Vec<String>>,
        spool_dir: Option<PathBuf>,
    ) -> PyResult<Pass> {
        let keep = keep
            .map(|name| KeepRule::named(name).ok_or_else(|| unknown("keep rule", name)))
            .transpose()?;
        let drops = Drops::named(&drop).map_err(|name| unknown("relation", name))?;
        let bars = Bars { min_score, min_covered, related, drops };
        let options = pass::Options {
            keep,
            prefer_source: prefer_source.unwrap_or_default(),
            bars,
            rewrites,
            window,
            threads,
            memory,
            unique_ids,
        };
        let mut pass = pass::Pass::new(options, spool_dir.as_deref())?;
        pass.corpus.columns.order = date_order
            .map(|name| Order::named(name).ok_or_else(|| unknown("date order", name)))
            .transpose()?;
        let progress = pass.progress.clone();
        Ok(Pass { state: Mutex::new(State { pass, found: None }), progress })
    }

    #[pyo3(signature = (
        path, name, format, *, text_fields, id_fields, date_fields, source_fields=None,
        link_fields=None, joins_texts=false, delimiter=None, encoding=None, date=None
    ))]
    #[allow(clippy::too_many_arguments, reason = "keywords in Python")]
    fn add_records(
        &self,
        py: Python,
        path: PathBuf,
        name: &str,
        format: &str,
        text_fields: Vec<String>,
        id_fields: Vec<String>,
        date_fields: Vec<String>,
        source_fields: Option<Vec<String>>,
        link_fields: Option<Vec<String>>,
        joins_texts: bool,
        delimiter: Option<&str>,
        encoding: Option<&str>,
        date: Option<String>,
    ) -> PyResult<u32> {
        let rows = |usual, may_be_unquoted| {
            let delimiter = delimiter.map_or(usual, |it| it.as_bytes()[0]);
            Format::Rows { delimiter, may_be_unquoted }
        };
        let format = match format {
            "json" => Format::Json,
            "csv" => rows(b',', false),
            "tsv" => rows(b'\t', true),
            name => return Err(unknown("format", name)),
        };
        let named = |name| Encoding::named(name).ok_or_else(|| unknown("encoding", name));
        let encoding = encoding.map(named).transpose()?;
        let source_fields = source_fields.unwrap_or_default();
        let links_from = source_fields.len();
        let fields = Fields {
            text: text_fields,
            id: id_fields,
            date: date_fields,
            source: [source_fields, link_fields.unwrap_or_default()].concat(),
            links_from,
            joins_texts,
        };
        let choice = Choice { format, fields, encoding, date };
        py.detach(|| Ok(self.lock().pass.read_records(&path, name, choice)?))
    }

    #[pyo3(signature = (path, name, date=None))]
    fn add_text_file(
        &self,
        py: Python,
        path: PathBuf,
        name: &str,
        date: Option<&str>,
    ) -> PyResult<u32> {
        py.detach(|| Ok(self.lock().pass.read_text_file(&path, name, date)?))
    }

    #[pyo3(signature = (name, date=None, date_field=None))]
    fn add_table(&self, name: &str, date: Option<String>, date_field: Option<String>) -> u32 {
        let corpus = &mut self.lock().pass.corpus;
        let source = corpus.add_source(Source { date, ..Source::table(name) });
        corpus.columns.fields.extend(date_field.map(|field| (source, field)));
        source
    }

    #[pyo3(signature = (source, texts, ids=None, dates=None, sources=None))]
    fn add_rows(
        &self,
        py: Python,
        source: u32,
        texts: Vec<Bound<PyAny>>,
        ids: Column,
        dates: Column,
        sources: Column,
    ) -> PyResult<()> {
        let rows = texts.len();
        let right_length =
            |column: &Option<Vec<_>>| column.as_ref().is_none_or(|it| it.len() == rows);
        if ![&ids, &dates, &sources].into_iter().all(right_length) {
            return Err(PyValueError::new_err("texts, ids, dates and sources differ in length"));
        }
        let texts: Vec<Cell> = texts.iter().map(Cell::of).collect::<PyResult<_>>()?;
        py.detach(|| {
            let rows: Vec<Row> = (0..rows)
                .map(|row| Row {
                    text: texts[row].as_text(),
                    id: cell(&ids, row),
                    date: cell(&dates, row),
                    source: cell(&sources, row),
                })
                .collect();
            Ok(self.lock().pass.read_rows(source, &rows)?)
        })
    }

    fn reject(&self, source: u32, row: u64, reason: String, raw: &Bound<PyAny>) -> PyResult<()> {
        let text: PyBackedStr;
        let bytes: PyBackedBytes;
        let raw: &[u8] = if raw.is_instance_of::<PyBytes>() {
            bytes = raw.extract()?;
            &bytes
        } else {
            text = raw.extract()?;
            text.as_bytes()
        };
        Ok(table::reject(&mut self.lock().pass.corpus, source, row, reason, raw)?)
    }

    /// (text, date as it is read again, or None) of the article that has an id.
    fn article(&self, id: &str) -> PyResult<Option<(String, Option<String>)>> {
        let mut state = self.lock();
        state.pass.corpus.settle_dates();
        let corpus = &state.pass.corpus;
        let Some(article) = corpus.find(id) else {
            return Ok(None);
        };
        let date = corpus.dates[article as usize];
        let date = (date != NO_DATE).then(|| date::format(date));
        Ok(Some((Texts::new(corpus).text(article)?.into_owned(), date)))
    }

    fn resume(&self, py: Python, paths: Vec<PathBuf>) -> PyResult<bool> {
        py.detach(|| Ok(self.lock().pass.resume(paths)?))
    }

    #[pyo3(signature = (index=None))]
    fn find(&self, py: Python, index: Option<Bound<PyAny>>) -> PyResult<()> {
        let index = index.map(AnyIndex::of);
        py.detach(|| {
            let mut state = self.lock();
            let found = state.pass.find(index.as_ref().map(AnyIndex::storage));
            state.found = Some(match &index {
                Some(index) => index.finish(found)?,
                None => found?,
            });
            Ok(())
        })
    }

    #[pyo3(signature = (index, keep, *, replace=false))]
    fn add_to(&self, py: Python, index: Bound<PyAny>, keep: &str, replace: bool) -> PyResult<()> {
        let keep = KeepRule::named(keep).ok_or_else(|| unknown("keep rule", keep))?;
        let index = AnyIndex::of(index);
        py.detach(|| {
            let mut state = self.lock();
            let found = state.pass.add_to(index.storage(), keep, replace);
            state.found = Some(index.finish(found)?);
            Ok(())
        })
    }

    /// The matches that each of some articles has in an index, and whether it comes late.
    fn check_in(
        &self,
        py: Python,
        index: Bound<PyAny>,
        first: u32,
        count: u32,
    ) -> PyResult<Vec<(MatchLine, bool)>> {
        let index = AnyIndex::of(index);
        py.detach(|| {
            let mut state = self.lock();
            state.pass.corpus.settle_dates();
            let ids = &state.pass.corpus.ids;
            let end = (ids.len() as u32).min(first.saturating_add(count));
            let answers = index.finish(state.pass.check_in(index.storage(), first..end))?;
            let lines = answers.iter().flat_map(|(article, checked)| {
                checked.found.iter().map(|it| {
                    let id = ids.get(*article as usize).to_owned();
                    (match_line(id, it.id.clone(), &it.verdict, it.may_go()), it.late)
                })
            });
            Ok(lines.collect())
        })
    }

    fn __len__(&self) -> usize {
        self.lock().pass.corpus.len()
    }

    fn cancel(&self) {
        self.progress.cancel();
    }

    fn progress(&self) -> (&'static str, u64, u64) {
        self.progress.now()
    }

    /// How a file of records was read: how many of them each field was used for, by role, and its
    /// delimiter, if it has one, and encoding. None where nothing could be read.
    fn layout(&self, source: u32) -> Option<LayoutLine> {
        let state = self.lock();
        let Kind::Records(records) = &state.pass.corpus.sources[source as usize].kind else {
            return None;
        };
        let form = records.form.as_ref()?;
        let (fields, usage) = (form.fields(), &records.usage);
        let counts = |names: &[String], counts: &[u64]| {
            let used = names.iter().cloned().zip(counts.iter().copied());
            used.filter(|it| it.1 > 0).collect()
        };
        let delimiter = match form {
            Form::Row(form) => Some((form.dialect.delimiter as char).to_string()),
            Form::Json(_) => None,
        };
        let fields = [
            counts(&fields.text, &usage.text),
            counts(&fields.id, &usage.id),
            counts(&fields.date, &usage.date),
            counts(&fields.source, &usage.source),
        ];
        Some((fields, delimiter, records.encoding.name()))
    }

    fn kept_rows<'py>(&self, py: Python<'py>, source: u32) -> PyResult<Bound<'py, PyBytes>> {
        let state = self.lock();
        let corpus = &state.pass.corpus;
        let kept = &state.found()?.kept;
        let rows = match corpus.sources[source as usize].kind {
            Kind::Table { rows } => rows as usize,
            _ => return Err(DedupError::new_err("kept_rows is for tables")),
        };
        let mut mask = vec![0; rows];
        for article in corpus.articles_of(source) {
            mask[corpus.locations[article].row as usize - 1] = kept[article] as u8;
        }
        Ok(PyBytes::new(py, &mask))
    }

    /// The ids of so many articles from `first` on.
    fn ids(&self, first: usize, count: usize) -> Vec<String> {
        let state = self.lock();
        let ids = &state.pass.corpus.ids;
        let end = ids.len().min(first.saturating_add(count));
        (first..end).map(|article| ids.get(article).to_owned()).collect()
    }

    /// (id, date, source) of so many articles from `first` on.
    fn bylines(&self, first: usize, count: usize) -> Vec<Byline> {
        let mut state = self.lock();
        let corpus = &mut state.pass.corpus;
        corpus.settle_dates();
        let end = corpus.len().min(first.saturating_add(count));
        let byline = |article: usize| {
            let date = Some(corpus.dates[article]).filter(|&date| date != NO_DATE);
            let id = corpus.ids.get(article).to_owned();
            (id, date.map(date::format), corpus.outlets.get(article).map(str::to_owned))
        };
        (first..end).map(byline).collect()
    }

    /// How many articles each source has.
    fn source_counts(&self) -> HashMap<String, u64> {
        let state = self.lock();
        let counts = state.pass.corpus.outlets.counts().into_iter();
        counts.map(|(name, count)| (name.to_owned(), count)).collect()
    }

    fn kept_ids(&self) -> PyResult<Vec<String>> {
        let state = self.lock();
        let kept = state.found()?.kept.iter().enumerate().filter(|(_, kept)| **kept);
        Ok(kept.map(|(article, _)| state.pass.corpus.ids.get(article).to_owned()).collect())
    }

    /// The features of pairs of ids: of the first against the second, and the other way round.
    fn features(
        &self,
        py: Python,
        pairs: Vec<(PyBackedStr, PyBackedStr)>,
    ) -> PyResult<Vec<Option<[Vec<f64>; 2]>>> {
        py.detach(|| {
            let state = self.lock();
            let corpus = &state.pass.corpus;
            let find = |id: &str| corpus.find(id).ok_or_else(|| unknown("id", id));
            let numbers = pairs.iter().map(|(a, b)| Ok((find(a)?, find(b)?)));
            let found = state.pass.features(&numbers.collect::<PyResult<Vec<_>>>()?)?;
            let listed = |it: Option<[Features; 2]>| it.map(|it| it.map(|side| side.to_vec()));
            Ok(found.into_iter().map(listed).collect())
        })
    }

    fn duplicates(&self) -> PyResult<Vec<DuplicateLine>> {
        let state = self.lock();
        let found = state.found()?;
        let mut lines = Vec::with_capacity(found.duplicates.len() as usize);
        found.for_each_duplicate(|article, it| {
            let (id, other) = (state.id(found, article), state.id(found, it.other(article)));
            let (covered, Verdict { relation, score, similarity, containment, .. }) =
                (it.covered(article), it.verdict);
            lines.push((id, other, relation.name(), score, covered, similarity, containment));
            Ok(())
        })?;
        Ok(lines)
    }

    fn matches(&self) -> PyResult<Vec<MatchLine>> {
        let state = self.lock();
        let found = state.found()?;
        let mut lines = Vec::with_capacity(found.matches.len() as usize);
        found.for_each_match(|Match { a, b, verdict, may_go }| {
            lines.push(match_line(state.id(found, a), state.id(found, b), &verdict, may_go));
            Ok(())
        })?;
        Ok(lines)
    }

    fn stories(&self) -> PyResult<Vec<StoryLine>> {
        let state = self.lock();
        let found = state.found()?;
        let version = |version: &Version| {
            let it = found.match_of(version)?;
            let (covered, Verdict { relation, score, similarity, containment, .. }) =
                (it.covered(version.article), it.verdict);
            let id = state.id(found, version.article);
            Ok((id, relation.name(), score, covered, similarity, containment, version.dropped))
        };
        let story = |versions: &[Version]| {
            let head = state.id(found, versions[0].head);
            Ok((head, versions.iter().map(version).collect::<PyResult<_>>()?))
        };
        found.stories().map(story).collect()
    }

    /// (file, line, reason) of each record that could not be read, in the order of the input.
    fn rejections(&self) -> Vec<(String, u64, String)> {
        let state = self.lock();
        let corpus = &state.pass.corpus;
        let more = state.found.as_ref().map_or(&[][..], |found| &found.rejections);
        corpus
            .rejections_with(more)
            .into_iter()
            .map(|it| (corpus.sources[it.source as usize].name.clone(), it.row, it.reason.clone()))
            .collect()
    }

    fn write_clean(&self, py: Python, source: u32, path: PathBuf) -> PyResult<u64> {
        py.detach(|| {
            let state = self.lock();
            let kept = &state.found()?.kept;
            let written =
                write::write_clean(&state.pass.corpus, kept, source, &path, &self.progress);
            self.progress.stop();
            Ok(written?)
        })
    }

    fn write_duplicates(&self, py: Python, path: PathBuf) -> PyResult<()> {
        py.detach(|| {
            let state = self.lock();
            let found = state.found()?;
            Ok(write::write_duplicates(
                &state.pass.corpus,
                &found.duplicates,
                &found.stored,
                &path,
            )?)
        })
    }

    fn write_stories(&self, py: Python, path: PathBuf) -> PyResult<()> {
        py.detach(|| {
            let state = self.lock();
            let found = state.found()?;
            let version = |it: &Version| Ok((it.article, found.match_of(it)?, it.dropped));
            let stories = found
                .stories()
                .map(|versions| (versions[0].head, versions.iter().map(version).collect()));
            Ok(write::write_stories(&state.pass.corpus, stories, &found.stored, &path)?)
        })
    }

    fn write_matches(&self, py: Python, path: PathBuf) -> PyResult<()> {
        py.detach(|| {
            let state = self.lock();
            let found = state.found()?;
            Ok(write::write_matches(&state.pass.corpus, &found.matches, &found.stored, &path)?)
        })
    }

    fn write_rejected(&self, py: Python, path: PathBuf) -> PyResult<()> {
        py.detach(|| {
            let state = self.lock();
            let found = state.found()?;
            Ok(write::write_rejected(&state.pass.corpus, &found.rejections, &path)?)
        })
    }

    fn counts(&self) -> PyResult<HashMap<String, u64>> {
        let state = self.lock();
        let (corpus, found) = (&state.pass.corpus, state.found()?);
        Ok(found.counts(corpus)?.into_iter().collect())
    }

    /// What became of the dates, once all is read.
    fn dates<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let mut state = self.lock();
        let corpus = &mut state.pass.corpus;
        corpus.settle_dates();
        let columns = &corpus.columns;
        let read = PyDict::new(py);
        let (day_first, month_first) = columns.settled();
        read.set_item("read_day_first", day_first)?;
        read.set_item("read_month_first", month_first)?;
        for (name, Counted { count, example }) in [
            ("unread", columns.unread()),
            ("unordered", columns.unordered().clone()),
            ("doubtful", columns.doubtful()),
        ] {
            read.set_item(name, count)?;
            let example = example.map(|(value, source, row)| {
                (value.into_string(), corpus.sources[source as usize].name.clone(), row)
            });
            read.set_item(format!("{name}_example"), example)?;
        }
        Ok(read)
    }

    fn seconds(&self) -> HashMap<&'static str, f64> {
        self.progress.seconds().into_iter().collect()
    }

    fn keep_rule(&self) -> PyResult<&'static str> {
        Ok(self.lock().found()?.keep.name())
    }
}

pub fn match_line(id_a: String, id_b: String, verdict: &Verdict, may_go: MayGo) -> MatchLine {
    let (relation, score, covered_a, covered_b, may_go, similarity, containment) =
        figures(verdict, may_go);
    (id_a, id_b, relation, score, covered_a, covered_b, may_go, similarity, containment)
}

/// For each article, named by its place in the keep rule's order, the one that it is dropped for, as
/// a pass over (a, b, may_go, score) has it.
#[pyfunction]
pub fn stars(articles: u32, pairs: Vec<(u32, u32, Option<String>, f64)>) -> Vec<Option<u32>> {
    let mut matches: Vec<Match> = pairs
        .into_iter()
        .map(|(a, b, may_go, score)| {
            let may_go = MayGo::named(may_go.as_deref()).unwrap_or(MayGo::Neither);
            let verdict = Verdict { relation: Relation::Rewritten, score, ..Verdict::IDENTICAL };
            Match { a, b, verdict, may_go }
        })
        .collect();
    let ranks: Vec<u32> = (0..articles).collect();
    let dropped_by = cluster(&mut matches, &Ranking { ties: ranks.clone(), ranks });
    let other = |(article, index): (u32, Option<usize>)| Some(matches[index?].other(article));
    (0..).zip(dropped_by).map(other).collect()
}

/// A column of strings, where there is one.
type Column = Option<Vec<Option<PyBackedStr>>>;

fn cell(column: &Column, row: usize) -> Option<&str> {
    column.as_ref()?[row].as_deref()
}

/// A cell of a text column.
pub enum Cell {
    Text(PyBackedStr),
    Bytes(PyBackedBytes),
    Missing,
    Unpaired,
}

impl Cell {
    pub fn of(value: &Bound<PyAny>) -> PyResult<Cell> {
        if value.is_none() {
            Ok(Cell::Missing)
        } else if let Ok(bytes) = value.extract() {
            Ok(Cell::Bytes(bytes))
        } else if value.is_instance_of::<pyo3::types::PyString>() {
            // A string that UTF-8 cannot express holds half of a surrogate pair.
            Ok(value.extract().map_or(Cell::Unpaired, Cell::Text))
        } else {
            let kind = value.get_type();
            Err(InputError::new_err(format!("a text is {kind}, not a string")))
        }
    }

    pub fn as_text(&self) -> Result<&str, (String, String)> {
        match self {
            Cell::Text(text) => Ok(text),
            Cell::Bytes(bytes) => str::from_utf8(bytes).map_err(|error| {
                let reason = format!("not UTF-8: bad byte at {}", error.valid_up_to() + 1);
                (reason, String::from_utf8_lossy(bytes).into_owned())
            }),
            Cell::Missing => Err(("the text is missing or null".to_owned(), String::new())),
            Cell::Unpaired => Err(("not UTF-8: an unpaired surrogate".to_owned(), String::new())),
        }
    }
}
