//! What is made of texts and of pairs of them, in Python.

use std::ops::Range;
use std::path::PathBuf;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::PyByteArray;
use rayon::prelude::*;

use super::errors::{InputError, unknown};
use super::interrupt::interruptibly;
use crate::corpus::compression::Compression;
use crate::corpus::encoding::Encoding;
use crate::corpus::{outlets, texts};
use crate::dump::read::plain;
use crate::error::Result;
use crate::progress::Progress;
use crate::sketch::signature::{Instructions, Permutations};
use crate::text::words::Words;
use crate::text::{date, shingle};
use crate::threads::thread_pool;
use crate::verify::evidence::{self, Evidence};
use crate::verify::features::{Features, NAMES};
use crate::verify::{self, Article, Bars, Drops, MayGo, Verdict, passages};

/// Bytes of two texts up to which what is made of them takes less than a blink.
const SHORT: usize = 1 << 18;

/// Does work on two texts; of long ones Ctrl-C is heard.
fn on_texts<T: Send>(
    py: Python,
    texts: [&str; 2],
    work: impl FnOnce(&Progress) -> Result<T> + Send,
) -> PyResult<T> {
    if texts.map(str::len).iter().sum::<usize>() > SHORT {
        return interruptibly(py, work);
    }
    py.detach(|| Ok(work(&Progress::default())?))
}

/// Reads two articles, unless that is not wanted any longer.
fn articles(a: &str, b: &str, progress: &Progress) -> Result<(Article, Article)> {
    let a = Article::of(a);
    progress.add(1)?;
    let b = Article::of(b);
    progress.add(1)?;
    Ok((a, b))
}

/// The relation, score, coverage of either and which may go, similarity and containment.
pub type FiguresLine = (&'static str, f64, f64, f64, Option<&'static str>, f64, f64);

pub fn figures(verdict: &Verdict, may_go: MayGo) -> FiguresLine {
    let &Verdict { relation, score, covered_a, covered_b, similarity, containment, .. } = verdict;
    (relation.name(), score, covered_a, covered_b, may_go.name(), similarity, containment)
}

/// The relation, the score, how far either is covered, which may go, similarity and containment.
type Compared = (Option<&'static str>, f64, f64, f64, Option<&'static str>, f64, f64);

#[pyfunction]
#[pyo3(signature = (
    text_a, text_b, date_a, date_b, min_score, min_covered, related=false
))]
#[allow(clippy::too_many_arguments, reason = "keywords in Python")]
pub fn compare(
    py: Python,
    text_a: PyBackedStr,
    text_b: PyBackedStr,
    date_a: Option<&str>,
    date_b: Option<&str>,
    min_score: f64,
    min_covered: f64,
    related: bool,
) -> PyResult<Compared> {
    let later = later(date_a, date_b);
    on_texts(py, [&text_a, &text_b], |progress| {
        let bars = Bars { min_score, min_covered, related, drops: Drops::all() };
        let (a, b) = articles(&text_a, &text_b, progress)?;
        // The figures whatever the bars, and what the two are by these.
        let none = Bars { min_score: 0.0, ..bars };
        let (figures, verdict) = verify::compare(&a, &b, later, &none);
        let flagged = verdict.filter(|it| it.score >= min_score);
        let are_related = || related.then(|| verify::compare(&a, &b, later, &bars).1).flatten();
        let passed = flagged.or_else(are_related);
        let relation = passed.map(|it| it.relation.name());
        let may_go = passed.and_then(|it| bars.may_go(&it).name());
        let of = |part: fn(Verdict) -> f64| verdict.map_or(0.0, part);
        let covered = (of(|it| it.covered_a), of(|it| it.covered_b));
        let verify::Figures { similarity, containment, .. } = figures;
        Ok((relation, of(|it| it.score), covered.0, covered.1, may_go, similarity, containment))
    })
}

/// Seconds from b to a, where both dates can be read.
fn later(a: Option<&str>, b: Option<&str>) -> Option<i64> {
    let (a, b) = a.and_then(date::parse).zip(b.and_then(date::parse))?;
    date::later(a, b)
}

/// Seconds from the second date to the first; None where either cannot be read.
#[pyfunction]
pub fn seconds_between(date_a: &str, date_b: &str) -> Option<i64> {
    later(Some(date_a), Some(date_b))
}

type Span = (usize, usize);
/// Sentences, names and figures, and how many of each there are in all.
type MissedLine = (Vec<Span>, Vec<String>, Vec<String>, usize, usize, usize);
type FeatureLine = (&'static str, f64, f64);
type Explanation = (
    Vec<(Span, Span, f64)>,
    Vec<String>,
    Vec<String>,
    Vec<String>,
    MissedLine,
    MissedLine,
    Vec<FeatureLine>,
    Vec<FeatureLine>,
);

#[pyfunction]
#[pyo3(signature = (text_a, text_b, date_a=None, date_b=None))]
pub fn explain(
    py: Python,
    text_a: PyBackedStr,
    text_b: PyBackedStr,
    date_a: Option<&str>,
    date_b: Option<&str>,
) -> PyResult<Explanation> {
    let later = later(date_a, date_b);
    on_texts(py, [&text_a, &text_b], |progress| {
        let articles = articles(&text_a, &text_b, progress)?;
        Ok(explanation(evidence::explain([&text_a, &text_b], articles, later)))
    })
}

fn explanation(found: Evidence) -> Explanation {
    let span = |range: Range<usize>| (range.start, range.end);
    let sentences = found.sentences.into_iter().map(|it| (span(it.a), span(it.b), it.share));
    let missed = |it: evidence::Missed| {
        let sentences = it.sentences.into_iter().map(span).collect();
        (sentences, it.names, it.figures, it.of_sentences, it.of_names, it.of_figures)
    };
    let named = |(values, contributions): (Features, Features)| {
        let named = NAMES.into_iter().zip(values).zip(contributions);
        named.map(|((name, value), contribution)| (name, value, contribution)).collect()
    };
    let [missed_a, missed_b] = found.missed.map(missed);
    let [of_a, of_b] = found.features.map_or_else(Default::default, |it| it.map(named));
    (sentences.collect(), found.names, found.figures, found.words, missed_a, missed_b, of_a, of_b)
}

#[pyfunction]
pub fn shared_passages(
    py: Python,
    text_a: PyBackedStr,
    text_b: PyBackedStr,
) -> PyResult<Vec<(usize, usize, usize, usize)>> {
    on_texts(py, [&text_a, &text_b], |_| Ok(passages::shared_passages(&text_a, &text_b)))
}

#[pyfunction]
pub fn words(text: &str) -> Vec<String> {
    let mut words = Words::default();
    words.read(text);
    words.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

#[pyfunction]
pub fn shingles(text: &str) -> Vec<String> {
    let mut words = Words::default();
    words.read(text);
    shingle::distinct(&words)
}

#[pyfunction]
#[pyo3(signature = (texts, num_perm=128, seed=1, threads=0, instructions=None))]
pub fn signatures<'py>(
    py: Python<'py>,
    texts: Vec<PyBackedStr>,
    num_perm: usize,
    seed: u32,
    threads: usize,
    instructions: Option<&str>,
) -> PyResult<Bound<'py, PyByteArray>> {
    let available = Instructions::available();
    let instructions = match instructions {
        None => available[0],
        Some(name) => available
            .into_iter()
            .find(|set| set.name() == name)
            .ok_or_else(|| unknown("or missing instruction set", name))?,
    };
    if num_perm == 0 {
        return Err(PyValueError::new_err("num_perm must be at least 1"));
    }
    let permutations = Permutations::new(num_perm, seed, instructions);
    let pool = thread_pool(threads)?;
    let row = num_perm * size_of::<u32>();
    PyByteArray::new_with(py, texts.len() * row, |bytes| {
        let sign = |progress: &Progress| {
            pool.install(|| sign_texts(&texts, &permutations, bytes, row, progress))
        };
        interruptibly(py, sign)
    })
}

/// Writes the signature of each text, `row` bytes, into `bytes`.
fn sign_texts(
    texts: &[PyBackedStr],
    permutations: &Permutations,
    bytes: &mut [u8],
    row: usize,
    progress: &Progress,
) -> Result<()> {
    type Buffers = (Words, Vec<u64>, Vec<u32>, Vec<u32>);
    let sign = |(words, hashes, mixed, signature): &mut Buffers, text: &str, out: &mut [u8]| {
        words.read(text);
        shingle::hash_shingles(words, hashes);
        signature.clear();
        permutations.sign(hashes, mixed, signature);
        for (out, value) in out.as_chunks_mut().0.iter_mut().zip(signature) {
            *out = value.to_le_bytes();
        }
    };
    bytes.par_chunks_mut(row).zip(texts).with_min_len(64).try_for_each_init(
        Buffers::default,
        |buffers, (out, text)| {
            progress.add(1)?;
            sign(buffers, text, out);
            Ok(())
        },
    )
}

/// The names of the features that [`super::pass::Pass::features`] gives, in their order.
#[pyfunction]
pub fn feature_names() -> Vec<&'static str> {
    NAMES.to_vec()
}

#[pyfunction]
pub fn instruction_sets() -> Vec<&'static str> {
    Instructions::available().into_iter().map(Instructions::name).collect()
}

/// How many threads 0 stands for.
#[pyfunction]
pub fn threads() -> PyResult<usize> {
    Ok(thread_pool(0)?.current_num_threads())
}

#[pyfunction]
pub fn parse_date(text: &str) -> Option<i64> {
    date::parse(text)
}

/// The beginning of a file, decompressed, as text, and its encoding: the one named, or as `add_records`
/// would take it. What is no text in it is the replacement character.
#[pyfunction]
#[pyo3(signature = (path, length, encoding=None))]
pub fn head(
    path: PathBuf,
    length: usize,
    encoding: Option<&str>,
) -> PyResult<(String, &'static str)> {
    let bytes = plain::head(&path, length)?;
    let named = |name| Encoding::named(name).ok_or_else(|| unknown("encoding", name));
    let named = encoding.map(named).transpose()?;
    let marked = Encoding::of_mark(&bytes);
    let zeros = || Encoding::of_zeros(&bytes[..bytes.len().min(plain::HEAD)]);
    let told = named.or(marked.map(|it| it.0)).or_else(zeros);
    let encoding = told.unwrap_or_else(|| Encoding::guess(&bytes));
    let text = encoding.decode_lossy(&bytes[marked.map_or(0, |it| it.1)..]);
    Ok((text.into_owned(), encoding.name()))
}

#[pyfunction]
pub fn is_encoding(name: &str) -> bool {
    Encoding::named(name).is_some()
}

/// The host of an http(s) URL without `www.`; None of all else.
#[pyfunction]
pub fn host_of(value: &str) -> Option<String> {
    outlets::host_of(value)
}

#[pyfunction]
pub fn read_text(path: PathBuf) -> PyResult<String> {
    let text = texts::read_text(&path, Compression::of(&path))?;
    text.map_err(|(reason, _)| InputError::new_err(format!("{}: {reason}", path.display())))
}

/// Whether a text, or a number in a text, may be a date in some order.
#[pyfunction]
pub fn looks_like_date(text: &str) -> bool {
    date::looks_like(text)
}
