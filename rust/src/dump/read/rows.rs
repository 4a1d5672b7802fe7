//! Where the rows of a delimited file begin and end, also where quotes do not close.

use super::framed::{Framer, Piece, PieceKind};
use crate::corpus::record::row::{Dialect, Form, Quotes};

pub struct Rows<'a> {
    form: &'a Form,
    given_up: bool,
}

impl Rows<'_> {
    pub fn new(form: &Form) -> Rows<'_> {
        Rows { form, given_up: false }
    }

    /// The length of the row, one or more lines. A quote that is never closed costs its row alone,
    /// or, where no row is to be seen behind it, the rest of the lines that it takes in.
    fn row(&self, bytes: &[u8], line: usize, whole: bool) -> Option<usize> {
        if memchr::memchr(self.form.dialect.quote, &bytes[..line]).is_none() {
            return Some(line);
        }
        let Form { dialect, columns, .. } = self.form;
        let row = dialect.end_of_row(bytes, whole)?;
        if row.end <= line {
            return Some(line);
        }
        let rows_behind = || {
            let mut lines = bytes[line..row.end].split_inclusive(|&byte| byte == dialect.line_end);
            lines.any(|line| is_row(dialect, line, *columns))
        };
        let right = row.cells == *columns;
        match row.quotes {
            Quotes::Clean | Quotes::Loose => Some(row.end),
            Quotes::Lines if right && !dialect.may_be_unquoted => Some(row.end),
            Quotes::Lines if !rows_behind() => Some(row.end),
            Quotes::Open if whole && row.end == bytes.len() && !rows_behind() => Some(row.end),
            Quotes::Lines | Quotes::Open => Some(line),
        }
    }
}

/// Whether a line is a row by itself: a blank one is none, of one column neither.
fn is_row(dialect: &Dialect, line: &[u8], columns: usize) -> bool {
    let line = &line[dialect.line_feeds(line)..];
    if line.trim_ascii().is_empty() {
        return false;
    }
    let quoted = dialect
        .end_of_row(line, true)
        .is_some_and(|row| row.quotes == Quotes::Clean && !row.strays && row.cells == columns);
    let plain = || memchr::memchr_iter(dialect.delimiter, line).count() + 1 == columns;
    quoted || dialect.may_be_unquoted && plain()
}

impl Framer for Rows<'_> {
    fn next(&mut self, bytes: &[u8], whole: bool) -> Option<Piece> {
        let line_feeds = self.form.dialect.line_feeds(bytes);
        if line_feeds > 0 {
            return Some(Piece { length: line_feeds, kind: PieceKind::Between });
        }
        let newline = memchr::memchr(self.form.dialect.line_end, bytes);
        let line = match newline {
            Some(length) => length + 1,
            None if whole && !bytes.is_empty() => bytes.len(),
            None => return None,
        };
        if std::mem::take(&mut self.given_up) || bytes[..line].trim_ascii().is_empty() {
            return Some(Piece { length: line, kind: PieceKind::Between });
        }
        let length = match self.row(bytes, line, whole) {
            Some(length) => length,
            None if bytes.len() < super::framed::WINDOW => return None,
            None => line,
        };
        Some(Piece { length, kind: PieceKind::Record })
    }

    fn give_up(&mut self) {
        self.given_up = true;
    }
}
