//! The stages of a pass over many machines, in Python. Columns of numbers are bytes, rows of several
//! numbers end to end.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use bytemuck::Pod;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::PyBytes;
use xxhash_rust::xxh3::xxh3_64;

use super::errors::unknown;
use super::pass::{Cell, DuplicateLine, MatchLine, match_line};
use super::texts::figures;
use crate::candidate::bucket::Bounded;
use crate::candidate::budget;
use crate::corpus::dates::proved_order;
use crate::corpus::rank::{KeepRule, Standing};
use crate::dump::read::table::Row;
use crate::error::Result;
use crate::sketch::banding::NUM_PERM;
use crate::sketch::signature::{Instructions, Permutations, SEED};
use crate::sketch::sketches::Sketcher;
use crate::stages::choosing::{self, Kin};
use crate::stages::looking::{self, Candidate, Glance, Pair};
use crate::stages::meeting::{self, Meeting, Met, Route};
use crate::stages::naming::{self, Keys};
use crate::stages::postings::{self, Member};
use crate::stages::{self, Rules, furniture, joining, rare, rows_of, sketching, verifying};
use crate::text::date::{self, NO_DATE, Order};
use crate::threads::thread_pool;
use crate::verify::row::{MatchRow, row};
use crate::verify::{Bars, Drops, Verdict};

type Bytes<'py> = Bound<'py, PyBytes>;
/// (bucket, rows).
type Sent<'py> = Vec<(u32, Bytes<'py>)>;
type StoryLine = (String, String, &'static str, f64, f64, f64, f64, bool);

fn column<T: Pod>(bytes: &[u8]) -> Vec<T> {
    bytemuck::pod_collect_to_vec(bytes)
}

fn bytes<'py, T: Pod>(py: Python<'py>, rows: &[T]) -> Bytes<'py> {
    PyBytes::new(py, bytemuck::cast_slice(rows))
}

fn sent<'py>(py: Python<'py>, rows: Vec<(u32, Vec<u8>)>) -> Sent<'py> {
    rows.into_iter().map(|(bucket, rows)| (bucket, PyBytes::new(py, &rows))).collect()
}

fn read<T: Pod>(blobs: &[PyBackedBytes]) -> Vec<T> {
    rows_of(&slices(blobs))
}

fn slices(blobs: &[PyBackedBytes]) -> Vec<&[u8]> {
    blobs.iter().map(|it| &it[..]).collect()
}

/// Numbers of 128 bits, each as bytes, the first the highest.
fn digests(bytes: &[u8]) -> Vec<u128> {
    bytes.as_chunks().0.iter().map(|it| u128::from_be_bytes(*it)).collect()
}

/// In which order dates of several readings are read: that given, or the one that others prove, if these,
/// bits of what `sketch` says of each, prove one alone.
#[pyfunction]
#[pyo3(signature = (proved, given=None))]
pub fn settled_order(proved: u8, given: Option<&str>) -> Option<&'static str> {
    let order = given.and_then(Order::named).or_else(|| proved_order(proved));
    order.and_then(|order| match order {
        Order::DayFirst => Some("dmy"),
        Order::MonthFirst => Some("mdy"),
        Order::YearFirst => None,
    })
}

/// The bucket (uint32) of what each number (uint64) stands for.
#[pyfunction]
pub fn buckets_of<'py>(py: Python<'py>, numbers: &[u8], buckets: usize) -> Bytes<'py> {
    let numbers: Vec<u64> = column(numbers);
    let found: Vec<u32> =
        numbers.into_iter().map(|number| stages::bucket_of(number, buckets)).collect();
    bytes(py, &found)
}

/// A number for a text, the same on any machine.
#[pyfunction]
pub fn hash_of(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
}

#[pyfunction]
pub fn root_of(id: &str) -> &str {
    naming::root_of(id)
}

#[pyclass(frozen, module = "dedup._core")]
pub struct Stages {
    rules: Rules,
    sketcher: Sketcher,
    pool: rayon::ThreadPool,
}

#[pymethods]
impl Stages {
    #[classattr]
    const OPEN: u8 = sketching::OPEN;
    #[classattr]
    const UNREAD: u8 = sketching::UNREAD;

    #[new]
    #[pyo3(signature = (*, drop, rewrites, related, window, min_score, min_covered))]
    fn new(
        drop: Vec<String>,
        rewrites: bool,
        related: bool,
        window: Option<u64>,
        min_score: f64,
        min_covered: f64,
    ) -> PyResult<Stages> {
        let drops = Drops::named(&drop).map_err(|name| unknown("relation", name))?;
        let bars = Bars { min_score, min_covered, related, drops };
        let fastest = Instructions::available()[0];
        let permutations = Permutations::new(NUM_PERM, SEED, fastest);
        Ok(Stages {
            rules: Rules { bars, rewrites, window },
            sketcher: Sketcher { permutations, stories: rewrites },
            // What moves the rows says how many tasks there are.
            pool: thread_pool(1)?,
        })
    }

    /// Of each row why it is no article; then of each article its date with the day first and with the
    /// month first (int64), what is known of it (uint8), words (uint32), digest (16 bytes), proof (32
    /// bytes), signature (128 uint32), samples and stems (uint32).
    #[allow(clippy::type_complexity, reason = "columns")]
    fn sketch<'py>(
        &self,
        py: Python<'py>,
        texts: Vec<Bound<'py, PyAny>>,
        dates: Vec<Option<PyBackedStr>>,
    ) -> PyResult<(Vec<Option<String>>, [Bytes<'py>; 7], [Vec<Bytes<'py>>; 2])> {
        let texts: Vec<Cell> = texts.iter().map(Cell::of).collect::<PyResult<_>>()?;
        let found = py.detach(|| {
            let rows: Vec<Row> = texts
                .iter()
                .zip(&dates)
                .map(|(text, date)| Row {
                    text: text.as_text(),
                    id: None,
                    date: date.as_deref(),
                    source: None,
                })
                .collect();
            sketching::sketch(&rows, &self.sketcher)
        })?;
        let sketches = &found.sketches;
        let digests: Vec<[u8; 16]> = sketches.digests.iter().map(|it| it.to_be_bytes()).collect();
        let articles = 0..sketches.len() as u32;
        let mut signatures: Vec<u32> = Vec::with_capacity(sketches.len() * NUM_PERM);
        let (mut samples, mut stems, mut buffer) = (Vec::new(), Vec::new(), Vec::new());
        for article in articles {
            signatures.extend_from_slice(sketches.signatures.get(article, &mut buffer)?);
            samples.push(bytes(py, sketches.samples.get(article, &mut buffer)?));
            stems.push(bytes(py, sketches.stems.get(article, &mut buffer)?));
        }
        let columns = [
            bytes(py, &found.day_first),
            bytes(py, &found.month_first),
            bytes(py, &found.known),
            bytes(py, &sketches.lengths),
            PyBytes::new(py, digests.as_flattened()),
            PyBytes::new(py, found.proofs.as_flattened()),
            bytes(py, &signatures),
        ];
        Ok((found.reasons, columns, [samples, stems]))
    }

    /// The names of articles with these ids and places in the input (uint64), None for one that another
    /// has where ids are to be unique.
    #[staticmethod]
    fn name(ids: Vec<PyBackedStr>, places: &[u8], unique_ids: bool) -> Vec<Option<String>> {
        let ids: Vec<&str> = ids.iter().map(|it| &it[..]).collect();
        naming::name(&ids, &column::<u64>(places), unique_ids)
    }

    /// What articles are kept by (int64), and what puts them into the order in which they are kept, and
    /// into that of time.
    #[allow(clippy::type_complexity, reason = "columns")]
    #[staticmethod]
    fn keys<'py>(
        py: Python<'py>,
        ids: Vec<PyBackedStr>,
        places: &[u8],
        dates: &[u8],
        words: &[u8],
        digest: &[u8],
        keep: &str,
    ) -> PyResult<(Bytes<'py>, Vec<Bytes<'py>>, Vec<Bytes<'py>>)> {
        let rule = KeepRule::named(keep).ok_or_else(|| unknown("keep rule", keep))?;
        let (places, dates, words) =
            (column::<u64>(places), column::<i64>(dates), column::<u32>(words));
        let digests = digests(digest);
        let keys = |it: usize| {
            let standing = Standing {
                key: 0,
                words: Reverse(words[it]),
                id: &ids[it],
                date: dates[it],
                digest: digests[it],
                place: places[it],
            };
            naming::keys(standing, rule)
        };
        let found: Vec<Keys> = (0..ids.len()).map(keys).collect();
        let kept_by: Vec<i64> = found.iter().map(|it| it.key).collect();
        let sort_keys = found.iter().map(|it| PyBytes::new(py, &it.sort_key)).collect();
        let time_keys = found.iter().map(|it| PyBytes::new(py, &it.time_key)).collect();
        Ok((bytes(py, &kept_by), sort_keys, time_keys))
    }

    /// The keep rule where none is given.
    #[staticmethod]
    fn usual_keep(dated: bool) -> &'static str {
        KeepRule::usual(dated).name()
    }

    /// How many of some dates (int64) no article can have, by what time it is.
    #[staticmethod]
    fn count_doubtful(dates: &[u8], now: i64) -> usize {
        let is_doubtful = |it: &i64| *it != NO_DATE && date::is_doubtful(*it, now);
        column::<i64>(dates).into_iter().filter(is_doubtful).count()
    }

    /// For each article the number of the one that stands for its words (uint32).
    fn representatives<'py>(
        &self,
        py: Python<'py>,
        numbers: &[u8],
        words: &[u8],
        digest: &[u8],
        proofs: &[u8],
    ) -> Bytes<'py> {
        let (numbers, words) = (column(numbers), column(words));
        let find =
            || naming::representatives(&numbers, &words, &digests(digest), proofs.as_chunks().0);
        bytes(py, &self.pool.install(find))
    }

    /// The stems of one bucket that are not rare among so many articles, and whether they are common.
    #[staticmethod]
    fn frequent_stems(counts: Vec<PyBackedBytes>, articles: usize) -> Vec<(u32, bool)> {
        postings::frequent_stems(&read(&counts), articles)
    }

    /// What met in a bucket of postings of a kind: two articles, routes, shared, of (uint32), what goes to
    /// other buckets, and the buckets and pairs that were bounded.
    #[allow(clippy::type_complexity, reason = "columns")]
    fn meet<'py>(
        &self,
        py: Python<'py>,
        kind: &str,
        rows: Vec<PyBackedBytes>,
        buckets: usize,
    ) -> PyResult<(Bytes<'py>, Sent<'py>, (u64, u64))> {
        let (met, out) = py.detach(|| -> Result<_> {
            Ok(match kind {
                "bands" => (meeting::in_bands(read(&rows)), Vec::new()),
                "samples" => {
                    let mut held = stages::Outbox::new(buckets);
                    let met = meeting::in_samples(read(&rows), &mut held);
                    (met, held.take())
                }
                "stories" => (meeting::in_stories(read(&rows), &self.rules)?, Vec::new()),
                _ => (Met::default(), rare::count(read(&rows), buckets)),
            })
        })?;
        let Met { meetings, bounded: Bounded { buckets, pairs } } = met;
        Ok((bytes(py, &meetings), sent(py, out), (buckets, pairs)))
    }

    #[staticmethod]
    fn choose_stems<'py>(py: Python<'py>, rows: Vec<PyBackedBytes>, buckets: usize) -> Sent<'py> {
        sent(py, py.detach(|| rare::choose(read(&rows), buckets)))
    }

    /// The lists of a bucket's stems, by slices of so many places in time, and what was bounded.
    fn cut_lists<'py>(
        &self,
        py: Python<'py>,
        rows: Vec<PyBackedBytes>,
        slice: u32,
    ) -> (Sent<'py>, (u64, u64)) {
        let (bounded, lists) = py.detach(|| rare::cut(read(&rows), slice, &self.rules));
        (sent(py, lists), (bounded.buckets, bounded.pairs))
    }

    #[staticmethod]
    fn tally<'py>(py: Python<'py>, lists: Vec<PyBackedBytes>) -> PyResult<Bytes<'py>> {
        let met = py.detach(|| rare::tally(&read::<u32>(&lists)))?;
        Ok(bytes(py, &met.meetings))
    }

    /// Two articles, routes, shared (uint32) of the pairs that are looked at.
    #[staticmethod]
    fn add_up<'py>(py: Python<'py>, meetings: &[u8]) -> Bytes<'py> {
        let meetings: Vec<Meeting> = column(meetings);
        bytes(py, &py.detach(|| meeting::add_up(meetings)))
    }

    /// Candidates, as two articles, whether alike, whether versions, and the stems they share (uint32), and
    /// pairs of the same text, from pairs with the dates, signatures and stems of both.
    #[allow(clippy::too_many_arguments, reason = "columns")]
    fn look<'py>(
        &self,
        py: Python<'py>,
        pairs: &[u8],
        places: &[u8],
        dates: &[u8],
        signatures: Vec<PyBackedBytes>,
        stems: Vec<PyBackedBytes>,
    ) -> (Bytes<'py>, Bytes<'py>) {
        let (pairs, places): (Vec<[u32; 4]>, Vec<[u32; 2]>) = (column(pairs), column(places));
        let dates: Vec<i64> = column(dates);
        let found = py.detach(|| {
            let lists = |lists: &[PyBackedBytes]| -> Vec<Vec<u32>> {
                lists.iter().map(|it| column(it)).collect()
            };
            let (signatures, stems) = (lists(&signatures), lists(&stems));
            let glance = |at: u32| {
                let at = at as usize;
                Glance { date: dates[at], signature: &signatures[at], stems: &stems[at] }
            };
            let pair = |(&[a, b, routes, shared], &places): (&[u32; 4], &[u32; 2])| Pair {
                a,
                b,
                routes,
                shared,
                glances: places.map(glance),
            };
            let mut pairs: Vec<Pair> = pairs.iter().zip(&places).map(pair).collect();
            looking::look(&mut pairs, &self.rules)
        });
        let candidates: Vec<[u32; 5]> = found
            .candidates
            .iter()
            .map(|&(Candidate { a, b, alike, versions }, shared)| {
                [a, b, alike as u32, versions as u32, shared]
            })
            .collect();
        (bytes(py, &candidates), bytes(py, &found.same_text))
    }

    /// The most candidates that are compared of so many articles.
    #[staticmethod]
    fn budget(articles: usize) -> u64 {
        budget::budget(articles)
    }

    /// The most of one article, where so many articles have so many candidates (uint64).
    #[staticmethod]
    fn most_of_one(candidates: &[u8], articles: &[u8], budget: u64) -> usize {
        let mut counts = BTreeMap::<u64, u64>::new();
        for (candidates, articles) in column(candidates).into_iter().zip(column::<u64>(articles)) {
            *counts.entry(candidates).or_default() += articles;
        }
        budget::most_of_one(&counts, budget)
    }

    /// The places of those to compare among candidates (two articles, the stems they share), sorted.
    #[staticmethod]
    fn within_budget<'py>(py: Python<'py>, candidates: &[u8], most: usize) -> Bytes<'py> {
        bytes(py, &looking::within_budget(&column(candidates), most))
    }

    /// (article, the first that it hangs together with) of pairs (uint32).
    #[staticmethod]
    fn contract<'py>(py: Python<'py>, pairs: &[u8]) -> Bytes<'py> {
        bytes(py, &joining::contract(&column::<[u32; 2]>(pairs)))
    }

    #[staticmethod]
    fn stars<'py>(py: Python<'py>, pairs: &[u8], large: bool) -> (Bytes<'py>, u64) {
        let stars = if large { joining::large_stars } else { joining::small_stars };
        let (pairs, new) = stars(column(pairs));
        (bytes(py, &pairs), new)
    }

    /// Where the shingles of the articles of a bucket stand, by shingle; `firsts` are pairs (uint32).
    #[staticmethod]
    fn held_by_shingle<'py>(
        py: Python<'py>,
        rows: Vec<PyBackedBytes>,
        firsts: &[u8],
        buckets: usize,
    ) -> Sent<'py> {
        let firsts: Vec<[u32; 2]> = column(firsts);
        sent(py, py.detach(|| furniture::by_shingle(&read(&rows), &firsts, buckets)))
    }

    #[staticmethod]
    fn count_holders<'py>(py: Python<'py>, rows: Vec<PyBackedBytes>, buckets: usize) -> Sent<'py> {
        sent(py, py.detach(|| furniture::count(read(&rows), buckets)))
    }

    /// The furniture of each article of a bucket, by its number.
    #[staticmethod]
    fn gather_holders<'py>(py: Python<'py>, rows: Vec<PyBackedBytes>) -> Sent<'py> {
        sent(py, furniture::gather(read(&rows)))
    }

    /// The matches (64 bytes each) among candidates (uint32, four each) whose articles are given.
    #[allow(clippy::too_many_arguments, reason = "columns")]
    fn verify<'py>(
        &self,
        py: Python<'py>,
        candidates: &[u8],
        numbers: &[u8],
        names: Vec<PyBackedStr>,
        texts: Vec<PyBackedStr>,
        dates: &[u8],
        holders: Vec<PyBackedBytes>,
    ) -> PyResult<Bytes<'py>> {
        let candidate = |[a, b, alike, versions]: [u32; 4]| Candidate {
            a,
            b,
            alike: alike != 0,
            versions: versions != 0,
        };
        let candidates: Vec<Candidate> =
            column::<[u32; 4]>(candidates).into_iter().map(candidate).collect();
        let (numbers, dates) = (column::<u32>(numbers), column::<i64>(dates));
        let matches = py.detach(|| {
            let article = |it: usize| verifying::Article {
                name: &names[it],
                text: &texts[it],
                date: dates[it],
            };
            let articles = (0..numbers.len()).map(|it| (numbers[it], article(it))).collect();
            let holders = furniture::holders(&slices(&holders));
            verifying::verify(&candidates, &articles, &holders, &self.rules)
        })?;
        let rows: Vec<MatchRow> = matches.iter().map(|it| row((0, 0), it)).collect();
        Ok(bytes(py, &rows))
    }

    /// Pairs of articles (uint32) that are still to be compared, unless they were.
    fn orphans<'py>(
        &self,
        py: Python<'py>,
        matches: &[u8],
        numbers: &[u8],
        keys: &[u8],
        names: Vec<PyBackedStr>,
    ) -> Bytes<'py> {
        let pairs = self.pool.install(|| {
            let kin = kin(numbers, keys, &names);
            kin.orphans(&kin.choose(&column::<MatchRow>(matches)))
        });
        bytes(py, &pairs)
    }

    /// The lines of what comes out of matches and exact copies, (copy, first) (uint32): (number of what is
    /// dropped, line), matches, and versions behind what is kept. Last how many articles are kept and
    /// flagged with another one, how many such pairs there are, and of how many pairs too much was to be
    /// aligned.
    #[allow(clippy::type_complexity, reason = "lines of three files")]
    fn finish(
        &self,
        matches: &[u8],
        copies: &[u8],
        numbers: &[u8],
        keys: &[u8],
        names: Vec<PyBackedStr>,
    ) -> PyResult<(Vec<(u32, DuplicateLine)>, Vec<MatchLine>, Vec<StoryLine>, (u64, u64, u64))>
    {
        let kin = kin(numbers, keys, &names);
        let copies: Vec<[u32; 2]> = column(copies);
        let outcome = self.pool.install(|| {
            let chosen = kin.choose(&column::<MatchRow>(matches));
            choosing::finish(&kin, &chosen, &copies, &self.rules)
        })?;
        let name = |place: u32| kin.name(place).to_owned();
        let duplicates = outcome.duplicates.iter().map(|(article, it)| {
            let (covered, Verdict { relation, score, similarity, containment, .. }) =
                (it.covered(*article), it.verdict);
            let (id, other) = (name(*article), name(it.other(*article)));
            let line = (id, other, relation.name(), score, covered, similarity, containment);
            (kin.number(*article), line)
        });
        let matches = outcome.matches.iter();
        let matches = matches.map(|it| match_line(name(it.a), name(it.b), &it.verdict, it.may_go));
        let versions = outcome.versions.iter().map(|(version, it)| {
            let (relation, score, _, _, _, similarity, containment) =
                figures(&it.verdict, it.may_go);
            let covered = it.covered(version.article);
            let (head, id) = (name(version.head), name(version.article));
            (head, id, relation, score, covered, similarity, containment, version.dropped)
        });
        let counts = outcome.counts;
        Ok((duplicates.collect(), matches.collect(), versions.collect(), counts))
    }
}

fn kin<'a>(numbers: &[u8], keys: &[u8], names: &'a [PyBackedStr]) -> Kin<'a> {
    let (numbers, keys) = (column::<u32>(numbers), column::<i64>(keys));
    let names = names.iter().map(|it| &it[..]);
    Kin::of(
        numbers.into_iter().zip(keys).zip(names).map(|((number, key), name)| (number, key, name)),
    )
}

/// Counts the articles that each stem is in.
#[pyclass(module = "dedup._core")]
#[derive(Default)]
pub struct StemCounts(postings::StemCounts);

#[pymethods]
impl StemCounts {
    #[new]
    fn new() -> StemCounts {
        StemCounts::default()
    }

    fn add(&mut self, stems: Vec<PyBackedBytes>) {
        stems.iter().for_each(|it| self.0.add(&column(it)));
    }

    fn take<'py>(&mut self, py: Python<'py>, buckets: usize) -> Sent<'py> {
        sent(py, self.0.take(buckets))
    }
}

/// What articles are looked up by, on their way to the buckets.
#[pyclass(module = "dedup._core")]
pub struct Postings(postings::Postings);

#[pymethods]
impl Postings {
    #[new]
    fn new(stages: &Stages, frequent: HashMap<u32, bool>, buckets: usize) -> Postings {
        let frequent = frequent.into_iter().collect();
        Postings(postings::Postings::new(stages.rules, frequent, buckets))
    }

    #[allow(clippy::too_many_arguments, reason = "columns")]
    fn add(
        &mut self,
        py: Python,
        numbers: &[u8],
        places: &[u8],
        dates: &[u8],
        words: &[u8],
        signatures: Vec<PyBackedBytes>,
        samples: Vec<PyBackedBytes>,
        stems: Vec<PyBackedBytes>,
    ) {
        let (numbers, places, words) =
            (column::<u32>(numbers), column::<u32>(places), column::<u32>(words));
        let dates = column::<i64>(dates);
        py.detach(|| {
            for it in 0..numbers.len() {
                self.0.push(&Member {
                    number: numbers[it],
                    place: places[it],
                    date: dates[it],
                    words: words[it],
                    signature: &column(&signatures[it]),
                    samples: &column(&samples[it]),
                    stems: &column(&stems[it]),
                });
            }
        });
    }

    /// Bytes that wait to be taken.
    fn waiting(&self) -> usize {
        self.0.bytes()
    }

    /// (kind, bucket, rows).
    fn take<'py>(&mut self, py: Python<'py>) -> Vec<(&'static str, u32, Bytes<'py>)> {
        let of = |kind: &'static str, rows: Vec<(u32, Vec<u8>)>| {
            rows.into_iter().map(move |(bucket, rows)| (kind, bucket, PyBytes::new(py, &rows)))
        };
        let postings::Postings { bands, samples, stories, stems, .. } = &mut self.0;
        of("bands", bands.take())
            .chain(of("samples", samples.take()))
            .chain(of("stories", stories.take()))
            .chain(of("stems", stems.take()))
            .collect()
    }
}

/// The bit of the route of pairs that are compared since an article that one matches is dropped.
pub const ORPHAN: u32 = 1 << Route::Orphan as u32;
