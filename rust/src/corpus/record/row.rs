//! Records that are rows of a delimited file: CSV, TSV and their like.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Fields, Record, Used, bit, is_none, joined};

/// How the cells of a row are set apart.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Dialect {
    pub delimiter: u8,
    pub quote: u8,
    /// The last byte of a line.
    pub line_end: u8,
    /// Whether a backslash takes away what a quote means in a quoted cell, where a quote doubled
    /// does otherwise.
    pub backslash: bool,
    /// Whether blanks before a quote are no part of the cell.
    pub spaced: bool,
    /// Whether a backslash stands for something else in cells that are not quoted, too: `\n`.
    pub escapes: bool,
    /// Whether a row in which quotes do not close stands as it is: those of a TSV file are
    /// characters like any other, unless they are quotes.
    pub may_be_unquoted: bool,
}

/// Rows read by the places of their columns.
#[derive(Serialize, Deserialize)]
pub struct Form {
    pub fields: Arc<Fields>,
    pub dialect: Dialect,
    /// The number of columns.
    pub columns: usize,
    /// The columns that may hold each, with the places of their names.
    text: Vec<(usize, usize)>,
    id: Vec<(usize, usize)>,
    date: Vec<(usize, usize)>,
    source: Vec<(usize, usize)>,
}

impl Form {
    /// None when no column is named as a text.
    pub fn of(header: &[Cow<str>], fields: Arc<Fields>, dialect: Dialect) -> Option<Form> {
        let places = |names: &[String]| -> Vec<(usize, usize)> {
            let named = names.iter().enumerate();
            let columns = named.map(|(place, name)| (columns(header, name), place));
            columns.flat_map(|(of, place)| of.into_iter().map(move |it| (it, place))).collect()
        };
        let (text, id, date) = (places(&fields.text), places(&fields.id), places(&fields.date));
        let (source, columns) = (places(&fields.source), header.len());
        (!text.is_empty()).then_some(Form { fields, dialect, columns, text, id, date, source })
    }

    /// Reads a row, with or without the end of its line, or says in words why it is none.
    pub fn parse<'a>(&self, row: &'a str) -> Result<Record<'a>, String> {
        let mut cells = self.dialect.cells(row, self.columns)?;
        let mut used = Used::default();
        let mut take = |column: usize| std::mem::take(&mut cells[column]);
        let text = if self.fields.joins_texts {
            used.text = self.text.iter().fold(0, |bits, it| bits | bit(it.1));
            // Of columns of one name the first.
            let columns = self.text.chunk_by(|a, b| a.1 == b.1).map(|same| take(same[0].0));
            joined(columns).unwrap_or_default()
        } else {
            let filled = self.text.iter().find(|it| !is_none(&cells[it.0]));
            let (column, place) = *filled.unwrap_or(&self.text[0]);
            used.text = bit(place);
            std::mem::take(&mut cells[column])
        };
        let first = |columns: &[(usize, usize)],
                     used: &mut Option<usize>,
                     may_be: &dyn Fn(usize, &str) -> bool| {
            let is = |it: &&(usize, usize)| !is_none(&cells[it.0]) && may_be(it.1, &cells[it.0]);
            let (column, place) = *columns.iter().find(is)?;
            *used = Some(place);
            Some(cells[column].clone())
        };
        let id = first(&self.id, &mut used.id, &|_, _| true);
        let date = first(&self.date, &mut used.date, &|_, _| true);
        let may_be = |place, value: &str| self.fields.may_be_source(place, value);
        let source = first(&self.source, &mut used.source, &may_be);
        Ok(Record { text, id, date, source, used })
    }
}

/// The columns of a name: spelt so, or else in other capitals.
fn columns(header: &[Cow<str>], name: &str) -> Vec<usize> {
    let spelt = |it: &str| it.trim() == name;
    let alike = |it: &str| it.trim().to_lowercase() == name.to_lowercase();
    let which = |is: &dyn Fn(&str) -> bool| -> Vec<usize> {
        header.iter().enumerate().filter(|it| is(it.1)).map(|it| it.0).collect()
    };
    Some(which(&spelt)).filter(|it| !it.is_empty()).unwrap_or_else(|| which(&alike))
}

/// The end of a row in some bytes, and how sure it is.
#[derive(Debug, PartialEq)]
pub struct Ended {
    /// Behind the end of its last line.
    pub end: usize,
    pub cells: usize,
    pub quotes: Quotes,
    /// Whether there are quotes in cells that are not quoted.
    pub strays: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub enum Quotes {
    /// No cell goes on over the end of a line, and those that are quoted are nothing else.
    Clean,
    /// In one line something stands behind the end of a quoted cell, and belongs to it.
    Loose,
    /// A cell goes on over the end of a line, and what stands behind it is right.
    Lines,
    /// A quote is never closed, or closed in another line with something behind it.
    Open,
}

impl Dialect {
    /// Where the row that begins `bytes` ends, its quotes being quotes. None when it has no end
    /// there, which is that of the file where `whole`.
    pub fn end_of_row(&self, bytes: &[u8], whole: bool) -> Option<Ended> {
        let (mut at, mut cells, mut quotes, mut strays) = (0, 1, Quotes::Clean, false);
        loop {
            at += self.blanks(&bytes[at..]);
            if bytes.get(at) == Some(&self.quote) {
                let Some(close) = self.closing_quote(bytes, at) else {
                    let (end, quotes) = (bytes.len(), Quotes::Open);
                    return whole.then_some(Ended { end, cells, quotes, strays });
                };
                if memchr::memchr(self.line_end, &bytes[at..close]).is_some() {
                    quotes = Quotes::Lines;
                }
                at = close + 1;
                if !self.ends_cell(&bytes[at..], whole)? {
                    if quotes == Quotes::Lines {
                        return Some(Ended { end: at, cells, quotes: Quotes::Open, strays });
                    }
                    quotes = Quotes::Loose;
                }
            }
            let length = memchr::memchr2(self.delimiter, self.line_end, &bytes[at..]);
            let cell = &bytes[at..length.map_or(bytes.len(), |length| at + length)];
            strays |= memchr::memchr(self.quote, cell).is_some();
            match length {
                Some(length) => at += length + 1,
                None => {
                    let end = bytes.len();
                    return whole.then_some(Ended { end, cells, quotes, strays });
                }
            }
            if bytes[at - 1] == self.line_end {
                return Some(Ended { end: at, cells, quotes, strays });
            }
            cells += 1;
        }
    }

    /// How many blanks stand before a quote, where they are no part of the cell.
    fn blanks(&self, bytes: &[u8]) -> usize {
        let blanks = bytes.iter().take_while(|byte| self.spaced && **byte == b' ').count();
        if bytes.get(blanks) == Some(&self.quote) { blanks } else { 0 }
    }

    /// The length of what begins some bytes before a row: lines without anything in them.
    pub fn blank_lines(&self, bytes: &[u8]) -> usize {
        let lines = bytes.split_inclusive(|&byte| byte == self.line_end);
        let blank = lines.take_while(|line| line.trim_ascii().is_empty()).map(<[u8]>::len).sum();
        blank + self.line_feeds(&bytes[blank..])
    }

    /// The length of the line feeds that begin some bytes where a line ends with a carriage return.
    /// They are of no row: with a return before them they would end a line.
    pub fn line_feeds(&self, bytes: &[u8]) -> usize {
        let is_line_feed = |byte: &&u8| self.line_end == b'\r' && **byte == b'\n';
        bytes.iter().take_while(is_line_feed).count()
    }

    /// Whether a cell is over before some bytes. None where they are too few to tell.
    fn ends_cell(&self, bytes: &[u8], whole: bool) -> Option<bool> {
        match bytes {
            [first, ..] if *first == self.delimiter || *first == self.line_end => Some(true),
            [] | [b'\r'] => whole.then_some(true),
            [b'\r', b'\n', ..] => Some(true),
            _ => Some(false),
        }
    }

    /// The quote that closes the one at a place.
    fn closing_quote(&self, bytes: &[u8], open: usize) -> Option<usize> {
        let mut at = open + 1;
        loop {
            let escape = if self.backslash { b'\\' } else { self.quote };
            at += memchr::memchr2(self.quote, escape, bytes.get(at..)?)?;
            let escaped = self.backslash && bytes[at] == b'\\';
            if !escaped && bytes.get(at + 1) != Some(&self.quote) {
                return Some(at);
            }
            at += 2;
        }
    }

    /// The cells of a row, of which there must be `columns`, or why there are not.
    fn cells<'a>(&self, row: &'a str, columns: usize) -> Result<Vec<Cow<'a, str>>, String> {
        let line_end = self.line_end as char;
        let (row, cut_off) = match row.strip_suffix(line_end) {
            Some(row) => (row.strip_suffix('\r').unwrap_or(row), false),
            None => (row, true),
        };
        let (mut cells, closed) = self.split(row);
        if closed && cells.iter().skip(columns).all(|cell| cell.trim().is_empty()) {
            cells.truncate(columns);
        }
        // The last row of a file that ends within a cell may be whole.
        if (closed || cut_off && !row.contains(line_end)) && cells.len() == columns {
            return Ok(cells);
        }
        if columns == 1 && !row.contains(line_end) {
            return Ok(vec![Cow::Borrowed(row)]);
        }
        if self.may_be_unquoted && !row.contains(line_end) {
            let plain: Vec<_> = row.split(self.delimiter as char).map(Cow::Borrowed).collect();
            if plain.len() == columns {
                return Ok(plain);
            }
        }
        if !closed {
            return Err("a quote is never closed".to_owned());
        }
        Err(format!("the number of columns is {}, not {columns}", cells.len()))
    }

    /// The cells, and whether every quote is closed.
    pub fn split<'a>(&self, row: &'a str) -> (Vec<Cow<'a, str>>, bool) {
        let bytes = row.as_bytes();
        let (mut cells, mut at, mut closed) = (Vec::new(), 0, true);
        loop {
            at += self.blanks(&bytes[at..]);
            let mut start = at;
            let mut quoted: Option<Cow<str>> = None;
            if bytes.get(at) == Some(&self.quote) {
                let close = self.closing_quote(bytes, at).unwrap_or_else(|| {
                    closed = false;
                    bytes.len()
                });
                quoted = Some(self.unescaped(&row[at + 1..close]));
                start = (close + 1).min(bytes.len());
            }
            let end = memchr::memchr(self.delimiter, &bytes[start..]).map(|length| start + length);
            let rest = &row[start..end.unwrap_or(bytes.len())];
            cells.push(match quoted {
                None if self.escapes && rest != "\\N" => unescaped(rest),
                None => Cow::Borrowed(rest),
                Some(cell) if rest.is_empty() => cell,
                Some(cell) => Cow::Owned(cell.into_owned() + rest),
            });
            let Some(end) = end else { return (cells, closed) };
            at = end + 1;
        }
    }

    fn unescaped<'a>(&self, cell: &'a str) -> Cow<'a, str> {
        if memchr::memchr(self.quote, cell.as_bytes()).is_none() && !self.backslash {
            return Cow::Borrowed(cell);
        }
        let quote = char::from(self.quote).to_string();
        let cell = cell.replace(&quote.repeat(2), &quote);
        if !self.backslash {
            return Cow::Owned(cell);
        }
        Cow::Owned(unescaped(&cell).into_owned())
    }
}

/// A cell with what its backslashes stand for.
fn unescaped(cell: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\\', cell.as_bytes()).is_none() {
        return Cow::Borrowed(cell);
    }
    let mut plain = String::with_capacity(cell.len());
    let mut characters = cell.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.extend(match characters.next() {
                Some('n') => Some('\n'),
                Some('t') => Some('\t'),
                Some('r') => Some('\r'),
                other => other,
            }),
            other => plain.push(other),
        }
    }
    Cow::Owned(plain)
}
