//! Where the objects of a JSON file begin and end: of an array, or end to end, on one line or many.

use super::framed::{Framer, Piece, PieceKind};
use crate::corpus::MAX_RECORD;
use crate::corpus::record::json::string_end;

/// Finds the objects. Brackets, commas and white space stand between them.
///
/// An object that is damaged ends where another one seems to begin: a quote that is missing turns
/// texts into structure, and what is no JSON there tells it.
pub struct Values<'a> {
    /// Whether all ends with the array that was begun, if nothing is damaged.
    in_array: bool,
    /// Whether an array was begun at first: others may follow.
    has_arrays: bool,
    /// Whether some bytes are a record.
    is_record: &'a dyn Fn(&[u8]) -> bool,
    depth: usize,
    scan: Scan,
    lost: bool,
    /// The brackets that are open around the array, and how many arrays were begun.
    around: Vec<bool>,
    arrays: usize,
}

const BROKEN: &str = "not JSON: it ends early or is damaged";

impl<'a> Values<'a> {
    /// With `before`, the bytes are what follows the bracket that opens an array, the last of these.
    pub fn new(before: Option<&[u8]>, is_record: &'a dyn Fn(&[u8]) -> bool) -> Values<'a> {
        let around = before.map(|it| open_brackets(&it[..it.trim_ascii_end().len() - 1]));
        Values {
            in_array: around.is_some(),
            has_arrays: around.is_some(),
            is_record,
            depth: 1,
            scan: Scan::default(),
            lost: false,
            around: around.unwrap_or_default(),
            arrays: 1,
        }
    }

    /// Whether there was one array, all of it.
    pub fn is_one_array(&self) -> bool {
        self.in_array && self.arrays == 1
    }

    /// Behind the bracket that closes an array: the length up to the end of what is around it. None
    /// when it takes more bytes to tell.
    fn end_around(&self, bytes: &[u8], whole: bool) -> Option<usize> {
        if self.around.is_empty() {
            return Some(0);
        }
        let mut scan = Scan { open: self.around.clone(), ..Scan::default() };
        match scan.object(bytes) {
            Some(Ok(length)) => Some(length),
            Some(Err(_)) => Some(0),
            None => whole.then_some(bytes.len()),
        }
    }

    /// An object between arrays that is no record, but holds an array of them: the next page of an
    /// answer. The length up to its first record.
    fn page(&mut self, object: &[u8]) -> Option<usize> {
        let open = wrapped_array(self.is_record, object, 0)?;
        self.around = open_brackets(&object[..open]);
        self.in_array = true;
        self.depth = 1;
        self.arrays += 1;
        Some(open + 1)
    }

    fn bad(&mut self, length: usize, reason: &'static str) -> Piece {
        self.in_array = false;
        Piece { length, kind: PieceKind::Bad(reason) }
    }
}

impl Framer for Values<'_> {
    fn next(&mut self, bytes: &[u8], whole: bool) -> Option<Piece> {
        if self.lost {
            let length = next_object(bytes, 0, self.is_record)?;
            self.lost = false;
            return Some(Piece { length, kind: PieceKind::Between });
        }
        let first = *bytes.first()?;
        if first == b'{' {
            let found = self.scan.object(bytes);
            let end = match found {
                Some(Ok(end) | Err(end)) => Some(end),
                // Longer than any record.
                None => (bytes.len() > MAX_RECORD).then_some(bytes.len()),
            };
            if self.has_arrays
                && self.depth == 0
                && let Some(length) = end.and_then(|end| self.page(&bytes[..end]))
            {
                self.scan = Scan::default();
                return Some(Piece { length, kind: PieceKind::Between });
            }
            let found = match found {
                Some(found) => found,
                None if whole => Err(bytes.len()),
                None => return None,
            };
            let piece = match found {
                Ok(length) => Piece { length, kind: PieceKind::Record },
                Err(at) => {
                    let next = next_object(bytes, at, self.is_record);
                    self.bad(next.or_else(|| whole.then_some(bytes.len()))?, BROKEN)
                }
            };
            self.scan = Scan::default();
            return Some(piece);
        }
        let is_between = |byte: &u8| byte.is_ascii_whitespace() || b"[,\x1e".contains(byte);
        let between = bytes.iter().take_while(|byte| is_between(byte)).count();
        if between > 0 {
            let opened = memchr::memchr_iter(b'[', &bytes[..between]).count();
            if self.depth == 0 && opened > 0 {
                self.around.clear();
            }
            self.arrays += opened;
            self.depth += opened;
            return Some(Piece { length: between, kind: PieceKind::Between });
        }
        if first == b']' {
            if self.in_array && self.depth == 1 {
                let length = 1 + self.end_around(&bytes[1..], whole)?;
                if memchr::memchr2(b'{', b'[', &bytes[length..]).is_none() && whole {
                    return Some(Piece { length: 0, kind: PieceKind::Last });
                }
                if length == bytes.len() {
                    return None;
                }
                self.depth = 0;
                return Some(Piece { length, kind: PieceKind::Between });
            }
            self.depth = self.depth.saturating_sub(1);
            return Some(Piece { length: 1, kind: PieceKind::Between });
        }
        // Something else: as far as the line goes, or until an object begins.
        let end = memchr::memchr3(b'\n', b'{', b'[', bytes);
        let length = end.or_else(|| whole.then_some(bytes.len()))?;
        Some(self.bad(length.max(1), "not a JSON object"))
    }

    fn give_up(&mut self) {
        (self.in_array, self.scan, self.lost) = (false, Scan::default(), true);
    }
}

/// How far the search for the end of an object has come, to go on with more bytes.
#[derive(Default)]
struct Scan {
    at: usize,
    /// The brackets that are open: whether each is that of an array.
    open: Vec<bool>,
    in_string: bool,
    /// Whether a value may begin here: behind a colon, or in an array.
    after_colon: bool,
}

impl Scan {
    /// The length of the object that begins the bytes; as an error, where it is damaged, or another one
    /// begins that it cannot hold. None when it takes more bytes to tell.
    fn object(&mut self, bytes: &[u8]) -> Option<Result<usize, usize>> {
        loop {
            if self.in_string {
                let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', &bytes[self.at..]) else {
                    self.at = bytes.len();
                    return None;
                };
                self.at += found;
                match bytes[self.at] {
                    b'"' => self.in_string = false,
                    b'\\' if self.at + 1 == bytes.len() => return None,
                    b'\\' => self.at += 1,
                    _ => return Some(Err(self.at)),
                }
                self.at += 1;
                continue;
            }
            let byte = *bytes.get(self.at)?;
            match byte {
                b'"' => self.in_string = true,
                b'{' if self.at > 0 && !self.after_colon && !self.in_array() => {
                    return Some(Err(self.at));
                }
                b'{' | b'[' => self.open.push(byte == b'['),
                b'}' | b']' => {
                    if self.open.pop() != Some(byte == b']') {
                        return Some(Err(self.at));
                    }
                    if self.open.is_empty() {
                        return Some(Ok(self.at + 1));
                    }
                }
                b':' | b',' | b'+' | b'-' | b'.' | b'0'..=b'9' => {}
                // Of true, false, null, NaN, Infinity and exponents.
                b'a'
                | b'e'
                | b'f'
                | b'i'
                | b'l'
                | b'n'
                | b'r'..=b'u'
                | b'y'
                | b'E'
                | b'I'
                | b'N' => {}
                b' ' | b'\t' | b'\r' | b'\n' => {}
                _ => return Some(Err(self.at)),
            }
            if !byte.is_ascii_whitespace() {
                self.after_colon = byte == b':';
            }
            self.at += 1;
        }
    }

    fn in_array(&self) -> bool {
        self.open.last() == Some(&true)
    }
}

/// The object that begins some bytes, if it is whole.
pub fn leading_object(bytes: &[u8]) -> Option<&[u8]> {
    let length = bytes.starts_with(b"{").then(|| Scan::default().object(bytes))??.ok()?;
    Some(&bytes[..length])
}

/// Where an object seems to begin that is no part of another: first on its line, or behind one that
/// ends. One that is a record goes before.
fn next_object(bytes: &[u8], from: usize, is_record: &dyn Fn(&[u8]) -> bool) -> Option<usize> {
    let seems = |at: &usize| {
        let line =
            &bytes[memchr::memrchr(b'\n', &bytes[..*at]).map_or(0, |newline| newline + 1)..*at];
        *at > 0 && (line.trim_ascii().is_empty() || follows_another(bytes, *at))
    };
    let starts =
        || memchr::memchr_iter(b'{', &bytes[from..]).map(|found| from + found).filter(seems);
    let is_record_at = |at: &usize| leading_object(&bytes[*at..]).is_some_and(is_record);
    starts().find(is_record_at).or_else(|| starts().next())
}

/// Whether another object seems to end before a place, and a comma stands between.
fn follows_another(bytes: &[u8], at: usize) -> bool {
    let before = bytes[..at].trim_ascii_end().strip_suffix(b",");
    before.is_some_and(|it| it.trim_ascii_end().ends_with(b"}"))
}

/// The bracket that opens an array of records inside the object that begins at a place, which is no
/// record itself. So answer the search interfaces of news sites and databases.
pub fn wrapped_array(
    is_record: &dyn Fn(&[u8]) -> bool,
    bytes: &[u8],
    begin: usize,
) -> Option<usize> {
    let is_record = |bytes: &[u8]| leading_object(bytes).is_some_and(is_record);
    if is_record(&bytes[begin..]) {
        return None;
    }
    // Of one whose first record is damaged another tells it; who looks once reads no byte twice.
    let mut may_look = true;
    let mut holds_record = |rest: &[u8]| {
        let is_damaged = leading_object(rest).is_none() && std::mem::take(&mut may_look);
        let mut starts = memchr::memchr_iter(b'{', rest);
        is_record(rest)
            || is_damaged && starts.any(|at| follows_another(rest, at) && is_record(&rest[at..]))
    };
    let mut at = begin;
    loop {
        at += memchr::memchr2(b'"', b'[', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            at = string_end(bytes, at)?;
            continue;
        }
        let rest = bytes[at + 1..].trim_ascii_start();
        if rest.starts_with(b"{") && holds_record(rest) {
            return Some(at);
        }
        at += 1;
    }
}

/// The brackets that are open at the end of some bytes: whether each is that of an array.
fn open_brackets(bytes: &[u8]) -> Vec<bool> {
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => at = string_end(bytes, at).unwrap_or(bytes.len()) - 1,
            b'{' | b'[' => open.push(byte == b'['),
            b'}' | b']' => drop(open.pop()),
            _ => {}
        }
        at += 1;
    }
    open
}

/// What closes the brackets that are open behind the beginning of a file.
pub fn closing(before: &[u8]) -> Vec<u8> {
    let open = open_brackets(before);
    let brackets = open.iter().rev().map(|&array| if array { b']' } else { b'}' });
    [b'\n'].into_iter().chain(brackets).chain([b'\n']).collect()
}
