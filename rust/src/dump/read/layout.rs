//! How the records of a file are laid out, told from its beginning.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::framed::WINDOW;
use super::plain::{Plain, SAMPLE};
use super::records::Format;
use crate::corpus::encoding::Encoding;
use crate::corpus::record::row::Dialect;
use crate::corpus::record::{Fields, Form, json, row};
use crate::corpus::{Frame, MAX_RECORD};

pub struct Layout {
    pub encoding: Encoding,
    /// None when there is nothing to read; or why it cannot be read.
    pub form: Result<Option<Form>, String>,
    pub frame: Frame,
    /// Where the records begin.
    pub start: u64,
}

pub fn of(plain: &Plain, format: Format, form: Arc<json::Form>) -> io::Result<Layout> {
    match format {
        Format::Json => of_json(plain, form),
        Format::Rows { delimiter, may_be_unquoted } => {
            of_rows(plain, delimiter, may_be_unquoted, form.fields.clone())
        }
    }
}

// ---- JSON ----

fn of_json(plain: &Plain, form: Arc<json::Form>) -> io::Result<Layout> {
    let encoding = plain.encoding.unwrap_or(Encoding::UTF_8);
    let layout = |form, frame, start| {
        let form = Ok(Some(Form::Json(form)));
        Ok(Layout { encoding, form, frame, start })
    };
    let lines = Frame::Lines { header: 0..plain.mark };
    let mut sample = plain.sample(SAMPLE)?;
    let mark = (plain.mark as usize).min(sample.len());
    let Some(blanks) = sample[mark..].iter().position(|byte| !byte.is_ascii_whitespace()) else {
        return layout(form, lines, plain.mark);
    };
    let begin = mark + blanks;
    if sample[begin] == b'[' {
        return layout(form, array(&sample, begin), begin as u64 + 1);
    }
    let mut by_line = has_object_line(&sample[begin..]);
    if !by_line && plain.length > sample.len() as u64 {
        sample = plain.sample(WINDOW)?;
        by_line = has_object_line(&sample[begin..]);
    }
    let mut filled = sample[begin..].split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end);
    let first_line = filled.next().unwrap_or_default();
    let is_only_line = filled.all(<[u8]>::is_empty);
    if (is_only_line || !by_line)
        && let Some(open) = wrapped_array(&form, &sample, begin)
    {
        return layout(form, array(&sample, open), open as u64 + 1);
    }
    // Where no line is right the first tells what was meant: whether an object ends with it.
    if by_line || is_only_line || first_line.ends_with(b"}") {
        return layout(form, lines, plain.mark);
    }
    layout(form, Frame::Values, begin as u64)
}

fn has_object_line(bytes: &[u8]) -> bool {
    bytes.split(|&byte| byte == b'\n').any(is_object)
}

fn is_object(line: &[u8]) -> bool {
    line.trim_ascii_start().starts_with(b"{")
        && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}

/// The frame of an array that is opened at a place.
fn array(sample: &[u8], open: usize) -> Frame {
    let indent: Vec<u8> =
        sample[open + 1..].iter().copied().take_while(u8::is_ascii_whitespace).collect();
    let between = match indent.as_slice() {
        [] => b",\n".to_vec(),
        indent => [b",", indent].concat(),
    };
    let before = [&sample[..=open], &indent].concat();
    Frame::Array { before, between, after: Vec::new() }
}

/// The bracket that opens an array of records inside the object that begins at a place, which is no
/// record itself. So answer the search interfaces of news sites and databases.
fn wrapped_array(form: &json::Form, bytes: &[u8], begin: usize) -> Option<usize> {
    let is_record = |bytes: &[u8]| {
        let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<&RawValue>();
        values.next().and_then(Result::ok).is_some_and(|it| form.parse(it.get()).is_ok())
    };
    if is_record(&bytes[begin..]) {
        return None;
    }
    let mut at = begin;
    loop {
        at += memchr::memchr2(b'"', b'[', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            at = json::string_end(bytes, at)?;
            continue;
        }
        let rest = bytes[at + 1..].trim_ascii_start();
        if rest.starts_with(b"{") && is_record(rest) {
            return Some(at);
        }
        at += 1;
    }
}

// ---- rows ----

fn of_rows(
    plain: &Plain,
    delimiter: u8,
    may_be_unquoted: bool,
    fields: Arc<Fields>,
) -> io::Result<Layout> {
    let sample = plain.sample(SAMPLE)?;
    let encoding = match plain.encoding {
        Some(encoding) => encoding,
        // Few articles are in other letters than those of ASCII: all of a file tells best.
        None => Encoding::guess(&plain.sample(MAX_RECORD)?),
    };
    let plain_encoding = if encoding.is_utf_16() { Encoding::UTF_8 } else { encoding };
    let dialect = dialect(&sample, delimiter, may_be_unquoted);
    let begin = sample[plain.mark as usize..]
        .split_inclusive(|&byte| byte == b'\n')
        .take_while(|line| line.trim_ascii().is_empty())
        .fold(plain.mark as usize, |at, line| at + line.len());
    let layout = |form, end: usize| {
        let frame = Frame::Lines { header: 0..end as u64 };
        Ok(Layout { encoding, form, frame, start: end as u64 })
    };
    let whole = sample.len() as u64 == plain.length;
    let header = dialect.end_of_row(&sample[begin..], whole);
    let Some(header) = header.map(|row| &sample[begin..begin + row.end]) else {
        let reason = format!("the header is longer than {SAMPLE} bytes");
        return layout(Err(reason), sample.len());
    };
    let end = begin + header.len();
    if header.is_empty() {
        return layout(Ok(None), end);
    }
    let Ok(names) = plain_encoding.decode(header.trim_ascii_end()) else {
        return layout(Err(format!("the header is not {}", plain_encoding.name())), end);
    };
    let (names, _) = dialect.split(&names);
    let form = row::Form::of(&names, fields, dialect);
    layout(form.map(|form| Some(Form::Row(form))).ok_or_else(|| no_text_column(&names)), end)
}

fn no_text_column(names: &[Cow<str>]) -> String {
    let names: Vec<&str> = names.iter().map(|name| name.trim()).collect();
    format!("no text column among {}; name it (--text-field)", names.join(", "))
}

/// Whether quotes are escaped by a backslash: when more rows of the sample are right so.
fn dialect(sample: &[u8], delimiter: u8, may_be_unquoted: bool) -> Dialect {
    let doubled = Dialect { delimiter, backslash: false, may_be_unquoted };
    if memchr::memmem::find(sample, b"\\\"").is_none() {
        return doubled;
    }
    let escaped = Dialect { backslash: true, ..doubled };
    if right_rows(&escaped, sample) > right_rows(&doubled, sample) { escaped } else { doubled }
}

/// How many rows have as many cells as the first.
fn right_rows(dialect: &Dialect, sample: &[u8]) -> usize {
    use row::Quotes;
    let (mut at, mut right, mut columns) = (0, 0, None);
    while let Some(row) = dialect.end_of_row(&sample[at..], false) {
        let columns = *columns.get_or_insert(row.cells);
        let clean = matches!(row.quotes, Quotes::Clean | Quotes::Lines);
        right += (clean && row.cells == columns) as usize;
        at += row.end;
    }
    right
}
