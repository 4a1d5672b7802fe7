//! How the records of a file are laid out, told from its beginning.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use super::framed::WINDOW;
use super::plain::{Plain, SAMPLE};
use super::values::{leading_object, wrapped_array};
use crate::corpus::encoding::Encoding;
use crate::corpus::record::row::Dialect;
use crate::corpus::record::{Fields, Form, json, row, shortened};
use crate::corpus::{Frame, MAX_RECORD};

/// What a file holds.
pub enum Format {
    Json,
    /// Rows, and the character between cells.
    Rows {
        delimiter: u8,
        may_be_unquoted: bool,
    },
}

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
    let mut signs = encoding.of_records().signs(&sample);
    let mut by_line = has_object_line(&signs[begin..]);
    if !by_line && plain.length > sample.len() as u64 {
        drop(signs);
        sample = plain.sample(WINDOW)?;
        signs = encoding.of_records().signs(&sample);
        by_line = has_object_line(&signs[begin..]);
    }
    let all = &signs[begin..];
    let newline = memchr::memchr(b'\n', all).unwrap_or(all.len());
    let (first_line, others) = (all[..newline].trim_ascii_end(), all[newline..].trim_ascii());
    let first = leading_object(all).map(<[u8]>::len);
    let is_lines = match first {
        Some(length) if length > newline => false,
        Some(length) => {
            // Objects that begin or end on lines of their own are written over several.
            let mut lines = others.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
            let are_indented = lines.any(|line| matches!(line, b"{" | b"}" | b"},"));
            !are_indented && !first_line[length..].trim_ascii_start().starts_with(b"{")
        }
        // Where the first is none, its line tells what was meant.
        None if by_line => !first_line.ends_with(b"{"),
        None => others.is_empty() || first_line.ends_with(b"}"),
    };
    let is_record = |bytes: &[u8]| {
        encoding.of_records().decode(bytes).is_ok_and(|text| form.parse(&text).is_ok())
    };
    // Of lines no one may be a record, that is: some have none of a text, but comments.
    let are_pages = || !all.split(|&byte| byte == b'\n').any(is_record);
    if let Some(open) = wrapped_array(&is_record, &signs, begin)
        && (!is_lines || others.is_empty() || are_pages())
    {
        return layout(form, array(&sample, open), open as u64 + 1);
    }
    if is_lines {
        return layout(form, lines, plain.mark);
    }
    layout(form, Frame::Values, begin as u64)
}

/// Whether a line is an object, and none of an array whose others end with commas.
fn has_object_line(bytes: &[u8]) -> bool {
    let mut follows = false;
    bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).any(|line| {
        let after_comma = std::mem::replace(&mut follows, line.ends_with(b","));
        !after_comma && is_object(line)
    })
}

fn is_object(line: &[u8]) -> bool {
    leading_object(line).is_some_and(|object| object.len() == line.len())
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
    let mut begin = plain.mark as usize;
    let signs = encoding.of_records().signs(&sample);
    let dialect = dialect(&signs[begin..], delimiter, may_be_unquoted);
    let layout = |form, end: usize| {
        let frame = Frame::Lines { header: 0..end as u64 };
        Ok(Layout { encoding, form, frame, start: end as u64 })
    };
    let whole = sample.len() as u64 == plain.length;
    // Why the first row is no header.
    let (mut reason, mut filled_above) = (None, 0);
    for _ in 0..HEADER_ROWS {
        begin += dialect.blank_lines(&signs[begin..]);
        let Some(length) = header_length(&dialect, &signs[begin..], whole) else {
            let reason =
                reason.unwrap_or_else(|| format!("the header is longer than {SAMPLE} bytes"));
            return layout(Err(reason), sample.len());
        };
        let end = begin + length;
        let header = &sample[begin..end];
        if header.is_empty() {
            break;
        }
        let Ok(names) = encoding.of_records().decode(header.trim_ascii_end()) else {
            let why = format!("the header is not {}", encoding.of_records().name());
            return layout(Err(reason.unwrap_or(why)), end);
        };
        let (mut names, _) = dialect.split(&names);
        names.iter_mut().for_each(|name| *name = Cow::Owned(name.trim().to_owned()));
        // Rows above a header are no rows of it.
        let filled = names.iter().filter(|name| !name.is_empty()).count();
        let may_be = filled_above < names.len();
        filled_above = filled_above.max(filled);
        let found = row::Form::of(&names, fields.clone(), dialect);
        if may_be && found.is_some() {
            suit_rows(&mut names, &dialect, &signs[end..]);
            let form = row::Form::of(&names, fields, dialect);
            return layout(Ok(form.map(Form::Row)), end);
        }
        reason.get_or_insert_with(|| {
            format!("no text column among {}; name it (--text-field)", shortened(&names))
        });
        begin = end;
    }
    match reason {
        Some(reason) => layout(Err(reason), begin),
        None => layout(Ok(None), begin),
    }
}

/// How many rows are looked at for the one that names a text: reports have a title above their
/// header, and what Excel writes may begin with `sep=;`.
const HEADER_ROWS: usize = 10;

/// The length of the row that begins some bytes, or of its line where a quote is never closed, or
/// closed in another line with something behind it.
fn header_length(dialect: &Dialect, bytes: &[u8], whole: bool) -> Option<usize> {
    match dialect.end_of_row(bytes, whole) {
        Some(row) if row.quotes < row::Quotes::Open => Some(row.end),
        _ => match memchr::memchr(dialect.line_end, bytes) {
            Some(line_end) => Some(line_end + 1),
            None => whole.then_some(bytes.len()),
        },
    }
}

/// Suits the names of the columns to the rows, where all have one cell more, empty and the last or
/// the first and without a name as R writes them, or have none for a last name that is empty.
fn suit_rows(names: &mut Vec<Cow<str>>, dialect: &Dialect, sample: &[u8]) {
    let (mut at, mut shorter, mut longer, mut ended, mut rows) = (0, 0, 0, 0, 0);
    // The first cells, where they number the rows.
    let (mut numbers, mut numbered) = (Vec::new(), true);
    while rows < 100 {
        at += dialect.blank_lines(&sample[at..]);
        let Some(row) = row_or_line(dialect, &sample[at..]) else { break };
        let bytes = trim_line_end(&sample[at..at + row.end]);
        at += row.end;
        rows += 1;
        shorter += (row.cells + 1 == names.len()) as usize;
        longer += (row.cells == names.len() + 1) as usize;
        let unquoted = bytes.strip_suffix(&[dialect.quote; 2]).unwrap_or(bytes);
        ended += unquoted.ends_with(&[dialect.delimiter]) as usize;
        let first = bytes.split(|&byte| byte == dialect.delimiter).next().unwrap_or_default();
        let first = str::from_utf8(first).ok().map(|it| it.trim_matches(dialect.quote as char));
        match first.and_then(|it| it.parse::<u64>().ok()) {
            Some(number) => numbers.push(number),
            None => numbered = false,
        }
    }
    if rows == 0 {
        return;
    }
    if longer == rows && ended == rows {
        names.push(Cow::Borrowed(""));
    } else if longer == rows && numbered && numbers.is_sorted_by(|a, b| a < b) {
        names.insert(0, Cow::Borrowed(""));
    } else if shorter == rows && names.last().is_some_and(|name| name.is_empty()) {
        names.pop();
    }
}

/// The row that begins some bytes; or the line, where a quote is not closed in it and need not be one.
fn row_or_line(dialect: &Dialect, bytes: &[u8]) -> Option<row::Ended> {
    let row = dialect.end_of_row(bytes, false);
    if !dialect.may_be_unquoted || row.as_ref().is_some_and(|it| it.quotes < row::Quotes::Lines) {
        return row;
    }
    let end = memchr::memchr(dialect.line_end, bytes)? + 1;
    let cells = memchr::memchr_iter(dialect.delimiter, &bytes[..end]).count() + 1;
    Some(row::Ended { end, cells, quotes: row::Quotes::Open, strays: true })
}

/// What the signs of a file mean, as its beginning tells.
fn dialect(sample: &[u8], delimiter: u8, may_be_unquoted: bool) -> Dialect {
    let first = memchr::memchr2(b'\r', b'\n', sample).map_or(&[][..], |at| &sample[at..]);
    let line_end = match first.iter().find(|&&byte| byte != b'\r') {
        // As the Macintosh had it, and Excel writes for it.
        Some(next) if first[0] == b'\r' && *next != b'\n' => b'\r',
        _ => b'\n',
    };
    let first = sample.trim_ascii_start();
    let line = &first[..memchr::memchr(line_end, first).unwrap_or(first.len())];
    let single = line.starts_with(b"'") && line.trim_ascii_end().ends_with(b"'");
    let quote = if single { b'\'' } else { b'"' };
    let plain = Dialect {
        delimiter,
        quote,
        line_end,
        backslash: false,
        spaced: false,
        may_be_unquoted,
        escapes: escapes(delimiter, sample),
    };
    let mut best = (right_rows(&plain, sample), plain);
    let spaced = [delimiter, b' ', quote];
    for (sign, changed) in [
        (&[b'\\', quote][..], Dialect { backslash: true, ..plain }),
        (&spaced, Dialect { spaced: true, ..plain }),
    ] {
        if memchr::memmem::find(sample, sign).is_some() {
            let right = right_rows(&changed, sample);
            if right > best.0 {
                best = (right, changed);
            }
        }
    }
    best.1
}

/// Whether all backslashes stand for something else, as databases write TSV: `\n` for the end of a
/// line, `\N` for no value.
fn escapes(delimiter: u8, sample: &[u8]) -> bool {
    let mut follow = memchr::memchr_iter(b'\\', sample).peekable();
    let mut some = false;
    while delimiter == b'\t'
        && let Some(at) = follow.next()
    {
        match sample.get(at + 1) {
            Some(b'n' | b't' | b'r' | b'N') => some = true,
            Some(b'\\') => drop(follow.next_if_eq(&(at + 1))),
            Some(b'0' | b'b' | b'f' | b'v' | b'"') | None => {}
            Some(_) => return false,
        }
    }
    some
}

fn trim_line_end(mut row: &[u8]) -> &[u8] {
    while let [rest @ .., b'\r' | b'\n'] = row {
        row = rest;
    }
    row
}

/// How many rows have as many cells as the first.
fn right_rows(dialect: &Dialect, sample: &[u8]) -> usize {
    use row::Quotes;
    let (mut at, mut right, mut columns) = (0, 0, None);
    loop {
        at += dialect.blank_lines(&sample[at..]);
        let Some(row) = dialect.end_of_row(&sample[at..], false) else { return right };
        at += row.end;
        let columns = *columns.get_or_insert(row.cells);
        let clean = matches!(row.quotes, Quotes::Clean | Quotes::Lines);
        right += (clean && row.cells == columns) as usize;
    }
}
