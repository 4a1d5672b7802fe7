//! Files of records: JSON objects, or rows of a delimited file.

use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::framed;
use super::layout::{self, Layout};
use super::lines;
use super::plain::Plain;
use super::rows::Rows;
use super::values::{self, Values};
use crate::corpus::encoding::Encoding;
use crate::corpus::record::{Fields, Form, Usage, json};
use crate::corpus::{
    Batch, Corpus, Frame, Kind, Location, MAX_RECORD, Raw, Records, Rejection, Source,
};
use crate::error::{Error, Result};
use crate::memory::file::fill_at;
use crate::progress::Progress;
use crate::sketch::sketches::{Scratch, Sketcher};

/// Bytes of a file that one thread reads alone, if it is not compressed.
pub const SMALL: u64 = 16 << 10;

/// What a file holds.
pub enum Format {
    Json,
    /// Rows, and the character between cells.
    Rows {
        delimiter: u8,
        may_be_unquoted: bool,
    },
}

/// How a file is to be read.
pub struct Choice {
    pub format: Format,
    pub fields: Fields,
    /// None: as the file says, or else UTF-8 or, of rows, what it can only be.
    pub encoding: Option<Encoding>,
    /// Of the articles that have none.
    pub date: Option<String>,
}

/// Reads a file into the corpus and returns its source number.
pub fn read(
    corpus: &mut Corpus,
    path: &Path,
    name: &str,
    choice: Choice,
    sketcher: &Sketcher,
    progress: &Progress,
) -> Result<u32> {
    let plain = Plain::open(path, choice.encoding, &corpus.memory.folder, progress)?;
    let found = layout::of(&plain, choice.format, form_of(corpus, choice.fields))
        .map_err(Error::read(path))?;
    let Layout { encoding, form, mut frame, start } = found;
    progress.start("read", plain.length);
    let mut usage = Usage::default();
    // Its fields are known once it is read.
    let records = Records {
        form: None,
        frame: frame.clone(),
        encoding,
        usage: usage.clone(),
        copy: plain.copy,
    };
    let kind = Kind::Records(Box::new(records));
    let source = Source::file(path, name, plain.compression, kind);
    let number = corpus.add_source(Source { date: choice.date.clone(), ..source });
    let form = form.unwrap_or_else(|reason| {
        let raw = Raw { offset: 0, length: plain.length };
        corpus.rejections.push(Rejection { source: number, row: 0, reason, raw });
        None
    });
    let (mut rows, mut end) = (0, start);
    if let Some(form) = &form {
        let reader = Reader {
            file: &plain.file,
            path,
            length: plain.length,
            source: number,
            form,
            encoding: encoding.of_records(),
            sketcher,
            progress,
            date: choice.date.as_deref(),
            whole: plain.broken.is_none(),
        };
        (rows, end) = reader.read_into(corpus, &mut frame, start, &mut usage)?;
    }
    if let Some(reason) = plain.broken {
        let raw = Raw { offset: end, length: plain.length - end };
        corpus.rejections.push(Rejection { source: number, row: rows + 1, reason, raw });
    }
    if let Kind::Records(records) = &mut corpus.sources[number as usize].kind {
        (records.form, records.frame, records.usage) = (form, frame, usage);
    }
    Ok(number)
}

/// The form of JSON records with these fields: that of the file before, if it is the same.
fn form_of(corpus: &Corpus, fields: Fields) -> Arc<json::Form> {
    let last = corpus.sources.last().and_then(|source| match &source.kind {
        Kind::Records(records) => records.form.as_ref(),
        _ => None,
    });
    match last {
        Some(Form::Json(form)) if *form.fields == fields => form.clone(),
        _ => Arc::new(json::Form::new(Arc::new(fields))),
    }
}

/// A file that is being read.
pub struct Reader<'a> {
    pub file: &'a File,
    pub path: &'a Path,
    pub length: u64,
    pub source: u32,
    pub form: &'a Form,
    pub encoding: Encoding,
    pub sketcher: &'a Sketcher,
    pub progress: &'a Progress,
    /// Of the articles that have none.
    date: Option<&'a str>,
    /// Whether the file ends where it should.
    pub whole: bool,
}

/// What was read of a stretch of a file.
#[derive(Default)]
pub struct Block {
    pub batch: Batch,
    pub rows: u64,
    pub usage: Usage,
}

impl Reader<'_> {
    /// Returns the number of records, and where the last of them ends.
    fn read_into(
        mut self,
        corpus: &mut Corpus,
        frame: &mut Frame,
        start: u64,
        usage: &mut Usage,
    ) -> Result<(u64, u64)> {
        if let Frame::Lines { .. } = frame {
            if !self.whole {
                let line_end = match self.form {
                    Form::Row(form) => form.dialect.line_end,
                    Form::Json(_) => b'\n',
                };
                self.length = self.last_line(line_end)?.max(start);
                self.whole = true;
            }
            return match self.form {
                Form::Row(form) => framed::read(&self, start, &mut Rows::new(form), corpus, usage),
                Form::Json(_) => lines::read(&self, start, corpus, usage),
            };
        }
        let is_record = |text: &str| self.form.parse(text.as_bytes(), self.encoding).is_ok();
        let before = match frame {
            Frame::Array { before, .. } => Some(before.as_slice()),
            _ => None,
        };
        let mut values = Values::new(before, &is_record);
        let (rows, end) = framed::read(&self, start, &mut values, corpus, usage)?;
        if let Frame::Array { before, after, .. } = frame {
            let rest = self.bytes_at(end..self.length.min(end + MAX_RECORD as u64))?;
            // Without the comma behind a last one.
            let rest = rest[rest.iter().position(|byte| *byte != b',').unwrap_or(0)..].to_vec();
            *after = if self.whole && values.is_one_array() && rest.contains(&b']') {
                rest
            } else {
                values::closing(before)
            };
        }
        Ok((rows, end))
    }

    /// Takes a record of a file that lies at an offset; its number is that of the block's last row.
    pub fn read_record(&self, bytes: &[u8], offset: u64, block: &mut Block, scratch: &mut Scratch) {
        let row = block.rows;
        match self.form.parse(bytes, self.encoding) {
            Ok(record) => {
                block.usage.count(&record.used);
                block.batch.hashes.push(xxhash_rust::xxh3::xxh3_64(bytes));
                block.batch.push(
                    Location { offset, source: self.source, length: bytes.len() as u32, row },
                    record.id.as_deref(),
                    record.date.as_deref().or(self.date),
                    &record.text,
                    self.sketcher,
                    scratch,
                )
            }
            Err(reason) => {
                let length = bytes.trim_ascii_end().len() as u64;
                self.reject(block, reason, offset, length);
            }
        }
    }

    pub fn reject(&self, block: &mut Block, reason: String, offset: u64, length: u64) {
        let raw = Raw { offset, length };
        let row = block.rows;
        block.batch.rejections.push(Rejection { source: self.source, row, reason, raw });
    }

    pub fn too_long(&self, block: &mut Block, offset: u64, length: u64) {
        let reason =
            format!("the record of {length} bytes is longer than the limit of {MAX_RECORD}");
        self.reject(block, reason, offset, length);
    }

    /// Takes over what was read of the next stretch; returns the number of rows so far.
    pub fn append(
        &self,
        corpus: &mut Corpus,
        usage: &mut Usage,
        mut block: Block,
        rows: u64,
    ) -> Result<u64> {
        block.batch.locations.iter_mut().for_each(|location| location.row += rows);
        block.batch.rejections.iter_mut().for_each(|rejection| rejection.row += rows);
        usage.merge(&block.usage);
        corpus.append(block.batch)?;
        Ok(rows + block.rows)
    }

    pub fn fill(&self, bytes: &mut [u8], offset: u64) -> Result<()> {
        let filled = fill_at(self.file, bytes, offset).map_err(Error::read(self.path))?;
        if filled < bytes.len() {
            return Err(Error::Changed { path: self.path.to_path_buf() });
        }
        Ok(())
    }

    fn bytes_at(&self, range: Range<u64>) -> Result<Vec<u8>> {
        let mut bytes = vec![0; (range.end - range.start) as usize];
        self.fill(&mut bytes, range.start)?;
        Ok(bytes)
    }

    /// Where the last line begins, the one that may have no end.
    fn last_line(&self, line_end: u8) -> Result<u64> {
        const BLOCK: u64 = 1 << 20;
        let mut offset = self.length;
        let mut bytes = vec![0; BLOCK as usize];
        while offset > 0 {
            let start = offset.saturating_sub(BLOCK);
            let bytes = &mut bytes[..(offset - start) as usize];
            self.fill(bytes, start)?;
            if let Some(newline) = memchr::memrchr(line_end, bytes) {
                return Ok(start + newline as u64 + 1);
            }
            offset = start;
        }
        Ok(0)
    }
}
