//! Writing what a pass found.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use crate::corpus::compression::{CompressedWrite, Compression};
use crate::corpus::encoding::Encoding;
use crate::corpus::texts::read_text;
use crate::corpus::{
    Corpus, Frame, Ids, Kind, Location, MAX_RECORD, Raw, Records, Rejection, Source, scaled,
};
use crate::error::{Error, Result};
use crate::memory::column::Column;
use crate::memory::file::fill_at;
use crate::progress::Progress;
use crate::verify::Match;
use crate::verify::row::{MatchRow, key_of, match_of};

/// How much of a record too long to read stands in `rejected.jsonl`.
const RAW_START: u64 = 64 << 10;

/// Bytes read at a time.
const BLOCK: usize = scaled(1 << 20);

/// Writes the kept records of a source to `path`, in the source's compression; returns their
/// number. Of a file that is one article, which is not kept, nothing is written. Fails when the
/// articles are no longer those that were read.
pub fn write_clean(
    corpus: &Corpus,
    kept: &[bool],
    source: u32,
    path: &Path,
    progress: &Progress,
) -> Result<u64> {
    let articles = corpus.articles_of(source);
    let source = &corpus.sources[source as usize];
    match &source.kind {
        Kind::Records(records) => {
            let count = articles.clone().filter(|&article| kept[article]).count() as u64;
            // One in an object, without records, would be a record without a text.
            let is_array = matches!(&records.frame, Frame::Array { before, .. }
                if before.trim_ascii_start().starts_with(b"["));
            if records.form.is_none() {
                // Nothing could be read; or nothing is there.
                if std::fs::metadata(&source.path).is_ok_and(|it| it.len() == 0) {
                    File::create(path).map_err(Error::write(path))?;
                }
            } else if count > 0 || is_array || !is_json(&source.name) {
                let articles = articles.map(|it| (corpus.locations[it], kept[it]));
                copy_records(source, records, articles, path, progress)?;
            }
            Ok(count)
        }
        Kind::Text => {
            let count = articles.filter(|&article| kept[article]).count() as u64;
            if count > 0 {
                std::fs::copy(&source.path, path).map_err(Error::write(path))?;
                let copied = read_text(path, source.compression)?.ok();
                if copied.is_none_or(|text| xxh3_64(text.as_bytes()) != source.checksum) {
                    return Err(Error::Changed { path: source.path.clone() });
                }
            }
            Ok(count)
        }
        Kind::Table { .. } => {
            Err(Error::Misuse("the rows of a table are written by their reader".to_owned()))
        }
    }
}

/// Whether a file is one JSON value by its name: then it cannot be empty.
fn is_json(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".json", ".json.gz", ".json.zst", ".json.bz2", ".json.xz"].iter().any(|it| name.ends_with(it))
}

/// Copies the records that are kept, byte for byte.
fn copy_records(
    source: &Source,
    records: &Records,
    articles: impl Iterator<Item = (Location, bool)>,
    path: &Path,
    progress: &Progress,
) -> Result<()> {
    let mut input = Input::open(source)?;
    progress.start("write", input.length);
    let mut output = Output::create(path, source.compression, records.encoding)?;
    let (before, between, after): (&[u8], &[u8], &[u8]) = match &records.frame {
        Frame::Lines { header } => (input.read(header.clone())?, b"", b""),
        Frame::Values => (b"", b"\n", b"\n"),
        Frame::Array { before, between, after } => (before, between, after),
    };
    output.write(before)?;
    let (mut first, mut checksum, mut done) = (true, 0u64, 0);
    for (location, kept) in articles {
        let end = location.offset + location.length as u64;
        let record = input.read(location.offset..end)?;
        checksum = checksum.wrapping_add(xxh3_64(record));
        if kept {
            output.write(if first { b"" } else { between })?;
            output.write(record)?;
            first = false;
        }
        progress.add(end - done)?;
        done = end;
    }
    output.write(after)?;
    if checksum != source.checksum {
        return Err(Error::Changed { path: source.path.clone() });
    }
    output.finish()
}

/// A file that is read from its beginning to its end.
struct Input<'a> {
    source: &'a Source,
    file: File,
    length: u64,
    bytes: Vec<u8>,
    offset: u64,
}

impl Input<'_> {
    fn open(source: &Source) -> Result<Input<'_>> {
        let path = source.plain_path();
        let file = File::open(path).map_err(Error::read(path))?;
        let length = file.metadata().map_err(Error::read(path))?.len();
        Ok(Input { source, file, length, bytes: Vec::new(), offset: 0 })
    }

    fn read(&mut self, range: Range<u64>) -> Result<&[u8]> {
        let held = self.offset..self.offset + self.bytes.len() as u64;
        if range.start < held.start || range.end > held.end {
            self.offset = range.start;
            let length = ((range.end - range.start) as usize).max(BLOCK);
            self.bytes.resize(length, 0);
            let filled = fill_at(&self.file, &mut self.bytes, self.offset)
                .map_err(Error::read(self.source.plain_path()))?;
            self.bytes.truncate(filled);
        }
        let start = (range.start - self.offset) as usize;
        let record = self.bytes.get(start..start + (range.end - range.start) as usize);
        record.ok_or_else(|| Error::Changed { path: self.source.path.clone() })
    }
}

/// A file in its own compression and encoding.
struct Output<'a> {
    path: &'a Path,
    file: Box<dyn CompressedWrite>,
    encoding: Encoding,
    encoded: Vec<u8>,
}

impl Output<'_> {
    fn create(path: &Path, compression: Compression, encoding: Encoding) -> Result<Output<'_>> {
        let file = File::create(path).map_err(Error::write(path))?;
        let file = compression.writer(file).map_err(Error::write(path))?;
        let mut output = Output { path, file, encoding, encoded: Vec::new() };
        if encoding.is_utf_16() {
            output.write("\u{feff}".as_bytes())?;
        }
        Ok(output)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = if self.encoding.is_utf_16() {
            self.encoded.clear();
            self.encoding.encode_utf_16(&String::from_utf8_lossy(bytes), &mut self.encoded);
            self.file.write_all(&self.encoded)
        } else {
            self.file.write_all(bytes)
        };
        written.map_err(Error::write(self.path))
    }

    fn finish(self) -> Result<()> {
        self.file.finish().map_err(Error::write(self.path))
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

/// Writes each dropped article with its match. `stored` are the ids of an index, as for [`Corpus::id`].
pub fn write_duplicates(
    corpus: &Corpus,
    duplicates: &Column<MatchRow>,
    stored: &Ids,
    path: &Path,
) -> Result<()> {
    let mut lines = Lines::create(path)?;
    duplicates.for_each(|row| {
        let (article, reason) = (key_of(row).1, match_of(row));
        let Match { verdict, .. } = reason;
        lines.write(&DuplicateLine {
            id: corpus.ids.get(article as usize),
            duplicate_of: corpus.id(reason.other(article), stored),
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
pub fn write_stories(
    corpus: &Corpus,
    stories: impl Iterator<Item = (u32, Result<Vec<(u32, Match, bool)>>)>,
    stored: &Ids,
    path: &Path,
) -> Result<()> {
    let mut lines = Lines::create(path)?;
    for (head, versions) in stories {
        let line = |(article, found, dropped): (u32, Match, bool)| VersionLine {
            id: corpus.id(article, stored),
            relation: found.verdict.relation.name(),
            score: found.verdict.score,
            covered: found.covered(article),
            similarity: found.verdict.similarity,
            containment: found.verdict.containment,
            dropped,
        };
        let versions = versions?.into_iter().map(line).collect();
        lines.write(&StoryLine { id: corpus.id(head, stored), versions })?;
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

pub fn write_matches(
    corpus: &Corpus,
    matches: &Column<MatchRow>,
    stored: &Ids,
    path: &Path,
) -> Result<()> {
    let mut lines = Lines::create(path)?;
    matches.for_each(|row| {
        let Match { a, b, verdict, may_go } = match_of(row);
        lines.write(&MatchLine {
            id_a: corpus.id(a, stored),
            id_b: corpus.id(b, stored),
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
    let Raw { offset, length } = rejection.raw;
    let whole = length <= MAX_RECORD as u64;
    line.set_raw(&raw_bytes(corpus, source, offset, if whole { length } else { RAW_START })?);
    if !whole {
        let in_file = !matches!(source.kind, Kind::Table { .. });
        (line.offset, line.length) = (in_file.then_some(offset), Some(length));
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
        bytes = text.map_or_else(|(_, bytes)| bytes, String::into_bytes);
        bytes.truncate(length as usize);
        return Ok(bytes);
    }
    let path = source.plain_path();
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
