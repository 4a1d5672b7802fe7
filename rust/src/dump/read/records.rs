//! Files of records: JSON objects, or rows of a delimited file.

use std::path::Path;
use std::sync::Arc;

use super::framed;
use super::layout::{self, Format, Layout};
use super::lines;
use super::plain::Plain;
use super::reader::Reader;
use super::rows::Rows;
use super::values::{self, Values};
use crate::corpus::encoding::Encoding;
use crate::corpus::record::{Fields, Form, Usage, json};
use crate::corpus::{Corpus, Frame, Kind, MAX_RECORD, Raw, Records, Rejection, Source};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::sketch::sketches::Sketcher;

/// Bytes of a file that one thread reads alone, if it is not compressed.
pub const SMALL: u64 = 16 << 10;

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
        (rows, end) = read_into(reader, corpus, &mut frame, start, &mut usage)?;
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

/// Returns the number of records, and where the last of them ends.
fn read_into(
    mut reader: Reader,
    corpus: &mut Corpus,
    frame: &mut Frame,
    start: u64,
    usage: &mut Usage,
) -> Result<(u64, u64)> {
    if let Frame::Lines { .. } = frame {
        if !reader.whole {
            let line_end = match reader.form {
                Form::Row(form) => form.dialect.line_end,
                Form::Json(_) => b'\n',
            };
            reader.length = reader.last_line(line_end)?.max(start);
            reader.whole = true;
        }
        return match reader.form {
            Form::Row(form) => framed::read(&reader, start, &mut Rows::new(form), corpus, usage),
            Form::Json(_) => lines::read(&reader, start, corpus, usage),
        };
    }
    let is_record = |bytes: &[u8]| reader.form.parse(bytes, reader.encoding).is_ok();
    let before = match frame {
        Frame::Array { before, .. } => Some(before.as_slice()),
        _ => None,
    };
    let mut values = Values::new(before, &is_record);
    let (rows, end) = framed::read(&reader, start, &mut values, corpus, usage)?;
    if let Frame::Array { before, after, .. } = frame {
        let rest = reader.bytes_at(end..reader.length.min(end + MAX_RECORD as u64))?;
        // Without the comma behind a last one.
        let rest = rest[rest.iter().position(|byte| *byte != b',').unwrap_or(0)..].to_vec();
        *after = if reader.whole && values.is_one_array() && rest.contains(&b']') {
            rest
        } else {
            values::closing(before)
        };
    }
    Ok((rows, end))
}
