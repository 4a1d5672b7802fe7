//! JSONL files, read in blocks by all threads at once.
//!
//! A block owns the lines that begin in it. Lines are found by their offsets, so that any thread
//! can read any block, and a record's bytes are read again later from the same place.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use hashbrown::HashSet;
use rayon::prelude::*;

use crate::corpus::compression::{Compression, broken_reason};
use crate::corpus::record::{self, Fields};
use crate::corpus::{Batch, Corpus, Kind, Location, MAX_RECORD, Raw, Rejection, Source, Used};
use crate::error::{Error, Result};
use crate::memory::file::fill_at;
use crate::memory::temporary::named_file;
use crate::progress::Progress;
use crate::sketch::sketches::{Scratch, Sketcher};

const BLOCK: u64 = 1 << 20;

/// Blocks in flight before their articles are taken over, which bounds what waits in memory.
const BLOCKS_AT_ONCE: u64 = 64;

/// Records looked at to choose the text field.
const SAMPLED_RECORDS: usize = 100;

/// The field names to read. Of the text fields all count if the user named them (`explicit_text`),
/// or else the first that the file has.
pub struct FieldChoice {
    pub text: Vec<String>,
    pub id: Vec<String>,
    pub date: Vec<String>,
    pub explicit_text: bool,
}

struct Reader<'a> {
    file: File,
    path: &'a Path,
    length: u64,
    source: u32,
    fields: Fields,
    sketcher: &'a Sketcher,
    progress: &'a Progress,
    /// Bits of the id fields and of the date fields that gave a value.
    used: (AtomicU64, AtomicU64),
}

/// Reads a file into the corpus and returns its source number.
pub fn read(
    corpus: &mut Corpus,
    path: &Path,
    name: &str,
    choice: &FieldChoice,
    sketcher: &Sketcher,
    progress: &Progress,
) -> Result<u32> {
    let compression = Compression::of(path);
    let (spool, broken) = match compression {
        Compression::None => (None, None),
        _ => {
            let (spool, broken) = decompress(path, compression, &corpus.memory.folder, progress)?;
            (Some(spool), broken)
        }
    };
    let plain = spool.as_deref().unwrap_or(path);
    let file = File::open(plain).map_err(Error::read(path))?;
    let length = file.metadata().map_err(Error::read(path))?.len();
    let text = choose_text_fields(&file, choice).map_err(Error::read(path))?;
    let fields = Fields { text, id: choice.id.clone(), date: choice.date.clone() };
    progress.start("read", length);
    let source = corpus.sources.len() as u32;
    corpus.add_source(Source {
        path: path.to_path_buf(),
        name: name.to_owned(),
        compression,
        kind: Kind::Jsonl { fields: fields.clone(), used: Used::default(), spool: None },
    });
    let used = Default::default();
    let reader = Reader { file, path, length, source, fields, sketcher, progress, used };
    let lines = reader.read_into(corpus, broken.is_some())?;
    if let Some(reason) = broken {
        corpus.rejections.push(reader.broken_tail(lines, reason)?);
    }
    corpus.sources[source as usize].kind =
        Kind::Jsonl { used: reader.used(), fields: reader.fields, spool };
    Ok(source)
}

/// Writes the plain bytes of a compressed file to a temporary one. A stream that ends early or is
/// damaged gives what came before, and the reason.
fn decompress(
    path: &Path,
    compression: Compression,
    folder: &Path,
    progress: &Progress,
) -> Result<(PathBuf, Option<String>)> {
    let file = File::open(path).map_err(Error::read(path))?;
    progress.start("read", 0);
    let (mut out, spool) = named_file(folder)?;
    let mut reader = compression.reader(file).map_err(Error::read(path))?;
    let mut bytes = vec![0; 1 << 20];
    loop {
        progress.add(0)?;
        match reader.read(&mut bytes) {
            Ok(0) => return Ok((spool, None)),
            Ok(count) => out.write_all(&bytes[..count]).map_err(Error::write(&spool))?,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Ok((spool, Some(broken_reason(&error)))),
        }
    }
}

fn choose_text_fields(file: &File, choice: &FieldChoice) -> std::io::Result<Vec<String>> {
    if choice.explicit_text {
        return Ok(choice.text.clone());
    }
    let mut bytes = vec![0; MAX_RECORD];
    let filled = fill_at(file, &mut bytes, 0)?;
    let names: HashSet<String> = without_mark(&bytes[..filled])
        .split(|&byte| byte == b'\n')
        .filter_map(record::string_fields)
        .take(SAMPLED_RECORDS)
        .flatten()
        .collect();
    Ok(choice.text.iter().find(|name| names.contains(*name)).cloned().into_iter().collect())
}

/// Without the byte order mark that some programs put first.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

struct Block {
    batch: Batch,
    lines: u64,
}

impl Reader<'_> {
    /// Returns the number of lines. `drop_tail` leaves out a last line without an end.
    fn read_into(&self, corpus: &mut Corpus, drop_tail: bool) -> Result<u64> {
        let blocks = self.length.div_ceil(BLOCK);
        let mut lines = 0;
        for first in (0..blocks).step_by(BLOCKS_AT_ONCE as usize) {
            let wave: Vec<Block> = (first..blocks.min(first + BLOCKS_AT_ONCE))
                .into_par_iter()
                .map_init(Default::default, |(bytes, scratch), block| {
                    self.read_block(block * BLOCK, drop_tail, bytes, scratch)
                })
                .collect::<Result<_>>()?;
            for mut block in wave {
                block.batch.locations.iter_mut().for_each(|location| location.row += lines);
                block.batch.rejections.iter_mut().for_each(|rejection| rejection.row += lines);
                corpus.append(block.batch)?;
                lines += block.lines;
            }
        }
        Ok(lines)
    }

    fn read_block(
        &self,
        start: u64,
        drop_tail: bool,
        bytes: &mut Vec<u8>,
        scratch: &mut Scratch,
    ) -> Result<Block> {
        let end = self.length.min(start + BLOCK);
        // One byte more in front tells whether a line begins right at the start.
        let before = start.saturating_sub(1);
        bytes.resize((end - before) as usize, 0);
        self.fill(bytes, before)?;
        let mut block = Block { batch: Batch::default(), lines: 0 };
        let mut at = match start {
            0 => bytes.len() - without_mark(bytes).len(),
            _ => memchr::memchr(b'\n', bytes).map_or(bytes.len(), |newline| newline + 1),
        };
        while at < (end - before) as usize {
            let offset = before + at as u64;
            let line_end = match memchr::memchr(b'\n', &bytes[at..]) {
                Some(length) => at + length,
                None => self.extend_line(bytes, before, at)?,
            };
            block.lines += 1;
            let whole = offset + ((line_end - at) as u64) < self.length;
            let line = &bytes[at..line_end];
            if line_end - at > MAX_RECORD {
                let length = self.line_length(offset)?;
                block.batch.rejections.push(Rejection {
                    source: self.source,
                    row: block.lines,
                    reason: format!(
                        "the record of {length} bytes is longer than the limit of {MAX_RECORD}"
                    ),
                    raw: Raw::At { offset, length },
                });
            } else if (whole || !drop_tail) && !line.trim_ascii().is_empty() {
                self.read_record(line, offset, &mut block, scratch);
            }
            at = line_end + 1;
        }
        self.progress.add(end - start)?;
        Ok(block)
    }

    fn read_record(&self, line: &[u8], offset: u64, block: &mut Block, scratch: &mut Scratch) {
        let row = block.lines;
        match record::parse(line, &self.fields) {
            Ok(record) => {
                self.mark_used(&record);
                block.batch.push(
                    Location { offset, source: self.source, length: line.len() as u32, row },
                    record.id.as_deref(),
                    record.date.as_deref(),
                    &record.text,
                    self.sketcher,
                    scratch,
                )
            }
            Err(reason) => block.batch.rejections.push(Rejection {
                source: self.source,
                row,
                reason,
                raw: Raw::At { offset, length: line.len() as u64 },
            }),
        }
    }

    fn mark_used(&self, record: &record::Record) {
        let mark = |bits: &AtomicU64, field: Option<usize>| {
            let bit = field.map_or(0, |field| 1 << field.min(63));
            if bits.load(Relaxed) & bit != bit {
                bits.fetch_or(bit, Relaxed);
            }
        };
        mark(&self.used.0, record.id_field);
        mark(&self.used.1, record.date_field);
    }

    fn used(&self) -> Used {
        let names = |bits: &AtomicU64, fields: &[String]| {
            let bits = bits.load(Relaxed);
            (0..)
                .zip(fields)
                .filter(|(i, _)| bits >> i & 1 == 1)
                .map(|(_, name)| name.clone())
                .collect()
        };
        Used {
            id: names(&self.used.0, &self.fields.id),
            date: names(&self.used.1, &self.fields.date),
        }
    }

    fn fill(&self, bytes: &mut [u8], offset: u64) -> Result<()> {
        let filled = fill_at(&self.file, bytes, offset).map_err(Error::read(self.path))?;
        if filled < bytes.len() {
            return Err(Error::Changed { path: self.path.to_path_buf() });
        }
        Ok(())
    }

    /// Reads on until the line that begins at `at` ends, or is longer than a record may be.
    /// Returns the line's end in `bytes`.
    fn extend_line(&self, bytes: &mut Vec<u8>, before: u64, at: usize) -> Result<usize> {
        loop {
            let known = bytes.len();
            let more = BLOCK.min(self.length - before - known as u64) as usize;
            if more == 0 || known - at > MAX_RECORD {
                return Ok(known);
            }
            bytes.resize(known + more, 0);
            self.fill(&mut bytes[known..], before + known as u64)?;
            if let Some(length) = memchr::memchr(b'\n', &bytes[known..]) {
                return Ok(known + length);
            }
        }
    }

    /// Length of a line too long to hold.
    fn line_length(&self, offset: u64) -> Result<u64> {
        let mut bytes = vec![0; BLOCK as usize];
        let mut at = offset;
        loop {
            let filled = fill_at(&self.file, &mut bytes, at).map_err(Error::read(self.path))?;
            match memchr::memchr(b'\n', &bytes[..filled]) {
                Some(length) => return Ok(at + length as u64 - offset),
                None if filled == 0 => return Ok(at - offset),
                None => at += filled as u64,
            }
        }
    }

    /// What a damaged stream left of its last line, as one rejection.
    fn broken_tail(&self, lines: u64, reason: String) -> Result<Rejection> {
        let mut offset = self.length;
        let mut bytes = vec![0; BLOCK as usize];
        while offset > 0 {
            let start = offset.saturating_sub(BLOCK);
            let bytes = &mut bytes[..(offset - start) as usize];
            self.fill(bytes, start)?;
            if let Some(newline) = memchr::memrchr(b'\n', bytes) {
                offset = start + newline as u64 + 1;
                break;
            }
            offset = start;
        }
        let length = self.length - offset;
        let row = if length == 0 { lines + 1 } else { lines };
        Ok(Rejection { source: self.source, row, reason, raw: Raw::At { offset, length } })
    }
}
