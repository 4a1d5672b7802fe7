//! Where the objects of a JSON file begin and end: of an array, or end to end, on one line or many.

use super::framed::{Framer, Piece, PieceKind};

/// Finds the objects. Brackets, commas and white space stand between them.
///
/// An object that is damaged ends where another one seems to begin: a quote that is missing turns
/// texts into structure, and what is no JSON there tells it.
pub struct Values {
    /// Whether all ends with the array that was begun.
    in_array: bool,
    depth: usize,
    scan: Scan,
    lost: bool,
}

const BROKEN: &str = "not JSON: it ends early or is damaged";

impl Values {
    /// With `in_array`, the bytes are what follows the bracket that opens one.
    pub fn new(in_array: bool) -> Values {
        Values { in_array, depth: 1, scan: Scan::default(), lost: false }
    }
}

impl Framer for Values {
    fn next(&mut self, bytes: &[u8], whole: bool) -> Option<Piece> {
        if self.lost {
            let found = next_object(bytes, 0);
            self.lost = found.is_none();
            return found
                .filter(|&length| length > 0)
                .map(|length| Piece { length, kind: PieceKind::Between })
                .or_else(|| self.next_if(!self.lost, bytes, whole));
        }
        let first = *bytes.first()?;
        if first == b'{' {
            let length = match self.scan.object(bytes) {
                Some(Ok(length)) => Some((length, PieceKind::Record)),
                Some(Err(length)) => Some((length, PieceKind::Bad(BROKEN))),
                None if whole => Some((bytes.len(), PieceKind::Bad(BROKEN))),
                None => None,
            };
            let (length, kind) = length?;
            self.scan = Scan::default();
            return Some(Piece { length, kind });
        }
        let is_between = |byte: &u8| byte.is_ascii_whitespace() || b"[,\x1e".contains(byte);
        let between = bytes.iter().take_while(|byte| is_between(byte)).count();
        if between > 0 {
            let opened = memchr::memchr_iter(b'[', &bytes[..between]).count();
            self.depth += opened;
            return Some(Piece { length: between, kind: PieceKind::Between });
        }
        if first == b']' {
            self.depth = self.depth.saturating_sub(1);
            if self.in_array && self.depth == 0 {
                return Some(Piece { length: 0, kind: PieceKind::Last });
            }
            return Some(Piece { length: 1, kind: PieceKind::Between });
        }
        // Something else: as far as the line goes, or until an object begins.
        let end = memchr::memchr3(b'\n', b'{', b'[', bytes);
        let length = end.or_else(|| whole.then_some(bytes.len()))?;
        Some(Piece { length: length.max(1), kind: PieceKind::Bad("not a JSON object") })
    }

    fn give_up(&mut self) {
        self.scan = Scan::default();
        self.lost = true;
    }
}

impl Values {
    fn next_if(&mut self, found: bool, bytes: &[u8], whole: bool) -> Option<Piece> {
        if found { self.next(bytes, whole) } else { None }
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
    /// The length of the object that begins the bytes; as an error, how far it goes before another
    /// one that it cannot hold. None when it takes more bytes to tell.
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
                    _ => return self.damaged(bytes),
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
                        return self.damaged(bytes);
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
                _ => return self.damaged(bytes),
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

    /// The object ends where the next one begins.
    fn damaged(&mut self, bytes: &[u8]) -> Option<Result<usize, usize>> {
        let end = next_object(bytes, self.at)?;
        Some(Err(end))
    }
}

/// Where an object seems to begin that is no part of another: first on its line, or behind one that
/// ends.
fn next_object(bytes: &[u8], from: usize) -> Option<usize> {
    let before = |at: usize, skipped: &[u8]| {
        bytes[..at].iter().rposition(|byte| !skipped.contains(byte)).map(|place| bytes[place])
    };
    memchr::memchr_iter(b'{', &bytes[from..]).map(|found| from + found).find(|&at| {
        let indent = bytes[..at].iter().rev().take_while(|byte| b" \t".contains(byte)).count();
        let first = at > 0 && bytes.get(at.wrapping_sub(indent + 1)) == Some(&b'\n');
        let follows = before(at, b" \t\r\n") == Some(b',') && before(at, b" \t\r\n,") == Some(b'}');
        at > 0 && (first && indent <= 4 || follows)
    })
}
