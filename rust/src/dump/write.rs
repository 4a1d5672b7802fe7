//! Writing what a pass found.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Serialize;

use crate::corpus::texts::read_text;
use crate::corpus::{Corpus, Kind, MAX_RECORD, Raw, Rejection, Source};
use crate::error::{Error, Result};
use crate::memory::file::fill_at;
use crate::pass::Found;
use crate::pass::stories::Version;
use crate::progress::Progress;
use crate::verify::Match;

/// How much of a record too long to read stands in `rejected.jsonl`.
const RAW_START: u64 = 64 << 10;

/// Bytes copied at a time.
const BLOCK: u64 = 1 << 20;

/// Writes the kept records of a source to `path`, in the source's compression; returns their
/// number. Of a text file that is not kept nothing is written.
pub fn write_clean(
    corpus: &Corpus,
    kept: &[bool],
    source: u32,
    path: &Path,
    progress: &Progress,
) -> Result<u64> {
    let articles = corpus.articles_of(source);
    let kept_articles = articles.clone().filter(|&article| kept[article]);
    let source = &corpus.sources[source as usize];
    match &source.kind {
        Kind::Jsonl { .. } => {
            let lines = kept_articles.map(|article| {
                let location = corpus.locations[article];
                location.offset..location.offset + location.length as u64 + 1
            });
            copy_lines(source, lines, path, progress)
        }
        Kind::Text => {
            let count = kept_articles.count() as u64;
            if count > 0 {
                std::fs::copy(&source.path, path).map_err(Error::write(path))?;
            }
            Ok(count)
        }
        Kind::Table { .. } => {
            Err(Error::Misuse("the rows of a table are written by their reader".to_owned()))
        }
    }
}

/// Copies lines, byte for byte; neighbours in one go.
fn copy_lines(
    source: &Source,
    lines: impl Iterator<Item = std::ops::Range<u64>>,
    path: &Path,
    progress: &Progress,
) -> Result<u64> {
    let plain = plain_path(source);
    let input = File::open(plain).map_err(Error::read(plain))?;
    let length = input.metadata().map_err(Error::read(plain))?.len();
    progress.start("write", length);
    let output = File::create(path).map_err(Error::write(path))?;
    let mut output = source.compression.writer(output).map_err(Error::write(path))?;
    let mut bytes = vec![0; BLOCK as usize];
    let mut count = 0;
    let mut pending = 0..0;
    let mut copy = |range: std::ops::Range<u64>| -> Result<()> {
        // The last line of a file may have no end.
        let (mut at, end) = (range.start, range.end.min(length));
        while at < end {
            let block = &mut bytes[..(end - at).min(BLOCK) as usize];
            let filled = fill_at(&input, block, at).map_err(Error::read(plain))?;
            if filled < block.len() {
                return Err(Error::Changed { path: source.path.clone() });
            }
            output.write_all(block).map_err(Error::write(path))?;
            progress.add(filled as u64)?;
            at += filled as u64;
        }
        Ok(())
    };
    for line in lines {
        count += 1;
        if line.start == pending.end {
            pending.end = line.end;
        } else {
            copy(std::mem::replace(&mut pending, line))?;
        }
    }
    copy(pending)?;
    output.finish().map_err(Error::write(path))?;
    Ok(count)
}

fn plain_path(source: &Source) -> &Path {
    match &source.kind {
        Kind::Jsonl { spool: Some(spool), .. } => spool,
        _ => &source.path,
    }
}

#[derive(Serialize)]
struct DuplicateLine<'a> {
    id: &'a str,
    duplicate_of: &'a str,
    relation: &'a str,
    score: f64,
    covered: f64,
    similarity: f64,
    containment: f64,
}

/// Writes each dropped article with its match.
pub fn write_duplicates(corpus: &Corpus, found: &Found, path: &Path) -> Result<()> {
    let mut lines = Lines::create(path)?;
    found.for_each_duplicate(|article, reason| {
        let Match { verdict, .. } = reason;
        lines.write(&DuplicateLine {
            id: corpus.ids.get(article as usize),
            duplicate_of: corpus.id(reason.other(article), &found.stored),
            relation: verdict.relation.name(),
            score: verdict.score,
            covered: reason.covered(article),
            similarity: verdict.similarity,
            containment: verdict.containment,
        })
    })?;
    lines.finish()
}

#[derive(Serialize)]
struct StoryLine<'a> {
    id: &'a str,
    versions: Vec<VersionLine<'a>>,
}

#[derive(Serialize)]
struct VersionLine<'a> {
    id: &'a str,
    relation: &'a str,
    score: f64,
    covered: f64,
    similarity: f64,
    containment: f64,
    dropped: bool,
}

/// Writes each story: for every version of it the article, what it has in common with the one that
/// stands for the story, and whether it was dropped.
pub fn write_stories(corpus: &Corpus, found: &Found, path: &Path) -> Result<()> {
    let mut lines = Lines::create(path)?;
    for versions in found.stories() {
        let line = |it: &Version| {
            let &Version { article, dropped, .. } = it;
            let reason = found.match_of(it)?;
            Ok(VersionLine {
                id: corpus.id(article, &found.stored),
                relation: reason.verdict.relation.name(),
                score: reason.verdict.score,
                covered: reason.covered(article),
                similarity: reason.verdict.similarity,
                containment: reason.verdict.containment,
                dropped,
            })
        };
        let id = corpus.id(versions[0].head, &found.stored);
        let versions = versions.iter().map(line).collect::<Result<_>>()?;
        lines.write(&StoryLine { id, versions })?;
    }
    lines.finish()
}

#[derive(Serialize)]
struct MatchLine<'a> {
    id_a: &'a str,
    id_b: &'a str,
    relation: &'a str,
    score: f64,
    covered_a: f64,
    covered_b: f64,
    may_go: Option<&'static str>,
    similarity: f64,
    containment: f64,
}

pub fn write_matches(corpus: &Corpus, found: &Found, path: &Path) -> Result<()> {
    let mut lines = Lines::create(path)?;
    found.for_each_match(|Match { a, b, verdict, may_go }| {
        lines.write(&MatchLine {
            id_a: corpus.id(a, &found.stored),
            id_b: corpus.id(b, &found.stored),
            relation: verdict.relation.name(),
            score: verdict.score,
            covered_a: verdict.covered_a,
            covered_b: verdict.covered_b,
            may_go: may_go.name(),
            similarity: verdict.similarity,
            containment: verdict.containment,
        })
    })?;
    lines.finish()
}

#[derive(Serialize)]
struct RejectedLine<'a> {
    file: &'a str,
    line: u64,
    reason: &'a str,
    raw: String,
    /// The bytes themselves where they are no UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    raw_base64: Option<String>,
    /// Where the record lies in the file when it is too long to stand here.
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<u64>,
}

impl RejectedLine<'_> {
    fn set_raw(&mut self, bytes: &[u8]) {
        self.raw = String::from_utf8_lossy(bytes).into_owned();
        if str::from_utf8(bytes).is_err() {
            self.raw_base64 = Some(BASE64.encode(bytes));
        }
    }
}

/// Writes the records that were rejected as they were read, and those that were after.
pub fn write_rejected(corpus: &Corpus, more: &[Rejection], path: &Path) -> Result<()> {
    let mut lines = Lines::create(path)?;
    for rejection in corpus.rejections_with(more) {
        lines.write(&rejected_line(corpus, rejection)?)?;
    }
    lines.finish()
}

fn rejected_line<'a>(corpus: &'a Corpus, rejection: &'a Rejection) -> Result<RejectedLine<'a>> {
    let source = &corpus.sources[rejection.source as usize];
    let mut line = RejectedLine {
        file: &source.name,
        line: rejection.row,
        reason: &rejection.reason,
        raw: String::new(),
        raw_base64: None,
        offset: None,
        length: None,
    };
    match &rejection.raw {
        Raw::Text(text) => line.raw.clone_from(text),
        Raw::Bytes(bytes) => line.set_raw(bytes),
        Raw::At { offset, length } => {
            let whole = *length <= MAX_RECORD as u64;
            let bytes =
                raw_bytes(corpus, source, *offset, if whole { *length } else { RAW_START })?;
            line.set_raw(&bytes);
            if !whole {
                (line.offset, line.length) = (Some(*offset), Some(*length));
            }
        }
    }
    Ok(line)
}

fn raw_bytes(corpus: &Corpus, source: &Source, offset: u64, length: u64) -> Result<Vec<u8>> {
    let mut bytes = vec![0; length as usize];
    if let Kind::Table { .. } = source.kind {
        corpus.rows.read(&mut bytes, offset)?;
        return Ok(bytes);
    }
    if let Kind::Text = source.kind {
        let text = read_text(&source.path, source.compression)?;
        return Ok(text.map_or_else(|(_, bytes)| bytes, String::into_bytes));
    }
    let path = plain_path(source);
    let file = File::open(path).map_err(Error::read(path))?;
    let filled = fill_at(&file, &mut bytes, offset).map_err(Error::read(path))?;
    bytes.truncate(filled);
    Ok(bytes)
}

/// A file of JSON, a line each.
struct Lines<'a> {
    path: &'a Path,
    out: BufWriter<File>,
}

impl<'a> Lines<'a> {
    fn create(path: &'a Path) -> Result<Lines<'a>> {
        let out = BufWriter::new(File::create(path).map_err(Error::write(path))?);
        Ok(Lines { path, out })
    }

    fn write(&mut self, line: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut self.out, line)
            .map_err(std::io::Error::from)
            .and_then(|()| self.out.write_all(b"\n"))
            .map_err(Error::write(self.path))
    }

    fn finish(mut self) -> Result<()> {
        self.out.flush().map_err(Error::write(self.path))
    }
}
